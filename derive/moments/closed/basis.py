"""Moments as combinations of transcendental parts, with rational functions of q and the parameters before them.

A recursion multiplies and divides such combinations many times. Naming exp(b^2/2q) erfc(..) and its like by
one letter each keeps that arithmetic rational, hence fast, and the result is put together once at the end.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from derive.activation import X
from derive.moments.kinds import Q


class Basis:
    """Letters for the transcendental parts that one moment is made of."""

    def __init__(self) -> None:
        self._letters: dict[sp.Expr, sp.Dummy] = {}

    def letter(self, part: sp.Expr) -> sp.Expr:
        """The letter of a part, always the same; a rational number stands for itself."""
        if part.is_Rational:
            return part
        return self._letters.setdefault(part, sp.Dummy("t"))

    def density(self, end: sp.Expr) -> sp.Expr:
        """The density of N(0, q) at an end of a piece; 0 at an infinite one."""
        if not end.is_finite:
            return sp.Integer(0)
        return self.letter(sp.exp(-(end**2) / (2 * Q)) / sp.sqrt(2 * sp.pi * Q))

    def probability(self, low: sp.Expr, high: sp.Expr) -> sp.Expr:
        """P(low < z < high)."""
        return (self._erf(high) - self._erf(low)) / 2

    def _erf(self, end: sp.Expr) -> sp.Expr:
        return self.letter(sp.erf(end / sp.sqrt(2 * Q)) if end.is_finite else sp.sign(end))

    def written(self, total: sp.Expr) -> sp.Expr:
        """The combination with the parts in place of their letters, each with its factored coefficient.

        >>> basis = Basis()
        >>> t = basis.letter(sp.erf(1 / sp.sqrt(Q)))
        >>> basis.written(t * Q + t - Q)
        -q + (q + 1)*erf(1/sqrt(q))
        """
        parts = {letter: part for part, letter in self._letters.items()}
        if not parts or not total.has(*parts):
            return sp.factor(total)
        terms = sp.Poly(total, *parts).terms()
        letters = [sp.prod(t**k for t, k in zip(parts, powers, strict=True)) for powers, _ in terms]
        return sum(
            (sp.factor(c) * t.xreplace(parts) for t, (_, c) in zip(letters, terms, strict=True)),
            sp.Integer(0),
        )


def power_moment(k: int, low: sp.Expr, high: sp.Expr, basis: Basis) -> sp.Expr:
    """E[z^k 1{low < z < high}], z ~ N(0, q), for any integer k; a range with a negative k must miss 0.

    With phi the density, z phi = -q phi', so M_k = (k-1) q M_(k-2) + q [low^(k-1) phi(low) - high^(k-1)
    phi(high)], up from M_0, an error function, and down from M_(-1), where the integral of exp(-x^2/2q)/x
    is Ei(-x^2/2q)/2.

    >>> basis = Basis()
    >>> basis.written(power_moment(-2, sp.Integer(1), sp.oo, basis)).subs(Q, 1)
    -1/2 + sqrt(2)*exp(-1/2)/(2*sqrt(pi)) + erf(sqrt(2)/2)/2
    """
    if k == 0:
        return basis.probability(low, high)
    if k == -1:
        parts = (_exponential_integral(high, basis), _exponential_integral(low, basis))
        return parts[0] - parts[1]
    if k > 0:
        lower = (k - 1) * power_moment(k - 2, low, high, basis) if k > 1 else sp.Integer(0)
        return Q * (lower + _edges(k - 1, low, high, basis))
    upper = power_moment(k + 2, low, high, basis)
    return (upper / Q - _edges(k + 1, low, high, basis)) / (k + 1)


def _exponential_integral(end: sp.Expr, basis: Basis) -> sp.Expr:
    """Ei(-end^2/2q)/2 times the density at 0; it vanishes far out."""
    return basis.letter(sp.Ei(-(end**2) / (2 * Q))) * basis.density(sp.Integer(0)) / 2 if end.is_finite else 0


def _edges(power: int, low: sp.Expr, high: sp.Expr, basis: Basis) -> sp.Expr:
    """low^power phi(low) - high^power phi(high)."""
    parts = [end**power * basis.density(end) if end.is_finite else sp.Integer(0) for end in (low, high)]
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
