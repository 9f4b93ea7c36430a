"""Points in order, and the pieces that hang on it: roots of polynomials, exponentials, kinks without a place."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb, ctx

from derive.activation import X
from derive.kinks import UnresolvedKinkError, partial_pieces, pieces
from derive.moments.program import value
from derive.points import between, is_below

A = sp.Symbol("a", real=True)
QUINTIC = sp.real_roots(X**5 - X - 1)[0]


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (sp.Integer(1), sp.Rational(3, 2)),
        (sp.sqrt(2), sp.Rational(3, 2)),
        (sp.sqrt(2), sp.sqrt(2) + sp.Rational(1, 10**30)),
        (QUINTIC, sp.Rational(12, 10)),
        (-sp.oo, QUINTIC),
        (QUINTIC, sp.oo),
        (-sp.oo, sp.oo),
        (sp.log(2), sp.pi / 4),
    ],
)
def test_order_and_a_point_between(low: sp.Expr, high: sp.Expr) -> None:
    assert is_below(low, high) is True
    middle = between(low, high)
    assert middle.is_Rational
    assert is_below(low, middle) is True
    assert is_below(middle, high) is True
    if low.is_finite and high.is_finite:
        assert is_below(high, low) is False


def test_what_depends_on_a_parameter_is_not_told() -> None:
    assert is_below(A, sp.Integer(0)) is None
    assert is_below(sp.Integer(2), sp.Integer(2)) is False


@pytest.mark.parametrize("coefficients", [[1, 0, 0, 0, -1, -1], [10, *[0] * 14, -10, 1], [1, -6, 10, -5, 1]])
def test_every_real_root_is_the_one_that_sympy_means(coefficients: list[int]) -> None:
    """Against sympy's own bisection: one ball each, in the same order, where the polynomial vanishes."""
    polynomial = sp.Poly(coefficients, X)
    for root in sp.real_roots(polynomial):
        with ctx.workprec(120):
            ball = value(root).real
            assert value(polynomial.as_expr(), {X: ball}).real.contains(0)
            near = value(root.eval_rational(sp.Rational(1, 10**12))).real
        assert abs(ball - near) <= arb("1e-12")


def test_kinks_where_an_exponential_crosses_a_level() -> None:
    assert pieces(sp.Max(0, sp.exp(X) - 2), X) == ((-sp.oo, sp.log(2), 0), (sp.log(2), sp.oo, sp.exp(X) - 2))
    assert pieces(sp.Max(0, sp.exp(X) + 2), X) == ((-sp.oo, sp.oo, sp.exp(X) + 2),)
    twice = sp.Max(0, 3 - 2 * sp.exp(sp.exp(X)))
    assert [part.high for part in pieces(twice, X)] == [sp.log(sp.log(3) - sp.log(2)), sp.oo]


def test_kinks_that_cannot_be_placed_leave_the_others_in_place() -> None:
    wavy = sp.Max(0, sp.sin(X) - X / 3)
    function = sp.Piecewise((wavy, X < 1), (X, True))
    with pytest.raises(UnresolvedKinkError):
        pieces(function, X)
    assert partial_pieces(function, X) == ((-sp.oo, 1, wavy), (1, sp.oo, X))
