"""One line of the catalogue: everything known of an activation, its expression not yet built.

sympy takes about a millisecond for an expression, so a catalogue of sixty that built them all when it is
imported would cost more than most questions that are put to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import sympy as sp

from derive.activation import Activation, X
from derive.decimals import rational
from derive.errors import BadInput


class Parameter(NamedTuple):
    """A parameter: its letter, its default value as text, and whether only positive values make sense."""

    name: str
    default: str
    positive: bool = False

    @property
    def symbol(self) -> sp.Symbol:
        """The symbol that stands for it in the expression."""
        return sp.Symbol(self.name, positive=True) if self.positive else sp.Symbol(self.name, real=True)

    def value(self, given: object) -> sp.Rational:
        """The given value as a rational; raises `BadInput` where it is none, or not positive as it must be."""
        number = rational(given, f"the parameter {self.name}")
        if self.positive and number <= 0:
            raise BadInput(
                f"the parameter {self.name} is {number}, but it must be above 0; give a positive number"
            )
        return number


def real(name: str, default: str) -> Parameter:
    """A parameter that may have either sign."""
    return Parameter(name, default)


def positive(name: str, default: str) -> Parameter:
    """A parameter that must be above 0."""
    return Parameter(name, default, positive=True)


@dataclass(frozen=True)
class Entry:
    """A name, how to build the expression from x and the parameters' symbols, the source, and torch's name.

    In `torch`, {a} stands for the value of the parameter a; a parameter that it does not mention keeps its
    default there, so torch has a counterpart at that value only.
    """

    name: str
    build: Callable[..., sp.Expr]
    reference: str
    torch: str | None = None
    parameters: tuple[Parameter, ...] = ()

    def activation(self, given: Mapping[str, object]) -> Activation:
        """The activation with the values given, defaults elsewhere. Raises `BadInput` for a bad parameter.

        >>> line = Entry("line", lambda x, a: a * x, "", "torch.nn.Line({a})", (real("a", "1/2"),))
        >>> line.activation({"a": 3}).torch
        'torch.nn.Line(3.0)'
        """
        self._refuse_unknown(given)
        values = {p: p.value(given.get(p.name, p.default)) for p in self.parameters}
        symbols = {p: p.symbol for p in self.parameters}
        paired = tuple((symbols[p], value) for p, value in values.items())
        expression = self.build(X, *symbols.values())
        return Activation(self.name, expression, paired, self.reference, self._torch(values))

    def _refuse_unknown(self, given: Mapping[str, object]) -> None:
        known = [p.name for p in self.parameters]
        for name in given:
            if name not in known:
                listed = ", ".join(known) or "none"
                raise BadInput(f"{self.name} has no parameter {name!r}: it has {listed}; leave it out")

    def _torch(self, values: Mapping[Parameter, sp.Rational]) -> str | None:
        if self.torch is None:
            return None
        fixed = [p for p in values if f"{{{p.name}}}" not in self.torch]
        if any(values[p] != sp.Rational(p.default) for p in fixed):
            return None
        return self.torch.format(**{p.name: repr(float(value)) for p, value in values.items()})
