"""The covariance map: against known kernels, exact sums, plane quadrature, and one route against the other."""

from __future__ import annotations

from dataclasses import replace

import mpmath
import pytest
import sympy as sp
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.activation import Activation, X
from derive.catalogue import activation
from derive.covariance import RHO, covariance, covariance_curve, smoothing, trust
from derive.covariance.ball import Problem, hermite_series, smoothed_ball
from derive.covariance.closed import closed_covariance
from derive.errors import BadInput
from derive.kinks import pieces
from derive.moments import moment
from derive.moments.kinds import Q
from derive.moments.program import value
from derive.number import Missing, Number

R = sp.Rational
GELU = X * (1 + sp.erf(X / sp.sqrt(2))) / 2
ELU = sp.Piecewise((X, X > 0), (sp.exp(X) - 1, True))
HARDTANH = sp.Max(-1, sp.Min(1, X))


def named(function: sp.Expr) -> Activation:
    return Activation("f", function, (), "", None)


def ball_of(function: sp.Expr, q: object, c: object, derivative: bool = False, digits: int = 20) -> arb:
    found = covariance(named(function), q, c, digits, derivative)
    assert isinstance(found, Number)
    return found.ball


# Kernels as the literature prints them.
_ROOT = sp.sqrt(1 - RHO**2)
KNOWN = [
    # Cho and Saul 2009, equations 3 to 6: theta is the angle, J_n/pi with norms sqrt(q); halves for E itself
    (sp.Max(0, X), False, Q / (2 * sp.pi) * (_ROOT + (sp.pi - sp.acos(RHO)) * RHO)),
    (sp.Max(0, X), True, (sp.pi - sp.acos(RHO)) / (2 * sp.pi)),
    (
        sp.Max(0, X) ** 2,
        False,
        Q**2 / (2 * sp.pi) * (3 * _ROOT * RHO + (sp.pi - sp.acos(RHO)) * (1 + 2 * RHO**2)),
    ),
    (sp.Heaviside(X), False, (sp.pi - sp.acos(RHO)) / (2 * sp.pi)),
    # Williams 1997, equation 11
    (sp.erf(X), False, 2 / sp.pi * sp.asin(2 * Q * RHO / (1 + 2 * Q))),
    # sums of exponentials
    (sp.sin(X), False, sp.exp(-Q) * sp.sinh(Q * RHO)),
    (sp.cos(X), False, sp.exp(-Q) * sp.cosh(Q * RHO)),
    (sp.exp(X), False, sp.exp(Q * (1 + RHO))),
    # Isserlis: E u^2 v^2 = q^2 + 2 q^2 c^2, E u^3 v^3 = q^3 (9 c + 6 c^3)
    (X**2, False, Q**2 * (1 + 2 * RHO**2)),
    (X**3, False, Q**3 * (9 * RHO + 6 * RHO**3)),
    (X**3, True, 9 * Q**2 * (1 + 2 * RHO**2)),
]


@pytest.mark.parametrize(("function", "derivative", "kernel"), KNOWN, ids=str)
def test_known_kernels(function: sp.Expr, derivative: bool, kernel: sp.Expr) -> None:
    """The closed form is the kernel, and so is the ball."""
    for q, c in ((R(1, 3), R(2, 5)), (R(2), R(-9, 10)), (R(1), R(99, 100))):
        found = covariance(named(function), q, c, 25, derivative)
        assert isinstance(found, Number)
        assert found.exact is not None
        with ctx.workdps(60):
            expected = value(sp.expand(kernel.xreplace({Q: q, RHO: c}))).real
            assert value(found.exact).real.overlaps(expected)
            assert found.ball.overlaps(expected)
            assert found.ball.rad() <= arb("1e-25") * abs(expected)


def test_relu_is_written_as_in_the_literature() -> None:
    found = covariance(activation("relu"), 1, R(1, 2))
    assert isinstance(found, Number)
    written = (2 * RHO * sp.asin(RHO) / sp.pi + RHO + 2 * sp.sqrt(1 - RHO**2) / sp.pi) * Q / 4
    assert sp.expand(found.symbolic - written) == 0


def test_a_parameter_stays_a_symbol() -> None:
    found = covariance(activation("prelu"), 1, R(1, 2))
    assert isinstance(found, Number)
    assert {s.name for s in found.symbolic.free_symbols} == {"a", "q", "rho"}


# No closed form here, or a long one: E f(u) f(v) by quadrature in the plane, which no route uses.
PLANE = [
    (sp.tanh(X), mpmath.tanh, [], "1", "1/2"),
    (X / (1 + sp.exp(-X)), lambda x: x / (1 + mpmath.exp(-x)), [], "2", "-4/5"),
    (GELU, lambda x: x * mpmath.ncdf(x), [], "1/2", "3/5"),
    (ELU, lambda x: x if x > 0 else mpmath.expm1(x), [0], "1", "7/10"),
    (HARDTANH, lambda x: max(-1, min(1, x)), [-1, 1], "1", "9/10"),
]


def in_the_plane(f, kinks: list[int], q: sp.Rational, c: sp.Rational) -> mpmath.mpf:  # type: ignore[no-untyped-def]
    """E[f(u) E[f(v) | u]], the inner line split at the kinks of f, the outer one at them too."""
    width, mean = mpmath.sqrt(mpmath.mpf(q.p) / q.q), mpmath.mpf(c.p) / c.q
    spread = width * mpmath.sqrt(1 - mean**2)

    def ends(centre: mpmath.mpf, size: mpmath.mpf) -> list[mpmath.mpf]:
        return sorted([*(centre + k * size for k in (-9, -4, 0, 4, 9)), *kinks])

    def given(u: mpmath.mpf) -> mpmath.mpf:
        centre = mean * u
        return mpmath.quad(
            lambda v: f(v) * mpmath.npdf(v, centre, spread),
            ends(centre, spread),
            method="gauss-legendre",
            maxdegree=4,
        )

    outer = sorted([*ends(mpmath.mpf(0), width), *(k * width for k in (-2, -1, 1, 2))])
    return mpmath.quad(
        lambda u: f(u) * given(u) * mpmath.npdf(u, 0, width), outer, method="gauss-legendre", maxdegree=4
    )


@pytest.mark.slow
@pytest.mark.parametrize(("function", "f", "kinks", "q", "c"), PLANE, ids=[str(row[0]) for row in PLANE])
def test_balls_contain_the_integral_over_the_plane(function, f, kinks, q, c) -> None:  # type: ignore[no-untyped-def]
    found = ball_of(function, q, c)
    with mpmath.workdps(20):
        middle = mpmath.mpf(found.mid().str(30, radius=False))
        assert abs(middle - in_the_plane(f, kinks, R(q), R(c))) < mpmath.mpf(10) ** -12


ROUTES = [sp.tanh(X), GELU, ELU, HARDTANH, sp.sqrt(sp.Abs(X)), X * sp.log(sp.Abs(X)), sp.sin(X) / X]


@pytest.mark.parametrize("function", ROUTES, ids=str)
@pytest.mark.parametrize("c", [R(1, 3), R(-1, 2), R(4, 5)], ids=str)
def test_the_series_and_the_smoothing_meet(function: sp.Expr, c: sp.Rational) -> None:
    """Two routes that share the panels only: coefficients and a rest, or averages and a trapezoidal rule."""
    problem = Problem(function, False, R(3, 2), 12)
    with ctx.workprec(120):
        series = hermite_series(problem, 96).at(value(c).real)
        smooth = smoothed_ball(problem, c, series)
    assert series.overlaps(smooth)
    assert smooth.rad() < arb("1e-11")


@pytest.mark.parametrize("function", [sp.Max(0, X), ELU, GELU], ids=str)
def test_the_balls_of_two_precisions_are_nested(function: sp.Expr) -> None:
    for c in (R(1, 10), R(-19, 20), R(999, 1000)):
        assert ball_of(function, 1, c, digits=8).contains(ball_of(function, 1, c, digits=30))


@settings(max_examples=25)
@given(st.fractions("1/9", 3, max_denominator=9), st.fractions(-1, 1, max_denominator=40))
def test_relu_at_random_correlations(q, c) -> None:  # type: ignore[no-untyped-def]
    q, c = R(q.numerator, q.denominator), R(c.numerator, c.denominator)
    found = ball_of(sp.Max(0, X), q, c, digits=12)
    with ctx.workdps(40):
        assert found.overlaps(value(KNOWN[0][2].xreplace({Q: q, RHO: c})).real)


def test_the_ends_are_moments() -> None:
    for function in (ELU, sp.tanh(X), GELU):
        f = named(function)
        for derivative, kind in ((False, "second"), (True, "derivative_second")):
            one = moment(f, kind, 2)  # type: ignore[arg-type]
            assert ball_of(function, 2, 1, derivative).overlaps(one.ball)  # type: ignore[union-attr]
        mean = moment(f, "mean", 2)
        assert ball_of(function, 2, 0).overlaps(mean.ball**2)  # type: ignore[union-attr]
    assert ball_of(sp.tanh(X), 2, -1).overlaps(-ball_of(sp.tanh(X), 2, 1))


def test_at_minus_one_the_other_half_answers() -> None:
    """max(0, z) max(0, -z) = 0, and |z| |-z| = z^2."""
    assert ball_of(sp.Max(0, X), 1, -1) == 0
    assert ball_of(sp.Abs(X), 3, -1).overlaps(arb(3))
    assert ball_of(sp.Abs(X), 3, -1, derivative=True).overlaps(arb(-1))


def test_the_slope_of_the_map_is_the_map_of_the_slope() -> None:
    """d/dc E f(u) f(v) = q E f'(u) f'(v) (Price 1958), by central differences with their error bound: the
    third derivative of the map is at most its value at c = 1, which is q^3 E f'''^2."""
    q, c, h = R(2), R(3, 10), R(1, 1000)
    difference = (ball_of(sp.tanh(X), q, c + h) - ball_of(sp.tanh(X), q, c - h)) / (2 * arb("1e-3"))
    third = moment(named(sp.diff(sp.tanh(X), X, 3)), "second", q)
    assert isinstance(third, Number)
    slack = arb(0, (8 * third.ball * arb("1e-6") / 6).upper())
    assert (difference + slack).overlaps(2 * ball_of(sp.tanh(X), q, c, derivative=True))


CURVES = [activation("relu"), activation("tanh"), named(ELU), named(HARDTANH), named(GELU)]


@pytest.mark.parametrize("f", CURVES, ids=lambda f: f.name)
@pytest.mark.parametrize("derivative", [False, True])
def test_a_curve_is_sharp_and_passes_through_the_points(f: Activation, derivative: bool) -> None:
    points = [R(k, 50) for k in range(-50, 51)]
    balls = covariance_curve(f, 1, points, derivative)
    assert isinstance(balls, list)
    second = moment(f, "derivative_second" if derivative else "second", 1)
    assert all(found.rad() <= arb("1.1e-8") * second.ball for found in balls)  # type: ignore[union-attr]
    for place in (0, 20, 50, 73, 97, 100):
        point = covariance(f, 1, points[place], 15, derivative)
        assert balls[place].overlaps(point.ball)  # type: ignore[union-attr]


def test_nothing_comes_of_nothing() -> None:
    step = named(sp.Heaviside(X))
    assert covariance(step, 1, R(1, 2), derivative=True).exact == 0  # type: ignore[union-attr]
    assert covariance_curve(step, 1, [0, 1], derivative=True) == [0, 0]


# Planted faults: each route has a bound without which it claims too much.
def test_a_series_without_its_rest_misses() -> None:
    honest = hermite_series(Problem(ELU, False, R(1), 12), 12)
    truth = ball_of(ELU, 1, R(9, 10))
    with ctx.workprec(100):
        assert honest.at(arb("0.9")).overlaps(truth)
        assert not replace(honest, rest=arb(0)).at(arb("0.9")).overlaps(truth)


def test_a_trapezoidal_rule_without_its_error_misses(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = ball_of(ELU, 1, R(9, 10))
    right = smoothing.trapezoidal

    def coarse(second: arb, fourth: arb, r: arb, tolerance: arb) -> smoothing.Rule:
        rule = right(second, fourth, r, arb("1e-2"))
        return replace(rule, error=arb(0))

    problem = Problem(ELU, False, R(1), 12)
    with ctx.workprec(100):
        monkeypatch.setattr(smoothing, "trapezoidal", lambda s, f, r, t: right(s, f, r, arb("1e-2")))
        assert smoothed_ball(problem, R(9, 10), truth).overlaps(truth)
        monkeypatch.setattr(smoothing, "trapezoidal", coarse)
        assert not smoothed_ball(problem, R(9, 10), truth).overlaps(truth)


@pytest.mark.parametrize("factor", [1 + R(1, 10**9), R(1, 2), -1])
def test_a_wrong_closed_form_is_withheld(monkeypatch: pytest.MonkeyPatch, factor: sp.Expr) -> None:
    right = closed_covariance(pieces(sp.erf(X), X))
    monkeypatch.setattr(trust, "closed_covariance", lambda parts: right * factor)
    found = covariance(Activation(f"wrong {factor}", sp.erf(X), (), "", None), 1, R(1, 2))
    assert isinstance(found, Number)
    assert found.exact is None
    assert "withheld" in str(found.reason)


def test_without_a_second_moment_there_is_no_ball_here() -> None:
    steep = named(sp.exp(X**2 / 8))
    found = covariance(steep, 3, R(1, 2))
    assert isinstance(found, Missing)
    assert found.infinite_from is None  # at c = 1/2 the map may well be finite
    assert "E f^2 is infinite for q >= 2" in found.reason
    end = covariance(steep, 3, 1)
    assert isinstance(end, Missing)
    assert end.infinite_from == 2
    assert isinstance(covariance_curve(steep, 3, [0]), Missing)


@pytest.mark.parametrize("c", [R(11, 10), -2, float("nan"), "x"])
def test_bad_correlations(c: object) -> None:
    with pytest.raises(BadInput, match="correlation"):
        covariance(activation("relu"), 1, c)


def test_without_a_fourth_moment_the_series_answers() -> None:
    """Where E f^4 is infinite the smoothing route is out, and the radius of the series says what it is worth."""
    heavy = named(1 / sp.Abs(X) ** R(3, 10))  # E f^2 is finite, E f^4 is not
    found = covariance(heavy, 1, R(9, 10), 20)
    assert isinstance(found, Number)
    assert found.ball > 0
    assert found.ball.rad() < arb("1e-3") * found.ball
