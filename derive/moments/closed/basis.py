"""Moments as combinations of transcendental parts, with rational functions of q and the parameters before them.

A recursion multiplies and divides such combinations many times. The coefficients live in a field of rational
functions, where every step cancels at once; exp(b^2/2q) erfc(..) and its like are opaque until the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import sympy as sp
from sympy.polys.fields import field

from derive.activation import X
from derive.moments.kinds import Q


class Coefficient(Protocol):
    """What is asked of an element of the field, for which sympy has no types."""

    def __add__(self, other: Coefficient | int) -> Coefficient: ...
    def __sub__(self, other: Coefficient | int) -> Coefficient: ...
    def __mul__(self, other: Coefficient | int) -> Coefficient: ...
    def __truediv__(self, other: Coefficient | int) -> Coefficient: ...
    def __pow__(self, power: int) -> Coefficient: ...
    def as_expr(self) -> sp.Expr:
        """The element as an expression."""


@dataclass(frozen=True)
class Combination:
    """Transcendental parts and their coefficients; the part 1 stands for what is rational."""

    terms: dict[sp.Expr, Coefficient]

    def __add__(self, other: Combination) -> Combination:
        terms = dict(self.terms)
        for part, coefficient in other.terms.items():
            terms[part] = terms[part] + coefficient if part in terms else coefficient
        return Combination(terms)

    def __sub__(self, other: Combination) -> Combination:
        return self + other * -1

    def __mul__(self, factor: Coefficient | int) -> Combination:
        return Combination({part: coefficient * factor for part, coefficient in self.terms.items()})

    def __truediv__(self, divisor: Coefficient | int) -> Combination:
        return Combination({part: coefficient / divisor for part, coefficient in self.terms.items()})

    def written(self) -> sp.Expr:
        """The combination as an expression, each part with its factored coefficient."""
        return sp.Add(*[sp.factor(c.as_expr()) * part for part, c in self.terms.items() if c])


class Basis:
    """The field of coefficients of one moment, in q and the symbols of its integrand, and its parts.

    >>> basis = Basis([])
    >>> part = basis.part(sp.erf(1 / sp.sqrt(Q)))
    >>> (part * basis.q + part - basis.constant(Q)).written()
    -q + (q + 1)*erf(1/sqrt(q))
    """

    def __init__(self, expressions: Iterable[sp.Expr]) -> None:
        symbols = {symbol for e in expressions for symbol in e.free_symbols} - {X, Q}
        self.q: Coefficient
        self._field, self.q, *_ = field([Q, *sorted(symbols, key=lambda s: (s.name, s.sort_key()))], sp.QQ)
        self.zero = Combination({})

    def number(self, expression: sp.Expr) -> Coefficient:
        """A rational function of q and the symbols as an element of the field; `ValueError` for others."""
        element: Coefficient = self._field.from_expr(expression)
        return element

    def constant(self, expression: sp.Expr) -> Combination:
        """An expression without x; what is not rational in it becomes a part."""
        return self.scaled(self.part(sp.Integer(1)), expression)

    def part(self, expression: sp.Expr) -> Combination:
        """A transcendental part, once."""
        return Combination({expression: self._field.one})

    def scaled(self, combination: Combination, factor: sp.Expr) -> Combination:
        """A combination times an expression without x."""
        try:
            return combination * self.number(factor)
        except ValueError:  # such as sqrt(2), log(2): they go into the parts
            return Combination({factor * part: c for part, c in combination.terms.items()})

    def density(self, end: sp.Expr, times: sp.Expr = sp.S.One) -> Combination:
        """The density of N(0, q) at an end of a piece, and a part beside it; 0 at an infinite end."""
        if not end.is_finite:
            return self.zero
        return self.part(times * sp.exp(-(end**2) / (2 * Q)) / sp.sqrt(2 * sp.pi * Q))

    def probability(self, low: sp.Expr, high: sp.Expr) -> Combination:
        """P(low < z < high)."""
        return (self._erf(high) - self._erf(low)) / 2

    def _erf(self, end: sp.Expr) -> Combination:
        return self.constant(sp.erf(end / sp.sqrt(2 * Q)) if end.is_finite else sp.sign(end))


def power_moment(k: int, low: sp.Expr, high: sp.Expr, basis: Basis) -> Combination:
    """E[z^k 1{low < z < high}], z ~ N(0, q), for any integer k; a range with a negative k must miss 0.

    With phi the density, z phi = -q phi', so M_k = (k-1) q M_(k-2) + q [low^(k-1) phi(low) - high^(k-1)
    phi(high)], up from M_0, an error function, and down from M_(-1), where the integral of exp(-x^2/2q)/x
    is Ei(-x^2/2q)/2.

    >>> power_moment(-2, sp.Integer(1), sp.oo, Basis([])).written().subs(Q, 1)
    -1/2 + sqrt(2)*exp(-1/2)/(2*sqrt(pi)) + erf(sqrt(2)/2)/2
    """
    if k == 0:
        return basis.probability(low, high)
    if k == -1:
        return _exponential_integral(high, basis) - _exponential_integral(low, basis)
    if k > 0:
        edges = _edges(k - 1, low, high, basis) * basis.q
        return edges if k == 1 else edges + power_moment(k - 2, low, high, basis) * (basis.q * (k - 1))
    upper = power_moment(k + 2, low, high, basis)
    return (upper / basis.q - _edges(k + 1, low, high, basis)) / (k + 1)


def _exponential_integral(end: sp.Expr, basis: Basis) -> Combination:
    """Ei(-end^2/2q)/2 times the density at 0; it vanishes far out."""
    return basis.density(sp.Integer(0), sp.Ei(-(end**2) / (2 * Q))) / 2 if end.is_finite else basis.zero


def _edges(power: int, low: sp.Expr, high: sp.Expr, basis: Basis) -> Combination:
    """low^power phi(low) - high^power phi(high)."""
    parts = [
        basis.scaled(basis.density(end), end**power) if end.is_finite else basis.zero for end in (low, high)
    ]
    return parts[0] - parts[1]


def lettered(expressions: Sequence[sp.Expr]) -> tuple[list[sp.Expr], dict[sp.Expr, sp.Expr]]:
    """The expressions with a letter for every irrational constant, and the letters' values: polynomials
    over the rationals and letters factor quickly, those with sqrt(2) and pi in them hardly.

    >>> written, values = lettered([X / (sp.sqrt(2) + X)])
    >>> sorted(values.values(), key=str)
    [sqrt(2)]
    """
    letters: dict[sp.Expr, sp.Dummy] = {}
    written = [_with_letters(expression, letters) for expression in expressions]
    return written, {letter: constant for constant, letter in letters.items()}


def _with_letters(node: sp.Expr, letters: dict[sp.Expr, sp.Dummy]) -> sp.Expr:
    if node.is_Rational or node.is_Symbol:
        return node
    if node.free_symbols or (node.is_Mul and node.args[0].is_Rational):
        return node.func(*[_with_letters(argument, letters) for argument in node.args])
    if not node.is_positive:
        return node
    return letters.setdefault(node, sp.Dummy("c", positive=True))


def mirrored(expression: sp.Expr) -> sp.Expr:
    """f(-x) for f(x)."""
    return expression.xreplace({X: -X})
