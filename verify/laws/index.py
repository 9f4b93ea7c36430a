"""The weight laws by name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from derive.errors import BadInput, unknown_name
from verify.laws.law import Law, standard_normal

if TYPE_CHECKING:
    from torch import Generator, Tensor

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


def standard_uniform(values: Tensor, generator: Generator) -> Tensor:
    """Independent uniform draws on (-sqrt 3, sqrt 3), in place, in a tensor of any shape."""
    return values.uniform_(-math.sqrt(3), math.sqrt(3), generator=generator)


_LAWS = (
    Law("normal", kurtosis=3.0, draw=standard_normal, gaussian=True),
    Law("uniform", kurtosis=1.8, draw=standard_uniform),
)


def names() -> tuple[str, ...]:
    """The laws that can be drawn from.

    >>> names()
    ('normal', 'uniform')
    """
    return tuple(law.name for law in _LAWS)


def law(name: str) -> Law:
    """The law of that name; raises `BadInput` for one that is unknown or not available yet.

    >>> law("uniform").kurtosis
    1.8
    """
    if name in PLANNED:
        raise BadInput(f"weight law {name!r} cannot be drawn yet: choose one of {', '.join(names())}")
    if name not in names():
        raise unknown_name("weight law", name, names())
    return next(law for law in _LAWS if law.name == name)
