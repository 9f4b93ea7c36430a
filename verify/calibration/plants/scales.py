"""Right claims, drawn with weights of the wrong scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

from verify.calibration.cases import same
from verify.calibration.plants.plant import Plant, Wrong, planted

if TYPE_CHECKING:
    from verify.network import Family

_UNEQUAL = (24, 12, 36, 18)


def wrong_scales() -> tuple[Plant, ...]:
    """All of them."""
    return (*_fans(), *_counts(), *_layers())


def _scaled(factor: Callable[[int, int], float]) -> Wrong:
    """Weights whose standard deviation is off by a factor of (n_in, n_out)."""

    def wrong(family: Family) -> Family:
        sides = zip(family.scales, pairwise(family.widths), strict=True)
        return replace(family, scales=tuple(s * factor(*n) for s, n in sides))

    return wrong


def _one_scaled(layer: int, factor: float) -> Wrong:
    """One layer (from 1) whose weights are off by a factor."""

    def wrong(family: Family) -> Family:
        scales = [s * (factor if index + 1 == layer else 1) for index, s in enumerate(family.scales)]
        return replace(family, scales=tuple(scales))

    return wrong


def _squared(family: Family) -> Family:
    return replace(family, scales=tuple(s**2 for s in family.scales))


def _fans() -> tuple[Plant, ...]:
    """The wrong number below the gain."""
    ratios = tuple(a / b for a, b in pairwise(_UNEQUAL))
    mean = tuple(2 * a / (a + b) for a, b in pairwise(_UNEQUAL))
    return (
        planted(
            "fan_out for fan_in",
            "relu",
            _UNEQUAL,
            0.05,
            _scaled(lambda a, b: sqrt(a / b)),
            forward=ratios,
            backward=ratios,
        ),
        planted(
            "the mean of the fans for fan_in",
            "prelu",
            _UNEQUAL,
            0.05,
            _scaled(lambda a, b: sqrt(2 * a / (a + b))),
            forward=mean,
            backward=mean,
        ),
        planted(
            "one layer with its fans exchanged",
            "relu",
            _UNEQUAL,
            0.05,
            _one_scaled(2, sqrt(12 / 36)),
            forward=(1.0, 12 / 36, 1.0),
            backward=(1.0, 12 / 36, 1.0),
        ),
    )


def _counts() -> tuple[Plant, ...]:
    """The right sides of a layer, miscounted."""
    return (
        planted(
            "the standard deviation taken for the variance",
            "relu",
            same(16, 6),
            0.05,
            _squared,
            forward=2 / 16,
            backward=2 / 16,
        ),
        planted(
            "n - 1 for n below the gain",
            "relu",
            same(16, 6),
            0.01,
            _scaled(lambda a, b: sqrt(a / (a - 1))),
            forward=16 / 15,
            backward=16 / 15,
        ),
        planted(
            "a fan that counts the bias, n + 1",
            "prelu",
            same(16, 6),
            0.01,
            _scaled(lambda a, b: sqrt(a / (a + 1))),
            forward=16 / 17,
            backward=16 / 17,
        ),
        planted(
            "a kernel's area left out of the fan, 9 positions",
            "relu",
            same(18, 4),
            0.05,
            _scaled(lambda a, b: 3.0),
            forward=9.0,
            backward=9.0,
        ),
    )


def _but(layers: int, wrong: dict[int, float]) -> tuple[float, ...]:
    """1 for every layer but some."""
    return tuple(wrong.get(layer, 1.0) for layer in range(1, layers + 1))


def _layers() -> tuple[Plant, ...]:
    """One layer among many."""
    return (
        planted(
            "one wrong layer in the middle of 50: 5% off",
            "relu",
            same(32, 50),
            0.005,
            _one_scaled(25, 1.05),
            forward=_but(50, {25: 1.05**2}),
            backward=_but(50, {25: 1.05**2}),
        ),
        planted(
            "the first layer without the gain",
            "relu",
            same(16, 8),
            0.02,
            _one_scaled(1, sqrt(1 / 2)),
            forward=_but(8, {1: 1 / 2}),
            backward=_but(8, {1: 1 / 2}),
        ),
        planted(
            "the last layer a tenth of what it should be",
            "prelu",
            same(16, 8),
            0.02,
            _one_scaled(8, 0.1),
            forward=_but(8, {8: 0.01}),
            backward=_but(8, {8: 0.01}),
        ),
    )
