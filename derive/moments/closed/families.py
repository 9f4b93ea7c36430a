"""What every family of closed forms gets and gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from derive.activation import X
from derive.kinks import Piece
from derive.moments.kinds import Monomial


@dataclass(frozen=True)
class Form:
    """What a family found: `expression`, a closed form in q and parameters; or `reduction`, an expression
    in q, elementary functions and named auxiliary functions such as K(q) that have no closed form. It holds
    where every expression in `positive` is: a moment of exp(x^2/4) is finite for small q only."""

    expression: sp.Expr | None = None
    reduction: sp.Expr | None = None
    positive: tuple[sp.Expr, ...] = ()


class RefusedError(Exception):
    """The function belongs to the family, yet has no closed form there; the message says why."""


# The smooth pieces from left to right and the monomial; None where the function is not of the family.
Family = Callable[[Sequence[Piece], Monomial], Form | None]


@lru_cache(maxsize=256)  # every family asks for it
def integrand(piece: Piece, powers: Monomial) -> sp.Expr:
    """The monomial written out for one piece, without the factor 1/q^q."""
    f = piece.expression
    if f.is_polynomial(X):  # or the slope of a product of many factors would be as many such products
        f = sp.expand(f)
    return f**powers.f * sp.diff(f, X) ** powers.d * X**powers.z
