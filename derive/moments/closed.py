"""Closed forms: exact Gaussian moments of piecewise polynomials, with symbolic q and parameters."""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp

from derive.activation import X
from derive.kinks import Piece
from derive.moments.kinds import Monomial, Q
from derive.moments.truncated import truncated


def integrand(piece: Piece, powers: Monomial) -> sp.Expr:
    """The monomial written out for one piece, without the factor 1/q^q."""
    f = piece.expression
    return f**powers.f * sp.diff(f, X) ** powers.d * X**powers.z


def polynomial_moment(parts: Iterable[Piece], powers: Monomial) -> sp.Expr | None:
    """The moment in closed form where the monomial is a polynomial on every piece, else None.

    >>> from derive.kinks import pieces
    >>> relu = pieces(sp.Max(0, X), X)
    >>> polynomial_moment(relu, Monomial(4, 0, 0, 0))
    3*q**2/2
    """
    total = sp.Integer(0)
    for piece in parts:
        product = integrand(piece, powers)
        if not product.is_polynomial(X):
            return None
        total += _over_piece(product, piece)
    return tidy(total / Q**powers.q)


def _over_piece(polynomial: sp.Expr, piece: Piece) -> sp.Expr:
    terms = sp.Poly(sp.expand(polynomial), X).terms()
    return sum((c * truncated(k, piece.low, piece.high) for (k,), c in terms), sp.Integer(0))


def tidy(expression: sp.Expr) -> sp.Expr:
    """A closed form in the shape a person would write: like terms together, common factors out.

    >>> a = sp.Symbol("a")
    >>> tidy(Q / 2 + a**2 * Q / 2), tidy(sp.sqrt(Q) - a * sp.sqrt(Q))
    (q*(a**2 + 1)/2, sqrt(q)*(1 - a))
    """
    expanded = sp.expand(expression)
    return sp.factor_terms(expanded) if expanded.has(sp.erf, sp.exp) else _forwards(sp.factor(expanded))


def _forwards(product: sp.Expr) -> sp.Expr:
    """-(a - 1) as 1 - a: a minus sign in front goes into the first sum that can take it."""
    sums = [factor for factor in sp.Mul.make_args(product) if factor.is_Add]
    if not sums or not product.could_extract_minus_sign():
        return product
    return (-product / sums[0]) * (-sums[0])
