"""Wrong gains in a claim: formulas misread, another's convention, a gain that is slightly off."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np

from verify.calibration.cases import same
from verify.calibration.plants.moments import gelu, mean_square, sech2, silu
from verify.calibration.plants.plant import Plant, claimed

_HE = sqrt(2)


def wrong_gains() -> tuple[Plant, ...]:
    """All of them."""
    return (*_formulas(), *_conventions(), *_slightly_off())


def _formulas() -> tuple[Plant, ...]:
    """A formula misread or misremembered."""
    slope = 1 / 4
    right = 2 / (1 + slope**2)
    return (
        claimed("the 1/2 of ReLU dropped", "relu", same(16, 6), 0.05, 1.0, forward=1 / 2, backward=1 / 2),
        claimed(
            "1 + a in place of 1 + a^2",
            "prelu",
            same(16, 6),
            0.02,
            sqrt(2 / (1 + slope)),
            forward=2 / (1 + slope) / right,
            backward=2 / (1 + slope) / right,
        ),
        claimed(
            "1 - a^2 in place of 1 + a^2",
            "prelu",
            same(16, 6),
            0.02,
            sqrt(2 / (1 - slope**2)),
            forward=2 / (1 - slope**2) / right,
            backward=2 / (1 - slope**2) / right,
        ),
        claimed(
            "the variance 2 taken for the gain", "relu", same(16, 6), 0.05, 2.0, forward=2.0, backward=2.0
        ),
        claimed(
            "the gain at q = 2 used at q = 1",
            "tanh",
            same(16, 6),
            0.01,
            sqrt(2 / mean_square(np.tanh, 2)),
            forward=2 * mean_square(np.tanh) / mean_square(np.tanh, 2),
        ),
        claimed(
            "the root of the mean in place of the mean of the square",
            "gelu",
            same(16, 6),
            0.05,
            sqrt(2 * sqrt(pi)),  # 1/sqrt(E gelu), E gelu = 1/(2 sqrt(pi))
            forward=2 * sqrt(pi) * mean_square(gelu),
        ),
    )


def _conventions() -> tuple[Plant, ...]:
    """A gain that belongs to another activation, direction or convention."""
    tanh, slope = mean_square(np.tanh), mean_square(sech2)
    return (
        claimed(
            "Xavier's rule used with ReLU",
            "relu",
            (24, 12, 36),
            0.05,
            1.0,
            mode="fan_avg",
            direction="both",
            forward=1 / 2,
            backward=1 / 2,
        ),
        claimed("He's gain used with tanh", "tanh", same(16, 6), 0.03, _HE, forward=2 * tanh),
        claimed("He's gain used with GELU", "gelu", same(32, 6), 0.02, _HE, forward=2 * mean_square(gelu)),
        claimed("gain 1 used with SiLU", "silu", same(32, 6), 0.05, 1.0, forward=mean_square(silu)),
        claimed("torch's 5/3 for tanh", "tanh", same(16, 6), 0.01, 5 / 3, forward=25 / 9 * tanh),
        claimed("torch's 3/4 for SELU", "selu", same(24, 6), 0.05, 3 / 4, forward=9 / 16),
        claimed(
            "NFNet's centred gain used forward",
            "relu",
            same(16, 6),
            0.05,
            1 / sqrt(1 / 2 - 1 / (2 * pi)),
            forward=1 / (1 - 1 / pi),
        ),
        claimed(
            "the forward gain said to serve both directions",
            "tanh",
            same(24, 6),
            0.02,
            1 / sqrt(tanh),
            forward=1.0,
            backward=slope / tanh,
        ),
        claimed(
            "the backward gain used forward, without its bias",
            "tanh",
            same(16, 6),
            0.02,
            1 / sqrt(slope),
            forward=tanh / slope,
        ),
    )


def _slightly_off() -> tuple[Plant, ...]:
    """0.5%, 1% and 2% off, either way, at a margin of a fifth."""
    return tuple(
        claimed(
            f"a gain off by {100 * error:+g}%",
            "relu",
            same(64, 20),
            abs(error) / 5,
            _HE * (1 + error),
            forward=(1 + error) ** 2,
            backward=(1 + error) ** 2,
        )
        for error in (-0.005, 0.005, -0.01, 0.01, -0.02, 0.02)
    )
