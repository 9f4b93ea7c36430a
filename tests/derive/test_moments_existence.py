"""Existence: infinite moments are called so, from the right q on, and finite ones are not."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.activation import Activation, X
from derive.moments import moment
from derive.moments.program import value
from derive.number import Missing, Number

R = sp.Rational
A = sp.Abs(X)

# The function, the moment, and the smallest q for which it is not finite; it is not finite there either.
THRESHOLDS = [
    (sp.exp(X**2 / 8), "mean", 4),
    (sp.exp(X**2 / 8), "second", 2),
    (sp.exp(X**2 / 8), "derivative_second", 2),
    (sp.exp(X**2 / 8), "fourth", 1),
    (sp.exp(X**2), "second", R(1, 4)),
    (sp.exp(X**2 + 3 * X), "mean", R(1, 2)),
    (sp.exp(X**2 / 3 - X), "second", R(3, 4)),
    (X * sp.exp(X**2 / 6), "second", R(3, 2)),
    (sp.cosh(X**2), "second", R(1, 4)),
    (sp.sinh(X**2 / 2), "second", R(1, 2)),
    (sp.erfi(X), "derivative_second", R(1, 4)),
    (sp.exp(X**2) * sp.erfc(X), "second", R(1, 4)),
    (sp.Piecewise((sp.exp(X**2 / 5), X > 1), (X, True)), "second", R(5, 4)),
]

ALWAYS = [
    (sp.exp(sp.exp(X)), "mean"),
    (sp.exp(sp.exp(-X)), "second"),
    (sp.exp(X**3), "second"),
    (sp.exp(sp.sinh(X)), "second"),
    (sp.exp(A ** R(5, 2)), "derivative_second"),
    (1 / X, "mean"),
    (1 / X, "second"),
    (1 / (X - 1), "mean"),
    (sp.sqrt(A), "derivative_second"),
    (1 / sp.sqrt(A), "second"),
    (sp.sign(X) * A ** R(1, 3), "derivative_second"),
    (sp.log(A), "derivative_second"),
]

FINITE = [
    (sp.Piecewise((sp.exp(X**2) * sp.erfc(X), X > 0), (1, True)), "second"),
    (sp.exp(-(X**2)), "fourth"),
    (sp.exp(-sp.exp(X)), "second"),
    (sp.exp(A), "fourth"),
    (A**A, "second"),
    (sp.log(A), "fourth"),
    (X * sp.log(A), "derivative_fourth"),
    (A ** R(3, 5), "derivative_second"),
    (1 / sp.sqrt(A), "mean"),
    (sp.exp(X**2) * sp.exp(-2 * X**2 + X), "second"),
    (sp.sin(X) / X, "derivative_second"),
]

UNDECIDED = [
    (sp.tan(X), "mean", 1),
    (sp.exp(X**2) * sp.sin(X), "second", 1),
    (sp.exp(X**2 / 8) / (1 + X**2), "second", 2),  # at the very threshold a power decides, for and against
]


def of(function: sp.Expr, kind: str, q: object) -> Number | Missing:
    return moment(Activation("f", function, (), "", None), kind, q, 12)  # type: ignore[arg-type]


@pytest.mark.parametrize(("function", "kind", "least"), THRESHOLDS, ids=str)
def test_the_threshold_is_found_and_is_sharp(function: sp.Expr, kind: str, least: sp.Rational) -> None:
    for factor in (1, R(101, 100), 7):
        found = of(function, kind, least * factor)
        assert isinstance(found, Missing)
        assert found.infinite_from == least
        assert f"for q >= {least}" in found.reason
    assert isinstance(of(function, kind, least * R(9, 10)), Number)


@pytest.mark.parametrize(("function", "kind"), ALWAYS, ids=str)
def test_what_is_infinite_for_every_variance_says_so(function: sp.Expr, kind: str) -> None:
    for q in (R(1, 1000), 1, 50):
        found = of(function, kind, q)
        assert isinstance(found, Missing)
        assert found.infinite_from == 0
        assert "for every q" in found.reason


@pytest.mark.parametrize(("function", "kind"), FINITE, ids=str)
def test_what_is_finite_has_a_ball(function: sp.Expr, kind: str) -> None:
    for q in (R(1, 4), 1, 4):
        found = of(function, kind, q)
        assert isinstance(found, Number)
        assert found.ball.rad() <= arb("1e-12") * found.ball.abs_lower()


@pytest.mark.parametrize(("function", "kind", "q"), UNDECIDED, ids=str)
def test_what_is_not_decided_is_called_that(function: sp.Expr, kind: str, q: int) -> None:
    found = of(function, kind, q)
    assert isinstance(found, Missing)
    assert found.infinite_from is None
    assert found.reason.startswith("not decided: ")


@settings(max_examples=40)
@given(
    st.fractions("1/12", 3, max_denominator=12), st.integers(-3, 3), st.fractions("1/8", 4, max_denominator=9)
)
def test_exponentials_of_quadratics_are_finite_exactly_below_the_threshold(a, b, q) -> None:  # type: ignore[no-untyped-def]
    """E exp(a z^2 + b z) = exp(b^2 r/2)/sqrt(1 - 2 a q) with r = q/(1 - 2 a q), for 2 a q < 1."""
    a, q = R(a.numerator, a.denominator), R(q.numerator, q.denominator)
    found = of(sp.exp(a * X**2 + b * X), "mean", q)
    rest = 1 - 2 * a * q
    if rest <= 0:
        assert isinstance(found, Missing)
        assert found.infinite_from == 1 / (2 * a)
        return
    assert isinstance(found, Number)
    with ctx.workdps(40):
        exact = sp.exp(R(b**2) * q / rest / 2) / sp.sqrt(rest)
        assert found.ball.overlaps(value(exact).real)


def test_a_rate_without_a_fraction_is_decided_away_from_its_threshold() -> None:
    steep = sp.exp(sp.pi * X**2)  # infinite from 1/(2 pi) = 0.1591... on
    assert isinstance(of(steep, "mean", R(1, 7)), Number)
    assert "is not finite" in of(steep, "mean", R(1, 6)).reason


def test_the_reason_names_the_moment_the_growth_and_the_side() -> None:
    found = of(sp.exp(X**2 / 8), "second", 2)
    assert found.reason == ("E f^2 is infinite for q >= 2: its integrand grows like exp(x^2/4) as x -> -oo")
    near = of(sp.sqrt(A), "derivative_second", 1)
    assert (
        near.reason == "E f'^2 is infinite for every q: its integrand grows at least like 1/|x| next to x = 0"
    )
