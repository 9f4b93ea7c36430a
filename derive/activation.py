"""What an activation function is to this package: an expression in x, its parameters and its source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import sympy as sp

from derive.kinks import Piece, UnresolvedKinkError, pieces

X = sp.Symbol("x", real=True)


@dataclass(frozen=True)
class Activation:
    """A function of one real variable, with named parameters that have rational values.

    `expression` is in `X` and the parameter symbols; `parameters` pairs each symbol (real) with its value;
    `reference` is the paper it comes from; `torch` what computes it there, if anything does: a module, as in
    "torch.nn.ELU(1.0)", or a function, as in "torch.sin".

    >>> a = sp.Symbol("a", real=True)
    >>> leaky = Activation("leaky", sp.Max(0, X) + a * sp.Min(0, X), ((a, sp.Rational(1, 100)),), "", None)
    >>> leaky.degree_one
    (1, a)
    >>> leaky.numeric()
    Max(0, x) + Min(0, x)/100
    """

    name: str
    expression: sp.Expr
    parameters: tuple[tuple[sp.Symbol, sp.Expr], ...]
    reference: str
    torch: str | None

    @property
    def label(self) -> str:
        """The name that the field writes: torch's class where it is the catalogue's name in capitals.

        >>> Activation("relu", sp.Max(0, X), (), "", "torch.nn.ReLU()").label
        'ReLU'
        >>> Activation("gelu_tanh", X, (), "", "torch.nn.GELU(approximate='tanh')").label
        'gelu tanh'
        """
        spelled = re.match(r"torch\.nn\.(\w+)", self.torch or "")
        same = spelled is not None and spelled[1].lower() == self.name.replace("_", "")
        return (
            spelled[1] if spelled and same and not spelled[1][1:].islower() else self.name.replace("_", " ")
        )

    def numeric(self) -> sp.Expr:
        """The expression with the parameter values put in."""
        return self.expression.subs(self.values, simultaneous=True)

    @property
    def values(self) -> dict[sp.Symbol, sp.Expr]:
        """The value of each parameter symbol."""
        return dict(self.parameters)

    def pieces(self) -> list[Piece]:
        """The smooth pieces (low, high, formula) from left to right, with the parameters left as symbols
        wherever the kinks do not depend on them, and with their values put in otherwise.

        Raises `derive.kinks.UnresolvedKinkError` where the kinks have no closed form.
        """
        return list(self._pieces)

    @cached_property
    def _pieces(self) -> tuple[Piece, ...]:
        return self.symbolic_pieces or pieces(self.numeric(), X)

    @cached_property
    def symbolic_pieces(self) -> tuple[Piece, ...] | None:
        """The pieces with the parameters as symbols, right whatever their values; None where the order of
        the kinks, or the formula that wins between them, depends on the parameters."""
        try:
            return pieces(self.expression, X)
        except UnresolvedKinkError:
            return None

    @cached_property
    def derivative(self) -> sp.Expr:
        """The derivative almost everywhere, piece by piece; a jump adds nothing, as in backpropagation.

        At a kink it takes the flat side if there is one, otherwise the left side: torch's value for ReLU
        (0), LeakyReLU (the left slope) and Hardtanh (0). torch's abs, with 0 at 0, is the exception.
        """
        try:
            return _by_pieces([Piece(p.low, p.high, sp.diff(p.expression, X)) for p in self._pieces])
        except UnresolvedKinkError:
            return sp.diff(self.expression, X).replace(sp.DiracDelta, lambda *_: sp.Integer(0))

    @cached_property
    def degree_one(self) -> tuple[sp.Expr, sp.Expr] | None:
        """(right, left) where f = right*x for x > 0 and left*x for x < 0: f is then positively homogeneous
        of degree 1; None where it is not. The slopes may hold parameter symbols."""
        try:
            parts = self._pieces
        except UnresolvedKinkError:
            return None
        slopes = [sp.cancel(part.expression / X) for part in parts]
        if any(slope.has(X) for slope in slopes) or [p.high for p in parts[:-1]] not in ([], [0]):
            return None
        return slopes[-1], slopes[0]


def _by_pieces(parts: list[Piece]) -> sp.Expr:
    if len(parts) == 1:
        return parts[0].expression
    branches = []
    for part, following in pairwise(parts):
        flat_follows = following.expression == 0 and part.expression != 0
        branches.append((part.expression, part.high > X if flat_follows else part.high >= X))
    return sp.Piecewise(*branches, (parts[-1].expression, True))
