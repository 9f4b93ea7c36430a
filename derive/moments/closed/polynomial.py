"""Closed forms: exact Gaussian moments of piecewise polynomials, with symbolic q and parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sympy as sp

from derive.activation import X
from derive.kinks import Piece
from derive.moments.closed.families import Form, integrand
from derive.moments.closed.truncated import truncated
from derive.moments.closed.writing import tidy
from derive.moments.kinds import Monomial, Q


def form(parts: Sequence[Piece], powers: Monomial) -> Form | None:
    """The family: the monomial is a polynomial on every piece."""
    found = polynomial_moment(parts, powers)
    return None if found is None else Form(found)


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
