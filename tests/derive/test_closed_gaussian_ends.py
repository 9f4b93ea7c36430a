"""Where the Gaussian-Phi class ends: refusals, Owen's T, and the variances at which a form holds."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from flint import arb, ctx

from derive.activation import Activation, X
from derive.kinks import Piece, pieces
from derive.moments import moment
from derive.moments.auxiliary import ball
from derive.moments.closed import RefusedError
from derive.moments.closed.families import Form
from derive.moments.closed.gaussian import form
from derive.moments.closed.gaussian.normals import OwenT
from derive.moments.closed.gaussian.reading import OutsideError, read
from derive.moments.enclosure import enclosure
from derive.moments.kinds import MONOMIALS, Q
from derive.moments.trust import closed_form, meets
from derive.number import Number

x = X
A = sp.Symbol("a", real=True)
HALF = sp.Rational(1, 2)


def cdf(u: sp.Expr) -> sp.Expr:
    return (1 + sp.erf(u / sp.sqrt(2))) / 2


GELU = x * cdf(x)
GROWING = sp.Piecewise((sp.exp(x**2 / 8), sp.Abs(x) < 1), (0, True))


def found(f: sp.Expr, kind: str) -> Form:
    result = form(pieces(f, x), MONOMIALS[kind])
    assert result is not None
    return result


@pytest.mark.parametrize(
    "f",
    [
        sp.tanh(x),
        1 / (1 + x**2),
        sp.log(1 + sp.exp(x)),
        sp.exp(-sp.exp(x)),
        sp.sin(x**2),
        sp.erf(x**2),
        sp.exp(x**3),
    ],
)
def test_what_is_outside_the_class_is_left_to_others(f: sp.Expr) -> None:
    with pytest.raises(OutsideError):
        read(f)
    assert form([Piece(-sp.oo, sp.oo, f)], MONOMIALS["mean"]) is None


@pytest.mark.parametrize(
    ("f", "kind", "reason"),
    [
        (GELU, "fourth", "orthant of 4"),
        (cdf(x + 1), "fourth", "orthant of 3"),
        (sp.sin(x) * cdf(x), "second", "complex arguments"),
        (sp.Piecewise((sp.sin(x), sp.Abs(x) < 1), (1, True)), "second", "complex arguments"),
        ((1 + x) ** 24 * sp.exp(x), "fourth", "beyond degree 32"),
        (sp.cosh(x) ** 25, "mean", "powers above 24"),
    ],
)
def test_refusals_say_why(f: sp.Expr, kind: str, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        form(pieces(f, x), MONOMIALS[kind])


def test_offsets_give_a_reduction_to_owens_t() -> None:
    """E Phi(z + 1)^2 is a bivariate normal probability: no closed form, yet exact through Owen's T."""
    reduction = found(cdf(x + 1), "second").reduction
    assert reduction is not None
    assert reduction.atoms(OwenT)
    number = moment(Activation("probit", cdf(x + 1), (), "", None), "second", 1)
    assert isinstance(number, Number)
    assert (number.exact, number.reduction) == (None, reduction)


def test_a_reduction_is_right_where_two_means_vanish_together() -> None:
    """Both error functions lose their mean at q = 1; the sign of the product of the two means stays 1."""
    f = sp.exp(x / 2) * sp.erf(x - HALF)
    reduction = found(f, "second").reduction
    assert reduction is not None
    for q in (HALF, sp.Integer(1)):
        assert meets(reduction.subs(Q, q), enclosure(f, MONOMIALS["second"], q, 12))


@pytest.mark.parametrize(("h", "a"), [("0", "2"), ("1", "1"), ("-3/2", "1/3"), ("1/2", "-5")])
def test_owens_t_is_enclosed(h: str, a: str) -> None:
    with ctx.workdps(40), mpmath.workdps(50):
        own = ball("OwenT", (0, 0), (arb(1) * _arb(h), _arb(a)))
        near = arb(str(_owen(sp.Rational(h), sp.Rational(a))), 1e-30)
        assert own.overlaps(near)
        assert own.rad() < arb("1e-30")


def _owen(h: sp.Expr, a: sp.Expr) -> mpmath.mpf:
    h, a = mpmath.mpmathify(h.evalf(30)), mpmath.mpmathify(a.evalf(30))

    def integrand(t: mpmath.mpf) -> mpmath.mpf:
        return mpmath.exp(-(h**2) * (1 + t**2) / 2) / (1 + t**2)

    return mpmath.quad(integrand, [0, a]) / (2 * mpmath.pi)


def _arb(number: str) -> arb:
    value = sp.Rational(number)
    return arb(int(value.p)) / int(value.q)


def test_owens_t_by_symmetry() -> None:
    h, a = sp.Symbol("h"), sp.Symbol("b")
    assert OwenT(-h, a) == OwenT(h, a) == -OwenT(h, -a)
    assert OwenT(0, 1) == sp.Rational(1, 8)


def test_a_form_that_holds_for_small_q_only_says_so() -> None:
    """E exp(z^2/4)^2 = 1/sqrt(1 - q), infinite from q = 1 on."""
    steep = Activation("steep", sp.exp(x**2 / 4), (), "", None)
    verdict = closed_form(steep, MONOMIALS["second"])
    assert sp.simplify(verdict.expression - 1 / sp.sqrt(1 - Q)) == 0
    assert verdict.positive == (1 - Q,)
    assert moment(steep, "second", HALF).exact == sp.sqrt(2)


def test_the_steepest_term_decides_where_a_form_holds() -> None:
    steep = sp.exp(x**2 / 4) + sp.exp(x**2 / 8)
    assert found(steep, "mean").positive == (1 - Q / 2,)


def test_a_reduction_is_right_where_a_mean_passes_through_zero() -> None:
    """Here the tilted Gaussian has its mean at the kink at q = 1: T(0, infinity) stands beside sgn(0)."""
    f = sp.Piecewise((0, x < HALF), (sp.exp(x / 2) * sp.erf(x), True))
    reduction = found(f, "mean").reduction
    assert reduction is not None
    assert meets(reduction.subs(Q, 1), enclosure(f, MONOMIALS["mean"], sp.Integer(1), 12))


def test_like_error_functions_are_one_shape() -> None:
    turned = sp.erf(1 - x, evaluate=False)
    assert read(turned) == read(-sp.erf(x - 1))


def test_an_odd_function_has_mean_zero_only_where_it_has_a_mean() -> None:
    steep = Activation("steep", x * sp.exp(x**2 / 4), (), "", None)
    verdict = closed_form(steep, MONOMIALS["mean"])
    assert (verdict.expression, verdict.positive) == (0, (1 - Q / 2,))


def test_a_form_is_not_shown_where_it_does_not_hold() -> None:
    """On an interval the moment is finite at every q, but the form goes through a Gaussian that is not."""
    activation = Activation("growing", GROWING, (), "", None)
    assert moment(activation, "second", 1).exact == sp.sqrt(2) * sp.erf(HALF)
    beyond = moment(activation, "second", 2)
    assert isinstance(beyond, Number)
    assert beyond.exact is None
    assert beyond.reason == "no closed form: there is one only where 1 - q/2 > 0"


def test_parameters_fall_back_to_their_values() -> None:
    """With a symbol in it, the offset needs Owen's T of order 3; at its value 0 it is gone."""
    shifted = sp.erf(x + A) ** 2 + A * sp.erf(x) ** 2 * sp.erf(x + A)
    activation = Activation("shifted", shifted, ((A, sp.Integer(0)),), "", None)
    assert closed_form(activation, MONOMIALS["mean"]).expression == 2 * sp.asin(2 * Q / (2 * Q + 1)) / sp.pi
