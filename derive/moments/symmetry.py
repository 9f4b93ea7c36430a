"""A closed form by symmetry: where f(x) + f(-x) is a polynomial, E f needs nothing else."""

from __future__ import annotations

import sympy as sp

from derive.activation import X
from derive.kinks import Piece
from derive.moments.kinds import Monomial
from derive.moments.truncated import truncated

_LARGEST = 60  # operations; beyond that, cancelling a rational function may take minutes


def symmetric_mean(parts: tuple[Piece, ...], powers: Monomial) -> sp.Expr | None:
    """E f(z) for a smooth f whose even part is a polynomial, else None; only the mean is asked about.

    >>> symmetric_mean((Piece(-sp.oo, sp.oo, 1 / (1 + sp.exp(-X))),), Monomial(1, 0, 0, 0))
    1/2
    """
    if powers != Monomial(1, 0, 0, 0) or len(parts) > 1:
        return None
    f = parts[0].expression
    even = _as_rational(f + f.subs(X, -X))
    if even is None or not even.is_polynomial(X):
        return None
    terms = sp.Poly(even, X).terms()
    return sum((c * truncated(k, -sp.oo, sp.oo) for (k,), c in terms), sp.Integer(0)) / 2


def _as_rational(expression: sp.Expr) -> sp.Expr | None:
    """The expression cancelled, with tanh and its kin in exponentials and exp(c x) as a power of exp(x/d)."""
    written = expression.rewrite([sp.tanh, sp.sinh, sp.cosh], sp.exp)
    if written.count_ops() > _LARGEST:
        return None
    rates = {e: sp.cancel(e.args[0] / X) for e in written.atoms(sp.exp)}
    rational = {e: rate for e, rate in rates.items() if rate.is_Rational}
    shared = sp.ilcm(1, *(rate.q for rate in rational.values()))
    w = sp.Dummy("w", positive=True)
    cancelled = sp.cancel(written.xreplace({e: w ** (rate * shared) for e, rate in rational.items()}))
    return None if cancelled.has(w) else cancelled
