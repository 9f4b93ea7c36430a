"""What the measuring room asks of a weight law: how it is drawn, and the facts that the theory depends on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from derive.weights import WeightLaw

Fill = Callable[["Tensor", "Generator"], "Tensor"]


def standard_normal(values: Tensor, generator: Generator) -> Tensor:
    """Independent N(0, 1), in place, in a tensor of any shape."""
    return values.normal_(generator=generator)


@dataclass(frozen=True)
class Law:
    """A law of the weights of a layer.

    `draw(weights, generator)` overwrites weights (..., n_out, n_in) so that E w^2 = 1 (zeros stay zero).
    `kurtosis` is E w^4 / (E w^2)^2, in wide layers where it depends on the widths. `gaussian`: the entries are
    independent and Gaussian. `haar`: the matrix is a block of a Haar-distributed orthogonal one. `iid`: the
    entries are independent and identically distributed, so a tensor may be filled in parts of any shape.
    `shared`: all units of a layer have the same weights, and count as one. `fixed_std(n_in, n_out)` is the
    standard deviation of a weight where the law itself fixes it; None means gain / sqrt(fan).
    `fixed_bias_variance(n_in)` likewise; `draw_bias` fills biases of variance 1. `as_given`: `draw` makes the
    weights themselves, at a scale of which nothing is known, and the claim's gain / sqrt(fan) is what is tested.
    `theory` is what `derive.weights` knows of the law, None for one that is given as a callable.
    """

    name: str
    kurtosis: float
    draw: Fill
    symmetric: bool = True
    continuous: bool = True
    gaussian: bool = False
    haar: bool = False
    iid: bool = True
    shared: bool = False
    fixed_std: Callable[[int, int], float] | None = None
    fixed_bias_variance: Callable[[int], float] | None = None
    draw_bias: Fill = standard_normal
    as_given: bool = False
    theory: WeightLaw | None = None
