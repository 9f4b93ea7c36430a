"""A closed form by symmetry: where f(x) + f(-x) is a polynomial, E f needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import sympy as sp

from derive.activation import X
from derive.kinks import Piece
from derive.moments.closed.families import Form
from derive.moments.closed.truncated import truncated
from derive.moments.kinds import Monomial

_LARGEST = 60  # operations; beyond that, cancelling a rational function may take minutes


def form(parts: Sequence[Piece], powers: Monomial) -> Form | None:
    """The family: the mean of a function whose even part is a polynomial on each piece."""
    found = symmetric_mean(parts, powers)
    return None if found is None else Form(found)


def symmetric_mean(parts: Sequence[Piece], powers: Monomial) -> sp.Expr | None:
    """E f(z) for an f with mirrored kinks whose even part is a polynomial on each piece, else None; only
    the mean is asked about.

    >>> symmetric_mean((Piece(-sp.oo, sp.oo, 1 / (1 + sp.exp(-X))),), Monomial(1, 0, 0, 0))
    1/2
    """
    if powers != Monomial(1, 0, 0, 0) or any(
        p.low != -m.high for p, m in zip(parts, parts[::-1], strict=True)
    ):
        return None
    total = sp.Integer(0)
    for right, left in islice(zip(parts[::-1], parts, strict=True), (len(parts) + 1) // 2):
        both = _as_rational(right.expression + left.expression.subs(X, -X))
        if both is None or not both.is_polynomial(X):
            return None
        start = right.low if right.low.is_nonnegative else sp.Integer(0)
        terms = sp.Poly(both, X).terms()
        total += sum((c * truncated(k, start, right.high) for (k,), c in terms), sp.Integer(0))
    return total


def _as_rational(expression: sp.Expr) -> sp.Expr | None:
    """The expression cancelled, with tanh and its kin in exponentials and exp(c x) as a power of exp(x/d)."""
    written = expression.rewrite([sp.tanh, sp.sinh, sp.cosh], sp.exp)
    if written.count_ops() > _LARGEST:
        return None
    rates = {e: sp.cancel(e.args[0] / X) for e in written.atoms(sp.exp)}
    rational = {e: rate for e, rate in rates.items() if rate.is_Rational}
    shared = sp.ilcm(1, 1, *(rate.q for rate in rational.values()))
    w = sp.Dummy("w", positive=True)
    cancelled = sp.cancel(written.xreplace({e: w ** (rate * shared) for e, rate in rational.items()}))
    return None if cancelled.has(w) else cancelled
