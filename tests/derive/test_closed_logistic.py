"""Reductions to K(q) = E[sigma'(z)]: the balls of K, known reductions, and random ones against the ball."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.activation import Activation, X
from derive.catalogue import activation
from derive.kinks import pieces
from derive.moments import moment, trust
from derive.moments.auxiliary import ball
from derive.moments.closed import Form, logistic
from derive.moments.closed.families import RefusedError
from derive.moments.closed.logistic import K
from derive.moments.closed.tanh_polynomial import in_tanh
from derive.moments.enclosure import enclosure
from derive.moments.kinds import MONOMIALS, Kind, Q
from derive.moments.trust import closed_form, meets
from derive.number import Number

MEAN, SECOND, SLOPE = (MONOMIALS[kind] for kind in ("mean", "second", "derivative_second"))
SIGMOID = 1 / (1 + sp.exp(-X))
B = sp.Symbol("b", real=True)


def _k_by_quadrature(v: mpmath.mpf, n: int) -> mpmath.mpf:
    """The n-th derivative with the density differentiated, not sigma': (d/dv)^n phi is He_2n(z/sqrt v) phi/(2v)^n."""

    def weighted(z: mpmath.mpf) -> mpmath.mpf:
        hermite = mpmath.hermite(2 * n, z / mpmath.sqrt(2 * v)) / 2**n
        return mpmath.sech(z / 2) ** 2 / 4 * hermite * mpmath.exp(-z * z / (2 * v))

    root = mpmath.sqrt(v)
    return (
        2
        * mpmath.quad(weighted, [0, root, 4 * root, 14 * root])
        / mpmath.sqrt(2 * mpmath.pi * v)
        / (2 * v) ** n
    )


@pytest.mark.parametrize("v", ["0.25", "1", "9"])
@pytest.mark.parametrize("n", range(5))
def test_balls_of_k_and_its_derivatives(v: str, n: int) -> None:
    """20 digits are compared of the 30 that mpmath works with."""
    with mpmath.workdps(30), ctx.workprec(128):
        found = ball("K", (n,), (arb(v),))
        assert found.rad() < arb(10) ** -20
        assert found.overlaps(arb(mpmath.nstr(_k_by_quadrature(mpmath.mpf(v), n), 30), "1e-20"))


@pytest.mark.parametrize("v", ["1e-6", "1", "1e6"])
def test_k_lies_between_its_bounds(v: str) -> None:
    """1/4 - z^2/16 <= sigma'(z) <= 1/4; sigma' integrates to 1, and the density is largest at 0."""
    found = ball("K", (0,), (arb(v),))
    assert found < arb("0.25")
    assert found > arb("0.25") - arb(v) / 16
    assert (
        found < 1 / (2 * arb.pi() * arb(v)).sqrt()
    )  # the density is largest at 0, and sigma' integrates to 1


# (E f, E f^2, E f'^2), derived by hand: tanh x = 2 sigma(2x) - 1 and x sigma(x) by Stein.
C = K(4 * Q)
TABLE: list[tuple[str, Kind, sp.Expr]] = [
    ("sigmoid", "second", sp.Rational(1, 2) - K(Q)),
    ("sigmoid", "derivative_second", K(Q) / 6 - sp.Derivative(K(Q), Q) / 3),
    ("tanh", "second", 1 - 4 * C),
    ("tanh", "derivative_second", 8 * C / 3 - 4 * sp.Derivative(C, Q) / 3),
    ("tanhshrink", "second", Q + 1 - 4 * C - 8 * Q * C),
    ("silu", "mean", Q * K(Q)),
    ("silu", "second", Q / 2 - Q * K(Q) - 2 * Q**2 * sp.Derivative(K(Q), Q)),
    ("swish", "mean", B * Q * K(B**2 * Q)),
    ("lisht", "mean", 4 * Q * C),
    ("softplus", "derivative_second", sp.Rational(1, 2) - K(sp.Symbol("b", positive=True) ** 2 * Q)),
    ("log_sigmoid", "derivative_second", sp.Rational(1, 2) - K(Q)),
]


@pytest.mark.parametrize(("name", "kind", "expected"), TABLE, ids=[f"{n}-{k}" for n, k, _ in TABLE])
def test_known_reductions(name: str, kind: Kind, expected: sp.Expr) -> None:
    found = moment(activation(name), kind, 2)
    assert isinstance(found, Number)
    assert found.symbolic is None
    assert sp.expand(found.reduction - expected) == 0
    assert found.reason == "no closed form: it is stated through an auxiliary function"


@pytest.mark.parametrize(
    "name", ["tanh", "lecun_tanh", "tanhshrink", "lisht", "sigmoid", "silu", "quick_gelu"]
)
def test_every_moment_of_the_family_is_stated(name: str) -> None:
    for powers in MONOMIALS.values():
        verdict = closed_form(activation(name), powers)
        assert verdict.expression is not None or verdict.reduction is not None


def test_one_function_in_many_spellings() -> None:
    """1/cosh(x)^2 = 4 sigma'(2x) and its mean, however it is written."""
    spellings = [1 / sp.cosh(X) ** 2, sp.sech(X) ** 2, 1 - sp.tanh(X) ** 2, 4 / (sp.exp(X) + sp.exp(-X)) ** 2]
    found = {logistic.form(pieces(f, X), MEAN) for f in spellings}
    assert found == {Form(reduction=4 * C)}


def test_even_monomials_on_two_halves() -> None:
    leaky = sp.Piecewise((sp.tanh(X), X > 0), (B * sp.tanh(X), True))
    found = logistic.form(pieces(leaky, X), SECOND)
    assert found is not None
    assert sp.expand(found.reduction - (1 + B**2) * (1 - 4 * C) / 2) == 0


SMALL = st.fractions(-2, 2, max_denominator=3).map(sp.Rational)


@settings(max_examples=25)
@given(
    st.lists(SMALL, min_size=6, max_size=6),
    st.sampled_from(["1/2", "1", "-3/2"]).map(sp.Rational),
    st.sampled_from(["mean", "second", "slope"]),
    st.sampled_from(["1/5", "1", "4"]).map(sp.Rational),
)
def test_random_polynomials_meet_the_certified_ball(
    c: list[sp.Expr], b: sp.Expr, kind: str, q: sp.Rational
) -> None:
    sigma, tanh = SIGMOID.subs(X, b * X), sp.tanh(b * X / 2)
    f = c[0] + c[1] * X + (c[2] + c[3] * X + X**2) * sigma + (c[4] + c[5] * X) * tanh * sigma
    powers = MONOMIALS[kind]
    found = logistic.form(pieces(f, X), powers)
    assert found is not None
    stated = found.expression if found.reduction is None else found.reduction
    assert meets(stated, enclosure(f, powers, q, 12, vanishes=True), {Q: q})


def test_the_derivative_of_a_polynomial_in_tanh() -> None:
    f = in_tanh(X**2 * sp.exp(X) / (1 + sp.exp(X)) ** 2)
    slope = in_tanh(sp.diff(X**2 * sp.exp(X) / (1 + sp.exp(X)) ** 2, X))
    assert f.derivative.polynomial == slope.polynomial


@pytest.mark.parametrize(
    ("f", "why"),
    [
        (1 / sp.cosh(X), "rational in exponentials, but not"),
        (sp.exp(X) / (2 + sp.exp(X)), "rational in exponentials, but not"),
        (sp.exp(X), "exponentials that grow"),
        (sp.exp(X) * SIGMOID, "exponentials that grow"),
        (sp.tanh(X) + sp.tanh(sp.sqrt(2) * X), "no common measure"),
        (SIGMOID**1000, "too long to be sorted"),
        (sum(sp.tanh(X / k) for k in (7, 11, 13, 17)), "too long to be sorted"),
        (X**24 * sp.tanh(X) ** 10, "too high a degree"),
        (sp.sqrt(SIGMOID), "not rational in them"),
        (sp.Piecewise((sp.tanh(X), X > 0), (0, True)), "over a half line"),
        (sp.Piecewise((sp.tanh(X), X > 1), (0, True)), "between finite ends"),
        (sp.Piecewise((sp.tanh(X) ** 2, X > 0), (sp.tanh(X / 3) ** 2, True)), "at several rates"),
    ],
)
def test_refusals_say_why(f: sp.Expr, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        logistic.form(pieces(f, X), MEAN)


@pytest.mark.parametrize("f", [sp.exp(-(X**2)), X**2, sp.erf(X), sp.tanh(X + 1), sp.log(1 + sp.exp(X))])
def test_other_functions_are_left_to_other_families(f: sp.Expr) -> None:
    assert logistic.form(pieces(f, X), MEAN) is None


WRONG = [1 - 4 * K(Q), 1 - 2 * C, 1 + 4 * sp.Derivative(C, Q), 1 - 4 * C + sp.Rational(1, 10**12)]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_wrong_reduction_is_withheld(wrong: sp.Expr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "closed_moment", lambda parts, powers: Form(reduction=wrong))
    caught = Activation(f"tanh, wrongly {wrong}", sp.tanh(X), (), "not in the cache", None)
    verdict = closed_form(caught, SECOND)
    assert verdict.reduction is None
    assert "withheld: it misses the certified ball at q = " in str(verdict.reason)
