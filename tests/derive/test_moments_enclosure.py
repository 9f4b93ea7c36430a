"""Certified balls: against mpmath's quadrature and known values, at any precision, and their refusals."""

from __future__ import annotations

from contextlib import suppress

import mpmath
import pytest
import sympy as sp
from flint import acb, arb, ctx

from derive.activation import X
from derive.catalogue import activation
from derive.moments import enclosure as module
from derive.moments.enclosure import NoEnclosureError, enclosure, smooth_parts
from derive.moments.kinds import MONOMIALS
from derive.moments.program import value

FUNCTIONS = {
    "tanh": (mpmath.tanh, lambda z: mpmath.sech(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + mpmath.exp(-z)), lambda z: 1 / (2 + 2 * mpmath.cosh(z))),
}


def quadrature(name: str, kind: str, q: sp.Rational) -> mpmath.mpf:
    """The moment by mpmath's double-exponential rule at 40 digits: another language, rule and formula."""
    f, slope = FUNCTIONS[name]
    powers, variance = MONOMIALS[kind], mpmath.mpf(q.p) / q.q

    def integrand(z: mpmath.mpf) -> mpmath.mpf:
        weight = mpmath.npdf(z, 0, mpmath.sqrt(variance))
        return f(z) ** powers.f * slope(z) ** powers.d * z**powers.z * weight / variance**powers.q

    ends = [k * mpmath.sqrt(variance) for k in (-16, -8, -4, -2, -1, 0, 1, 2, 4, 8, 16)]
    return mpmath.quad(integrand, ends)


@pytest.mark.parametrize("name", ["tanh", "sigmoid"])
@pytest.mark.parametrize("kind", sorted(MONOMIALS))
@pytest.mark.parametrize("variance", ["1/3", "1", "4"])
def test_balls_meet_quadrature_at_forty_digits(name: str, kind: str, variance: str) -> None:
    q = sp.Rational(variance)
    with mpmath.workdps(50), ctx.workdps(50):
        ball = enclosure(activation(name).expression, MONOMIALS[kind], q, 40)
        middle = mpmath.mpf(ball.mid().str(48, radius=False))
        assert abs(middle - quadrature(name, kind, q)) < mpmath.mpf(10) ** -38


# Closed forms from the literature that the engine itself does not know.
KNOWN = [
    (sp.exp(X), "mean", sp.exp(sp.Rational(1, 2))),
    (sp.exp(X), "second", sp.exp(2)),
    (sp.sin(X), "second", (1 - sp.exp(-2)) / 2),
    (sp.erf(X), "second", 2 / sp.pi * sp.asin(sp.Rational(2, 3))),  # Williams 1998, equation 11
    (sp.erf(X), "derivative_second", 4 / (sp.pi * sp.sqrt(5))),
    (sp.Abs(X) ** sp.Rational(1, 2), "second", sp.sqrt(2 / sp.pi)),
    (
        sp.Abs(X) ** sp.Rational(1, 3),
        "mean",
        2 ** sp.Rational(1, 6) * sp.gamma(sp.Rational(2, 3)) / sp.sqrt(sp.pi),
    ),
    (X * (1 + sp.erf(X / sp.sqrt(2))) / 2, "mean", 1 / (2 * sp.sqrt(sp.pi))),  # gelu
]


@pytest.mark.parametrize(("function", "kind", "expected"), KNOWN)
def test_known_values(function: sp.Expr, kind: str, expected: sp.Expr) -> None:
    ball = enclosure(function, MONOMIALS[kind], sp.Integer(1), 30)
    with ctx.workdps(60):
        assert ball.overlaps(arb(str(sp.N(expected, 50)), "1e-48"))


def test_tanh_at_variance_one() -> None:
    ball = enclosure(sp.tanh(X), MONOMIALS["second"], sp.Integer(1), 12)
    assert ball.str(10, radius=False) == "0.3942944904"


@pytest.mark.parametrize("digits", [1, 15, 30, 100, 300])
def test_the_radius_is_what_was_asked_for_and_the_balls_agree(digits: int) -> None:
    ball = enclosure(sp.tanh(X), MONOMIALS["second"], sp.Integer(1), digits)
    finer = enclosure(sp.tanh(X), MONOMIALS["second"], sp.Integer(1), digits + 40)
    assert ball.rad() < arb(10) ** -digits * ball.abs_lower()
    assert ball.contains(finer)


@pytest.mark.parametrize("variance", [sp.Rational(1, 10**60), sp.Rational(1, 10**6), sp.Integer(10) ** 6])
def test_tiny_and_huge_variances_keep_their_relative_precision(variance: sp.Rational) -> None:
    ball = enclosure(sp.Max(0, X), MONOMIALS["second"], variance, 30)
    with ctx.workdps(120):
        half = arb(int(variance.p)) / int(variance.q) / 2
        assert ball.overlaps(half)
        assert ball.rad() < half * arb("1e-30")


def test_irrational_kinks_are_paid_for() -> None:
    """E max(0, z^2 - 2) over kinks at -sqrt(2) and sqrt(2), which no binary number hits."""
    ball = enclosure(sp.Max(0, X**2 - 2), MONOMIALS["mean"], sp.Integer(1), 40)
    with ctx.workdps(60):
        # 2 [sqrt(2) phi(sqrt 2) + (1 - 2) (1 - Phi(sqrt 2))] by parts
        density = arb(-1).exp() / (2 * arb.pi()).sqrt()
        assert ball.overlaps(2 * (arb(2).sqrt() * density - arb(1).erfc() / 2))


def test_a_wide_kink_widens_the_ball(monkeypatch: pytest.MonkeyPatch) -> None:
    """P(|z| > sqrt 2) with the kinks known only to 1/1000, and split 1/2000 off: the truth stays inside."""
    step = sp.Piecewise((0, X**2 < 2), (1, True))
    sharp = enclosure(step, MONOMIALS["mean"], sp.Integer(1), 20)

    def blurred(expression: sp.Expr) -> acb:
        ball = value(expression)
        return ball if expression.is_Rational else acb(ball.real.mid() + arb("5e-4"), 0) + acb(arb(0, 1e-3))

    monkeypatch.setattr(module, "value", blurred)
    parts, one = smooth_parts(step), arb(1)
    wide = module._integral(parts, MONOMIALS["mean"], one, arb("1e-20"))
    assert wide.contains(sharp)
    assert wide.rad() < 1e-2


def test_kinks_without_closed_form_are_left_to_the_balls() -> None:
    """max(0, tanh x) by halves: E max(0, tanh z)^2 = E tanh(z)^2 / 2."""
    half = enclosure(sp.Max(0, sp.tanh(X)), MONOMIALS["second"], sp.Integer(1), 25)
    whole = enclosure(sp.tanh(X), MONOMIALS["second"], sp.Integer(1), 25)
    assert half.overlaps(whole / 2)
    slope = enclosure(sp.Max(0, sp.tanh(X)), MONOMIALS["derivative_second"], sp.Integer(1), 25)
    assert slope.overlaps(enclosure(sp.tanh(X), MONOMIALS["derivative_second"], sp.Integer(1), 25) / 2)


def test_a_mean_that_is_zero_without_proof_is_a_small_ball_around_zero() -> None:
    odd = sp.Max(0, sp.tanh(X)) - sp.Max(0, -sp.tanh(X))
    ball = enclosure(odd, MONOMIALS["mean"], sp.Integer(1), 20)
    assert ball.contains(0)
    assert ball.rad() < arb("1e-20")


REFUSED = [
    (sp.exp(X**2), "second", "does not lose against the Gaussian"),
    (sp.log(X), "mean", "growth of log"),
    (1 / X, "second", "diverges next to x = 0"),
    (sp.Abs(X) ** sp.Rational(1, 3), "derivative_second", "diverges next to x = 0"),
    (sp.sqrt(X**2 - 1), "second", "not real"),
    (sp.gamma(X), "mean", "gamma"),
    (sp.tan(X), "mean", "growth of tan"),
    (sp.Piecewise((X, X > 1)), "mean", "no value|no formula|no rigorous"),
]


@pytest.mark.parametrize(("function", "kind", "reason"), REFUSED, ids=[str(f) for f, _, _ in REFUSED])
def test_refusals_carry_their_reason(function: sp.Expr, kind: str, reason: str) -> None:
    with pytest.raises(NoEnclosureError, match=reason):
        enclosure(function, MONOMIALS[kind], sp.Integer(1), 20)


def test_a_function_that_is_not_real_is_refused_even_where_its_square_is() -> None:
    """At two digits, plain interval sums would do for the square of sqrt(x - 3), which is x - 3."""
    gap = sp.Piecewise((sp.sqrt(X - 3), (X > -1) & (X < 1)), (X, True))
    with pytest.raises(NoEnclosureError, match="not real"):
        enclosure(gap, MONOMIALS["second"], sp.Integer(1), 2)


def test_a_derivative_that_vanishes_identically_gives_an_exact_zero() -> None:
    step = sp.Heaviside(sp.tanh(X) - X / 2)
    assert enclosure(step, MONOMIALS["derivative_second"], sp.Integer(1), 20) == 0


@pytest.mark.parametrize("function", [sp.tanh(X), 1 / X])
def test_the_working_precision_is_put_back(function: sp.Expr) -> None:
    before = ctx.prec
    with suppress(NoEnclosureError):
        enclosure(function, MONOMIALS["second"], sp.Integer(1), 50)
    assert ctx.prec == before


@pytest.mark.parametrize("q", [sp.Rational(1, 10**6), sp.Rational(1, 100), sp.Integer(50)])
def test_what_is_left_out_next_to_a_singularity_is_weighted(
    monkeypatch: pytest.MonkeyPatch, q: sp.Rational
) -> None:
    """E |z|^(-1/2) = (2q)^(-1/4) Gamma(1/4)/sqrt(pi), with a neighbourhood so wide that its bound is the ball."""

    def wide(growth, widest, tolerance):  # type: ignore[no-untyped-def]
        reach = arb(2) ** -40
        return reach, (growth.c * reach ** (1 - arb(growth.m)) / (1 - arb(growth.m))).upper()

    monkeypatch.setattr(module, "neighbourhood", wide)
    parts = smooth_parts(1 / sp.sqrt(sp.Abs(X)))
    with ctx.workprec(128):
        ball = module._integral(parts, MONOMIALS["mean"], value(q).real, arb("1e-30"))
        exact = (2 * value(q).real) ** (-arb(1) / 4) * (arb(1) / 4).gamma() / arb.pi().sqrt()
        assert ball.contains(exact)
        assert ball.rad() > arb("1e-7")
