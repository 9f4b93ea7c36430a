"""Straight-line programs: values at any precision, and analyticity honoured where it must be."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from flint import acb, arb, ctx

from derive.moments.operations import UnsupportedError
from derive.moments.program import compile_program, value

Z = sp.Symbol("z")  # not declared real, so that sympy keeps sqrt(z**2) as it stands


def run(expression: sp.Expr, at: acb, analytic: bool) -> acb:
    program = compile_program([expression], Z)
    return program.run(at, program.ready(), analytic)[0]


UNARY = [
    *(sp.exp, sp.log, sp.sqrt, sp.sin, sp.cos, sp.tan, sp.sinh, sp.cosh, sp.tanh, sp.sech),
    *(sp.erf, sp.erfc, sp.erfi, sp.atan, sp.asinh, sp.asin, sp.acos, sp.atanh, sp.Si),
    lambda z: z**3,
    lambda z: z**-2,
    lambda z: z ** sp.Rational(-2, 3),
    lambda z: z**sp.pi,
    lambda z: 3**z,
    lambda z: sp.E * z + sp.EulerGamma,
]


@pytest.mark.parametrize("head", UNARY)
def test_values_are_those_of_mpmath(head: type) -> None:
    expression = head(Z)
    with ctx.workdps(40):
        found = run(expression, acb(arb(3) / 7), False).real
        with mpmath.workdps(40):
            expected = sp.N(expression.subs(Z, sp.Rational(3, 7)), 40)
        assert abs(found - arb(str(expected))) < arb("1e-36")


CUTS = [
    (sp.log, acb(-1, arb(0, 0.1))),
    (sp.sqrt, acb(-1, arb(0, 0.1))),
    (lambda z: sp.sqrt(z**2), acb(arb(0, 0.1), 1)),
    (lambda z: 1 / sp.sqrt(z), acb(-1, arb(0, 0.1))),
    (lambda z: z ** sp.Rational(1, 3), acb(-1, arb(0, 0.1))),
    (lambda z: z**sp.pi, acb(-1, arb(0, 0.1))),
    (sp.atan, acb(arb(0, 0.1), 2)),
    (sp.asinh, acb(arb(0, 0.1), -2)),
    (sp.asin, acb(2, arb(0, 0.1))),
    (sp.acos, acb(-2, arb(0, 0.1))),
    (sp.atanh, acb(2, arb(0, 0.1))),
    (sp.acosh, acb(0.5, arb(0, 0.1))),
    (sp.Abs, acb(arb(0, 0.1), 0.2)),
    (sp.sign, acb(arb(0, 0.1), 0.2)),
    (sp.Heaviside, acb(arb(0, 0.1), 0.2)),
    (lambda z: sp.Max(0, sp.Symbol("r", real=True)).subs(sp.Symbol("r", real=True), z), acb(arb(0, 0.1), 1)),
    (lambda z: sp.Min(0, sp.Symbol("r", real=True)).subs(sp.Symbol("r", real=True), z), acb(arb(0, 0.1), 1)),
]


@pytest.mark.parametrize(("head", "box"), CUTS)
def test_a_box_across_a_cut_is_not_finite_when_analyticity_is_asked_for(head: type, box: acb) -> None:
    expression = head(Z)
    assert not run(expression, box, True).is_finite()


@pytest.mark.parametrize(
    "head", [sp.log, sp.sqrt, sp.atan, sp.asinh, lambda z: z ** sp.Rational(1, 3), sp.Abs]
)
def test_a_box_off_the_cuts_is_finite(head: type) -> None:
    assert run(head(Z), acb(arb(2, 0.1), arb(0, 0.1)), True).is_finite()


def test_the_square_root_of_a_square_integrates_to_the_modulus() -> None:
    """Without the analytic flag this very integral comes out wrong, with a tiny radius."""
    program = compile_program([sp.sqrt(Z**2)], Z)
    constants = program.ready()
    found = acb.integral(lambda z, a: program.run(z, constants, a)[0], -1, 2).real
    assert found.contains(2.5)
    assert found.rad() < 1e-6


def test_a_fractional_power_survives_a_box_around_zero() -> None:
    ball = run(Z ** sp.Rational(1, 3), acb(arb(0, arb("1e-30"))), False)
    assert ball.is_finite()
    assert ball.real.contains(arb("1e-10"))
    assert ball.real.contains(0)


def test_constants_follow_the_working_precision() -> None:
    program = compile_program([sp.pi * Z / 3], Z)
    for digits in (15, 200):
        with ctx.workdps(digits):
            third = program.run(acb(1), program.ready(), False)[0].real
            assert (third - arb.pi() / 3).contains(0)
            assert third.rad() < arb(10) ** (5 - digits)


def test_an_algebraic_root_is_enclosed_at_any_precision() -> None:
    root = sp.CRootOf(sp.Symbol("x") ** 5 - sp.Symbol("x") - 1, 0)
    with ctx.workdps(80):
        ball = value(root).real
        assert (ball**5 - ball - 1).contains(0)
        assert ball.rad() < arb("1e-75")


def test_shared_subexpressions_are_computed_once() -> None:
    tanh = sp.tanh(Z)
    program = compile_program([tanh, 1 - tanh**2], Z)
    assert sum(len(places) == 1 for _, places in program.steps) == 2  # tanh and its square


@pytest.mark.parametrize("expression", [sp.loggamma(Z), sp.oo * Z, sp.zeta(Z), sp.Piecewise((Z, Z > 0))])
def test_what_has_no_rigorous_evaluation_is_refused(expression: sp.Expr) -> None:
    with pytest.raises(UnsupportedError):
        compile_program([expression], Z).ready()


def test_a_float_is_the_binary_fraction_that_it_is() -> None:
    with ctx.workdps(60):
        ball = value(sp.Float(0.1)).real
        assert ball.is_exact()
        assert ball == arb(0.1)
