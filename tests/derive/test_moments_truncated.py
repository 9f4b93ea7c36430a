"""E[z^k 1{low < z < high}] in closed form, against mpmath's quadrature: another route altogether."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

from derive.moments.closed.truncated import truncated
from derive.moments.kinds import Q

ENDS = [
    (-sp.oo, sp.oo),
    (0, sp.oo),
    (-sp.oo, sp.Rational(-1, 2)),
    (sp.Rational(1, 3), 2),
    (-sp.sqrt(2), sp.oo),
]


def as_mp(end: sp.Expr) -> mpmath.mpf:
    return mpmath.mpf(sp.N(end, 30)) if end.is_finite else mpmath.inf * int(sp.sign(end))


@pytest.mark.parametrize("k", range(6))
@pytest.mark.parametrize(("low", "high"), ENDS)
@pytest.mark.parametrize("q", [sp.Rational(1, 3), sp.Integer(2)])
def test_truncated_moments_meet_quadrature(k: int, low: sp.Expr, high: sp.Expr, q: sp.Rational) -> None:
    ends = [sp.sympify(low), sp.sympify(high)]
    closed = truncated(k, *ends).subs(Q, q)
    with mpmath.workdps(30):
        width = mpmath.sqrt(mpmath.mpf(q.p) / q.q)
        cuts = [0] if ends == [-sp.oo, sp.oo] else []
        low, high = map(as_mp, ends)
        numeric = mpmath.quad(lambda z: z**k * mpmath.npdf(z, 0, width), [low, *cuts, high])
        assert abs(mpmath.mpf(sp.N(closed, 30)) - numeric) < mpmath.mpf(10) ** -24


def test_pieces_add_up_to_the_whole() -> None:
    """Splitting the line anywhere changes nothing, at symbolic q and symbolic cut."""
    cut = sp.Symbol("c", real=True)
    for k in range(5):
        split = truncated(k, -sp.oo, cut) + truncated(k, cut, sp.oo)
        assert sp.simplify(split - truncated(k, -sp.oo, sp.oo)) == 0


def test_whole_line_moments_are_double_factorials() -> None:
    expected = [1, 0, Q, 0, 3 * Q**2, 0, 15 * Q**3, 0, 105 * Q**4]
    assert [truncated(k, -sp.oo, sp.oo) for k in range(9)] == expected
