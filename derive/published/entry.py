"""A constant that a framework publishes for an activation, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import sympy as sp

from derive.activation import Activation
from derive.catalogue import activation as named
from derive.gated import Gated

# Which of the gains in `derive.gains` (or of `derive.gated`) the constant has to be measured against.
Convention = Literal["forward", "backward", "centred", "compromise", "self_consistent"]


@dataclass(frozen=True)
class Published:
    """One constant: who publishes it, for which activation, its value, what it is meant to hold, and where.

    `activation` is a name of the catalogue or of a gated unit; None says that the framework uses the value
    whatever the activation is. `build` makes the exact value from the activation's parameter values, if
    `takes_parameters`; otherwise the constant is for the default ones. All are meant at q = 1.
    """

    framework: str
    activation: str | None
    build: Callable[..., sp.Expr]
    convention: Convention
    where: str
    source: str
    note: str = ""
    takes_parameters: bool = False

    def value(self, subject: Activation | Gated) -> sp.Expr | None:
        """The exact value for that activation, or None where the constant is not about it.

        >>> five_thirds = Published("torch", "tanh", lambda: sp.Rational(5, 3), "forward", "", "")
        >>> five_thirds.value(named("tanh")), five_thirds.value(named("relu"))
        (5/3, None)
        """
        if self.activation not in (None, subject.name):
            return None
        if self.takes_parameters and isinstance(subject, Activation):
            return self.build(*(value for _, value in subject.parameters))
        return self.build() if self.activation is None or _is_default(subject) else None


def _is_default(subject: Activation | Gated) -> bool:
    return isinstance(subject, Gated) or subject.parameters == named(subject.name).parameters


def decimal(digits: str) -> Callable[[], sp.Expr]:
    """The value that these digits write exactly.

    >>> decimal("1.25")()
    5/4
    """
    return lambda: sp.Rational(digits)
