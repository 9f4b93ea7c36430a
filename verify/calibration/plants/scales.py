"""Right claims, drawn with wrong scales, biases or functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from verify.calibration.cases import same
from verify.calibration.plants.moments import gelu, mean_square, quick_gelu, sech2
from verify.calibration.plants.plant import Plant, Wrong, planted

if TYPE_CHECKING:
    from verify.functions import Functions
    from verify.network import Family

_UNEQUAL = (24, 12, 36, 18)
# The pair of tanh at q = 1: the bias variance that goes with the backward gain.
_BIAS = 1 - mean_square(np.tanh) / mean_square(sech2)


def wrong_scales() -> tuple[Plant, ...]:
    """All of them."""
    return (*_fans(), *_layers(), *_biases(), *_functions())


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


def _biases() -> tuple[Plant, ...]:
    """tanh at its pair, the biases drawn wrongly; in the first layer the size is known."""
    return (
        _biased("biases forgotten", lambda v: 0.0),
        _biased("the biases' variance taken for their standard deviation", lambda v: v * v),
        _biased("the biases' standard deviation taken for their variance", sqrt),
    )


def _biased(mistake: str, drawn: Callable[[float], float]) -> Plant:
    def wrong(family: Family) -> Family:
        return replace(family, bias_variances=tuple(drawn(v) for v in family.bias_variances))

    q = 1 - _BIAS + drawn(_BIAS)
    forward = mean_square(np.tanh, q) / mean_square(np.tanh)
    backward = mean_square(sech2, q) / mean_square(sech2)
    unknown = (None,) * 5
    return planted(
        mistake, "tanh", same(24, 6), 0.01, wrong, forward=(forward, *unknown), backward=(backward, *unknown)
    )


def _functions() -> tuple[Plant, ...]:
    """Another function, or another derivative, than the claim's."""
    first = mean_square(quick_gelu) / mean_square(gelu)
    steep = mean_square(lambda z: 1 - np.tanh(z)) / mean_square(sech2)
    return (
        planted(
            "quick GELU run as GELU",
            "gelu",
            same(64, 4),
            0.001,
            _with(value="quick_gelu", derivative="quick_gelu"),
            forward=(first, None, None, None),
        ),
        planted(
            "1 - tanh in place of 1 - tanh^2",
            "tanh",
            same(16, 6),
            0.05,
            _with(derivative="1 - tanh(x)"),
            forward=1.0,
            backward=(steep, *(None,) * 5),
        ),
        planted(
            "ReLU with a derivative that leaks 1/4",
            "relu",
            same(16, 6),
            0.01,
            _with(derivative="Max(0, sign(x)) + Max(0, -sign(x))/4"),
            sampler="dense",
            forward=1.0,
            backward=17 / 16,
        ),
        planted(
            "ReLU where PReLU is claimed",
            "prelu",
            same(16, 6),
            0.01,
            _with(value="relu", derivative="relu"),
            sampler="dense",
            forward=16 / 17,
            backward=16 / 17,
        ),
    )


def _with(value: str | None = None, derivative: str | None = None) -> Wrong:
    """Networks that pass through one function and back through another.

    `value` is a function; `derivative` is a function whose derivative is meant if it is a name, else an
    expression for the derivative itself.
    """

    def wrong(family: Family) -> Family:
        functions = family.functions
        if value is not None:
            functions = functions._replace(value=_functions_of(value).value)
        if derivative is not None:
            named = derivative.isidentifier()
            part = _functions_of(derivative)
            functions = functions._replace(derivative=part.derivative if named else part.value)
        return replace(family, functions=functions)

    return wrong


def _functions_of(text: str) -> Functions:
    from derive import activation
    from verify.functions import functions

    return functions(activation(text))
