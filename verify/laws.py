"""The laws that weights are drawn from, each scaled to variance 1."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from derive.errors import BadInput, unknown_name

if TYPE_CHECKING:
    import torch

# The names of the contract that this version cannot draw from.
PLANNED = (
    "truncated_normal",
    "orthogonal",
    "delta_orthogonal",
    "sparse",
    "rademacher",
    "student_t",
    "constant",
    "zeros",
    "torch_default",
)


class Law(Protocol):
    """A law of one weight, of variance 1, with the facts that the theory asks about.

    `kurtosis` is E w^4 / (E w^2)^2; `gaussian` says that rows given a product are Gaussian again, which
    is what makes the increments exact at every width.
    """

    @property
    def name(self) -> str: ...
    @property
    def variance(self) -> float: ...
    @property
    def kurtosis(self) -> float: ...
    @property
    def symmetric(self) -> bool: ...
    @property
    def continuous(self) -> bool: ...
    @property
    def gaussian(self) -> bool: ...
    def fill(self, weights: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Overwrite a tensor of any shape with independent draws, and return it."""


@dataclass(frozen=True)
class Normal:
    """N(0, 1).

    >>> Normal().kurtosis, Normal().symmetric
    (3.0, True)
    """

    name: str = "normal"
    variance: float = 1.0
    kurtosis: float = 3.0
    symmetric: bool = True
    continuous: bool = True
    gaussian: bool = True

    def fill(self, weights: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Standard normals, in place."""
        return weights.normal_(generator=generator)


@dataclass(frozen=True)
class Uniform:
    """Uniform on (-sqrt 3, sqrt 3).

    >>> Uniform().kurtosis
    1.8
    """

    name: str = "uniform"
    variance: float = 1.0
    kurtosis: float = 1.8
    symmetric: bool = True
    continuous: bool = True
    gaussian: bool = False

    def fill(self, weights: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Uniform draws, in place."""
        return weights.uniform_(-math.sqrt(3), math.sqrt(3), generator=generator)


_LAWS: tuple[Law, ...] = (Normal(), Uniform())


def names() -> tuple[str, ...]:
    """The laws that can be drawn from.

    >>> names()
    ('normal', 'uniform')
    """
    return tuple(law.name for law in _LAWS)


def law(name: str) -> Law:
    """The law of that name; raises `BadInput` for one that is unknown or not available yet."""
    refuse_unknown_law(name)
    return next(law for law in _LAWS if law.name == name)


def refuse_unknown_law(name: str) -> None:
    """Raise `BadInput` unless the name is that of a law that can be drawn from.

    >>> refuse_unknown_law("orthogonal")
    Traceback (most recent call last):
    derive.errors.BadInput: weight law 'orthogonal' cannot be drawn yet: choose one of normal, uniform
    """
    if name in PLANNED:
        raise BadInput(f"weight law {name!r} cannot be drawn yet: choose one of {', '.join(names())}")
    if name not in names():
        raise unknown_name("weight law", name, names())
