"""E[z^k 1{low < z < high}] for z ~ N(0, q), at symbolic q: integration by parts, twice at a time."""

from __future__ import annotations

import sympy as sp

from derive.moments.kinds import Q


def truncated(k: int, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    """E[z^k 1{low < z < high}], z ~ N(0, q).

    With phi the density, z phi = -q phi', so M_k = (k-1) q M_(k-2) + q [low^(k-1) phi(low) - high^(k-1)
    phi(high)]; M_0 is a difference of error functions.

    >>> truncated(2, sp.Integer(0), sp.oo), truncated(1, sp.Integer(0), sp.oo)
    (q/2, sqrt(2)*sqrt(q)/(2*sqrt(pi)))
    """
    if k == 0:
        return (_erf(high) - _erf(low)) / 2
    lower = (k - 1) * truncated(k - 2, low, high) if k > 1 else sp.Integer(0)
    return sp.expand(Q * (lower + _edge(k - 1, low) - _edge(k - 1, high)))


def _erf(end: sp.Expr) -> sp.Expr:
    return sp.erf(end / sp.sqrt(2 * Q)) if end.is_finite else sp.sign(end)


def _edge(power: int, end: sp.Expr) -> sp.Expr:
    """end^power times the density there; an infinite end contributes nothing."""
    if not end.is_finite:
        return sp.Integer(0)
    return end**power * sp.exp(-(end**2) / (2 * Q)) / sp.sqrt(2 * sp.pi * Q)
