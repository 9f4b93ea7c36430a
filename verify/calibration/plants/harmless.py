"""Changes that leave the claim true: a verifier that refuted them would be wrong.

What they change, the claim does not speak of: the sign of what is squared, the size of the input (increments
are conditional on it), and how units depend on one another (each still has its second moment).
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING

from verify.calibration.cases import same
from verify.calibration.plants.moments import gelu, gelu_tanh, mean_square
from verify.calibration.plants.plant import Plant, planted

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from verify.network import Family


def harmless() -> tuple[Plant, ...]:
    """All of them."""
    return (
        planted(
            "a leaky slope of the other sign",
            "prelu",
            same(16, 6),
            0.02,
            _mirrored,
            forward=1.0,
            backward=1.0,
            sampler="dense",
        ),
        planted(
            "inputs of twice the variance, at tanh's own gain",
            "tanh",
            same(24, 6),
            0.02,
            _doubled,
            forward=1.0,
        ),
        planted(
            "rows correlated by 1/10, forward",
            "identity",
            same(16, 3),
            0.05,
            _correlated,
            forward=1.0,
            sampler="dense",
        ),
        # Its gain is off by 0.003%, so a margin that told it from GELU would take some 1e9 networks of this width.
        planted(
            "GELU's form with tanh run as GELU",
            "gelu",
            same(32, 6),
            0.02,
            _by_tanh,
            forward=(mean_square(gelu_tanh) / mean_square(gelu), *(None,) * 5),
        ),
    )


def _by_tanh(family: Family) -> Family:
    from derive import activation
    from verify.functions import functions

    return replace(family, functions=functions(activation("gelu_tanh")))


def _mirrored(family: Family) -> Family:
    """PReLU with slope -a: the squares of f and f' are the same."""
    from derive import activation
    from verify.functions import functions

    return replace(family, functions=functions(activation("prelu", {"a": "-1/4"})))


def _doubled(family: Family) -> Family:
    return replace(family, first_square=2.0)


def _correlated(family: Family) -> Family:
    return replace(family, law=replace(family.law, draw=rows_of_a_kind, gaussian=False, iid=False))


def rows_of_a_kind(weights: Tensor, generator: Generator) -> Tensor:
    """Normal weights; those of one column are correlated by 1/10."""
    common = weights.new_empty(weights[..., :1, :].shape).normal_(generator=generator)
    return weights.normal_(generator=generator).mul_(sqrt(0.9)).add_(common, alpha=sqrt(0.1))
