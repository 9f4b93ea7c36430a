"""Independent entries of one law, of second moment 1, in a tensor of any shape."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from verify.laws.law import Fill

if TYPE_CHECKING:
    from torch import Generator, Tensor

# Up to here the inverse of the distribution function is sharp in float32, and beyond it a redraw is rare.
_INVERTED = 4.0


def standard_uniform(values: Tensor, generator: Generator) -> Tensor:
    """Uniform on (-sqrt 3, sqrt 3)."""
    return values.uniform_(-math.sqrt(3), math.sqrt(3), generator=generator)


def signs(values: Tensor, generator: Generator) -> Tensor:
    """-1 or 1, each with probability 1/2."""
    return values.bernoulli_(0.5, generator=generator).mul_(2).sub_(1)


def centred_exponential(values: Tensor, generator: Generator) -> Tensor:
    """Exponential of mean 1, less 1."""
    return values.exponential_(generator=generator).sub_(1)


def truncated_normal(cut: float, spread: float) -> Fill:
    """Standard normal given that it lies within +-cut, over its standard deviation `spread`."""
    if cut > _INVERTED:
        return lambda values, generator: _redrawn(values, generator, cut).div_(spread)
    edge, scale = math.erf(cut / math.sqrt(2)), math.sqrt(2) / spread
    return lambda values, generator: values.uniform_(-edge, edge, generator=generator).erfinv_().mul_(scale)


def _redrawn(values: Tensor, generator: Generator, cut: float) -> Tensor:
    outside = values.normal_(generator=generator).abs() > cut
    while outside.any():
        again = values.new_empty(int(outside.sum())).normal_(generator=generator)
        values[outside] = again
        outside = values.abs() > cut
    return values


def student_t(nu: float) -> Fill:
    """Student's t of nu > 2 degrees of freedom over its standard deviation sqrt(nu/(nu - 2)).

    Bailey 1994, "Polar generation of random variates with the t-distribution": r cos(2 pi v), where
    r^2 = nu (u^(-2/nu) - 1). In float64, since 24 bits of u would cut the tail where E w^4 still grows.
    """

    def draw(values: Tensor, generator: Generator) -> Tensor:
        import torch

        u, v = torch.empty(2, *values.shape, dtype=torch.float64, device=values.device).uniform_(
            generator=generator
        )
        square = u.neg_().log1p_().mul_(-2 / nu).expm1_().mul_(nu - 2)
        return values.copy_(square.sqrt_().mul_(v.mul_(2 * math.pi).cos_()))

    return draw
