"""Rational pieces: mpmath's quadrature as a second route, and random rational functions against the ball."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import pytest
import sympy as sp
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.activation import X
from derive.kinks import pieces
from derive.moments.closed import rational
from derive.moments.closed.basis import Basis, power_moment
from derive.moments.closed.families import RefusedError
from derive.moments.closed.truncated import truncated
from derive.moments.enclosure import enclosure
from derive.moments.kinds import MONOMIALS, Monomial, Q
from derive.moments.program import value
from derive.moments.trust import meets

A = sp.Symbol("a", positive=True)
MEAN = Monomial(1, 0, 0, 0)
SOFTSIGN = X / (A + sp.Abs(X))
CAUCHY = 1 / (X**2 + A)
RECIPROCAL = sp.Piecewise((X, sp.Abs(X) < 1), (1 / X, True))  # a pole at 0, where its formula does not hold

Real = mpmath.mpf


def _ramp_slope(x: Real, a: Real) -> Real:
    return (a - x**2) / (x**2 + a) ** 2 if x > 0 else mpmath.mpf(0)


# The function, the kind of moment, and its integrand in x and a, written by hand.
TABLE: list[tuple[str, sp.Expr, str, Callable[[Real, Real], Real]]] = [
    ("softsign", SOFTSIGN, "second", lambda x, a: x**2 / (a + abs(x)) ** 2),
    ("softsign", SOFTSIGN, "derivative_second", lambda x, a: a**2 / (a + abs(x)) ** 4),
    ("softsign", SOFTSIGN, "slope", lambda x, a: a * x**2 / (a + abs(x)) ** 3),
    ("its size", sp.Abs(SOFTSIGN), "mean", lambda x, a: abs(x) / (a + abs(x))),
    ("symlog", sp.sign(X) * sp.log(A + sp.Abs(X)), "derivative_second", lambda x, a: 1 / (a + abs(x)) ** 2),
    ("cauchy", CAUCHY, "mean", lambda x, a: 1 / (x**2 + a)),
    ("cauchy", CAUCHY, "second", lambda x, a: 1 / (x**2 + a) ** 2),
    ("cauchy", CAUCHY, "derivative_second", lambda x, a: 4 * x**2 / (x**2 + a) ** 4),
    ("arctan", sp.atan(X / A), "derivative_second", lambda x, a: a**2 / (x**2 + a**2) ** 2),
    ("witch", X / (X**2 + A), "second", lambda x, a: x**2 / (x**2 + a) ** 2),
    ("ramp", sp.Max(0, X) / (X**2 + A), "mean", lambda x, a: max(x, 0) / (x**2 + a)),
    ("ramp", sp.Max(0, X) / (X**2 + A), "derivative_second", lambda x, a: _ramp_slope(x, a) ** 2),
    ("welsch", X**2 / (X**2 + A), "mean", lambda x, a: x**2 / (x**2 + a)),
    ("off centre", (X + 1) / (X**2 + X + 1), "mean", lambda x, a: (x + 1) / (x**2 + x + 1)),
    ("pade", sp.Abs(X) / (1 + sp.Abs(X) + X**2), "mean", lambda x, a: abs(x) / (1 + abs(x) + x * x)),
    ("humped", sp.Abs(X) / (3 - 2 * sp.Abs(X) + X**2), "mean", lambda x, a: abs(x) / (2 + (1 - abs(x)) ** 2)),
    ("reciprocal", RECIPROCAL, "second", lambda x, a: min(abs(x), 1 / abs(x)) ** 2 if x else x),
]


def _exact(found: sp.Expr, q: Real, a: Real) -> Real:
    """The form at these values by balls of 128 bits, which hold more digits than are compared."""
    with ctx.workprec(128):
        ball = value(found, {Q: arb(q), A: arb(a)})
        assert ball.imag.contains(0)
        return mpmath.mpf(ball.real.mid().str(35, radius=False))


def _quadrature(f: Callable[[Real, Real], Real], q: Real, a: Real) -> Real:
    def weighted(x: Real) -> Real:
        return f(x, a) * mpmath.exp(-x * x / (2 * q))

    far = 13 * mpmath.sqrt(q)  # beyond, the weight is below 1e-36
    ends = sorted({-far, -1, 0, 1, far} | {-far / 8, far / 8})
    return mpmath.quad(weighted, ends) / mpmath.sqrt(2 * mpmath.pi * q)


@pytest.mark.parametrize(("name", "f", "kind", "by_hand"), TABLE, ids=[f"{t[0]}-{t[2]}" for t in TABLE])
@pytest.mark.parametrize(("q", "a"), [("0.375", "1.5"), ("4", "0.5")])
def test_quadrature_agrees(
    name: str, f: sp.Expr, kind: str, by_hand: Callable[[Real, Real], Real], q: str, a: str
) -> None:
    found = rational.form(pieces(f, X), MONOMIALS[kind])
    assert found is not None
    with mpmath.workdps(30):
        here = mpmath.mpf(q), mpmath.mpf(a)
        assert mpmath.almosteq(_exact(found.expression, *here), _quadrature(by_hand, *here), rel_eps=1e-20)


def test_literature() -> None:
    """DLMF 7.7.1, with t = x/a: the integral of exp(-x^2/2q)/(x^2 + a^2) over x > 0."""
    expected = sp.pi / (2 * A) * sp.exp(A**2 / (2 * Q)) * sp.erfc(A / sp.sqrt(2 * Q))
    found = rational.form(pieces(1 / (X**2 + A**2), X), MEAN)
    assert found is not None
    assert sp.expand(found.expression * sp.sqrt(2 * sp.pi * Q) - 2 * expected) == 0


def test_forms_are_written_as_a_person_would() -> None:
    found = rational.form(pieces(X**2 / (1 + X**2), X), MEAN)
    assert str(found and found.expression) == (
        "1 - sqrt(2)*sqrt(pi)*exp(1/(2*q))*erfc(sqrt(2)/(2*sqrt(q)))/(2*sqrt(q))"
    )


@pytest.mark.parametrize("constant", [sp.sqrt(2), sp.pi, 1 + sp.sqrt(3)], ids=str)
def test_irrational_constants(constant: sp.Expr) -> None:
    """(sqrt(2) + x)^2 multiplied out would not factor over the rationals."""
    f = X / (constant + sp.Abs(X)) - constant
    assert _meets_the_ball(f, MONOMIALS["second"], sp.Integer(2))


@pytest.mark.parametrize("k", range(5))
@pytest.mark.parametrize(("low", "high"), [(-sp.oo, sp.oo), (0, sp.oo), (sp.Rational(1, 3), 2), (-2, 1)])
def test_powers_agree_with_the_truncated_normal(k: int, low: sp.Expr, high: sp.Expr) -> None:
    ends = (sp.sympify(low), sp.sympify(high))
    assert sp.expand(power_moment(k, *ends, Basis([])).written() - truncated(k, *ends)) == 0


@st.composite
def without_real_poles(draw: st.DrawFn) -> sp.Expr:
    """P/D with deg P <= 4 and D a product of powers of (x - m)^2 + d, d > 0."""
    small = st.fractions(-2, 2, max_denominator=3).map(sp.Rational)
    bottom = sp.Integer(1)
    for _ in range(draw(st.integers(1, 2))):
        m, d = draw(small), draw(st.fractions("1/3", 3, max_denominator=4).map(sp.Rational))
        bottom *= ((X - m) ** 2 + d) ** draw(st.integers(1, 2))
    return sum((draw(small) * X**k for k in range(5)), sp.Integer(1)) / bottom


def _meets_the_ball(f: sp.Expr, powers: Monomial, q: sp.Rational) -> bool:
    found = rational.form(pieces(f, X), powers)
    assert found is not None
    return meets(found.expression.xreplace({Q: q}), enclosure(f, powers, q, 15, vanishes=True))


VARIANCES = st.sampled_from(["1/5", "1", "7"]).map(sp.Rational)


@settings(max_examples=25)
@given(without_real_poles(), st.sampled_from(["mean", "second", "slope"]), VARIANCES)
def test_random_functions_meet_the_certified_ball(f: sp.Expr, kind: str, q: sp.Rational) -> None:
    assert _meets_the_ball(f, MONOMIALS[kind], q)


@settings(max_examples=25)
@given(without_real_poles(), st.fractions("1/3", 3, max_denominator=4), st.integers(1, 3), VARIANCES)
def test_random_functions_on_halves_meet_the_certified_ball(
    f: sp.Expr, b: sp.Rational, k: int, q: sp.Rational
) -> None:
    halves = sp.Piecewise((f, X < 0), (1 / (X + sp.Rational(b)) ** k, True))
    assert _meets_the_ball(halves, MEAN, q)


@pytest.mark.parametrize(
    ("f", "why"),
    [
        (1 / (X**2 - 1), "a pole at x = "),
        (1 / (X**2 - 2), "not settled, or it does"),
        (1 / (X**3 + X + 1), "have no square-root form"),
        ((1 + X + X**2) ** 300 / (1 + X**2), "too long for partial fractions"),
        (sum(1 / (X**2 + k) for k in range(1, 60)), "too long for partial fractions"),
        (sp.Piecewise((1 / (1 + X**2), X > 1), (0, True)), r"over \(1, oo\): closed forms need"),
        (sp.Piecewise((1 / (2 + X), X > 1), (0, True)), r"over \(1, oo\): closed forms need"),
        (1 / (X**2 + sp.Symbol("b", real=True)), "not settled"),
    ],
)
def test_refusals_say_why(f: sp.Expr, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        rational.form(pieces(f, X), MEAN)


@pytest.mark.parametrize("f", [sp.tanh(X), sp.sqrt(X**2 + 1), X / (1 + sp.exp(X))])
def test_other_functions_are_left_to_other_families(f: sp.Expr) -> None:
    assert rational.form(pieces(f, X), MEAN) is None
