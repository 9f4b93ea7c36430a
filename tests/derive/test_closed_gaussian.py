"""Closed forms of the tilted Gaussian-Phi class against the literature, quadrature and certified balls."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.activation import Activation, X
from derive.kinks import Piece, pieces
from derive.moments import moment
from derive.moments.closed import RefusedError
from derive.moments.closed.families import Form
from derive.moments.closed.gaussian import form
from derive.moments.closed.gaussian.normals import OwenT
from derive.moments.closed.gaussian.reading import read
from derive.moments.closed.gaussian.terms import derivative
from derive.moments.enclosure import NoEnclosureError, enclosure
from derive.moments.kinds import MONOMIALS, Kind, Q
from derive.moments.trust import closed_form, meets

x = X
A = sp.Symbol("a", real=True)
P = sp.Symbol("p", positive=True)
HALF = sp.Rational(1, 2)


def cdf(u: sp.Expr) -> sp.Expr:
    return (1 + sp.erf(u / sp.sqrt(2))) / 2


GELU = x * cdf(x)
ELU = sp.Piecewise((A * (sp.exp(x) - 1), x < 0), (x, True))
ROOTS = sp.sqrt(2 * Q + 1)


def found(f: sp.Expr, kind: str) -> Form:
    result = form(pieces(f, x), MONOMIALS[kind])
    assert result is not None
    return result


# erf: Williams 1997, equation 11; GELU: its mean and E f^2 by Stein's identity from Owen 1980 (10,010 and
# 20,010); Phi: Owen 10,010.8 and Sheppard's quadrant; sin: Sitzmann et al. 2020; snake: Liu et al. 2020.
LITERATURE: list[tuple[sp.Expr, Kind, sp.Expr]] = [
    (sp.erf(x), "second", 2 / sp.pi * sp.asin(2 * Q / (1 + 2 * Q))),
    (sp.erf(x), "derivative_second", 4 / (sp.pi * sp.sqrt(1 + 4 * Q))),
    (cdf(x), "second", sp.Rational(1, 4) + sp.asin(Q / (1 + Q)) / (2 * sp.pi)),
    (cdf(x - A), "mean", (1 - sp.erf(A / sp.sqrt(2 * (1 + Q)))) / 2),
    (GELU, "mean", Q / sp.sqrt(2 * sp.pi * (1 + Q))),
    (
        GELU,
        "second",
        Q / 4 + Q / (2 * sp.pi) * (sp.asin(Q / (1 + Q)) + 2 * Q / ((1 + Q) * ROOTS)),
    ),
    (
        GELU,
        "derivative_second",
        sp.Rational(1, 4) + (sp.asin(Q / (1 + Q)) + Q * (5 * Q + 3) / ((1 + Q) * ROOTS**3)) / (2 * sp.pi),
    ),
    (sp.sin(A * x), "second", (1 - sp.exp(-2 * A**2 * Q)) / 2),
    (x + sp.sin(A * x) ** 2 / A, "mean", (1 - sp.exp(-2 * A**2 * Q)) / (2 * A)),
    (sp.exp(A * x), "mean", sp.exp(A**2 * Q / 2)),
    (sp.exp(-(x**2) / (2 * P**2)), "mean", P / sp.sqrt(P**2 + Q)),
    (sp.exp(-sp.Abs(x)), "mean", sp.exp(Q / 2) * sp.erfc(sp.sqrt(Q / 2))),
    (
        ELU,
        "mean",
        sp.sqrt(Q / (2 * sp.pi)) + A * (sp.exp(Q / 2) * sp.erfc(sp.sqrt(Q / 2)) - 1) / 2,
    ),
    (ELU, "derivative_second", HALF + A**2 * sp.exp(2 * Q) * sp.erfc(sp.sqrt(2 * Q)) / 2),
    (x * sp.sin(x) * cdf(x), "mean", Q * sp.exp(-Q / 2) / 2),
]


@pytest.mark.parametrize(("f", "kind", "expected"), LITERATURE)
def test_literature(f: sp.Expr, kind: Kind, expected: sp.Expr) -> None:
    difference = found(f, kind).expression - expected
    assert sp.simplify(difference.subs(P, 2).rewrite(sp.erf)) == 0


def test_forms_are_written_as_a_person_would() -> None:
    written = {kind: str(found(GELU, kind).expression) for kind in ("mean", "second")}
    assert written["mean"] == "sqrt(2)*q/(2*sqrt(pi)*sqrt(q + 1))"
    assert written["second"] == "q*(q/(pi*(q + 1)*sqrt(2*q + 1)) + asin(q/(q + 1))/(2*pi) + 1/4)"
    assert str(found(ELU, "derivative_second").expression) == "(a**2*exp(2*q)*erfc(sqrt(2)*sqrt(q)) + 1)/2"
    gelu = Activation("gelu", GELU, (), "", None)
    assert str(moment(gelu, "second", 1).exact) == "sqrt(3)/(6*pi) + 1/3"


# All finite at every q; each is of its own kind: offsets, kinks, complex exponents, several Phi, Owen's T.
CORPUS: dict[str, sp.Expr] = {
    "gelu": GELU,
    "selu": sp.Piecewise((HALF * (sp.exp(x) - 1), x < 0), (2 * x, True)),
    "celu": sp.Piecewise((3 * (sp.exp(x / 3) - 1), x < 0), (x, True)),
    "elu, kink at 1": sp.Piecewise((sp.exp(x - 1) - 1, x < 1), (x - 1, True)),
    "exp, kinks at -1 and 2": sp.Piecewise((sp.exp(x), (x > -1) & (x < 2)), (1, True)),
    "relu gelu": sp.Max(0, x) * cdf(x),
    "erf squared": sp.erf(x) ** 2,
    "x erf": x * sp.erf(x),
    "erf, offset": sp.erf(x + HALF),
    "gelu, offset": x * cdf(2 * x - 1),
    "erfc": x * sp.erfc(2 * x),
    "Phi Phi": cdf(x) * cdf(2 * x),
    "phi Phi": sp.exp(-(x**2) / 2) * cdf(x),
    "exp Phi": sp.exp(x) * cdf(x),
    "exp erf, kink": sp.Piecewise((sp.exp(x) * sp.erf(x), x > 0), (x, True)),
    "sin": sp.sin(x) + sp.cos(2 * x) ** 3,
    "sin, phase": sp.sin(3 * x + 1),
    "gcu": x * sp.cos(x),
    "gabor": sp.exp(-(x**2)) * sp.cos(3 * x + 1),
    "gabor, shifted": sp.exp(-((x - 1) ** 2)) * sp.sin(x),
    "exp sin": sp.exp(x) * sp.sin(x),
    "sinh sin": sp.sinh(x) * sp.sin(2 * x),
    "sin Phi": sp.sin(x) * cdf(x),
    "half sine": sp.Piecewise((sp.sin(x), x > 0), (0, True)),
    "half sine, phase": sp.Piecewise((x * sp.sin(x + 1), x > 0), (0, True)),
    "x gaussian": x * sp.exp(-(x**2)),
    "mexican hat": (1 - x**2) * sp.exp(-(x**2) / 2),
    "laplace": x * sp.exp(-sp.Abs(x)),
    "exponential cdf": sp.sign(x) * (1 - sp.exp(-sp.Abs(x))),
    "power of two": 2**x,
    "cosh": sp.cosh(x) - 1,
    "inverse": 1 / sp.exp(x**2 + x),
    "gaussian on an interval": sp.Piecewise((sp.exp(-(x**2)), sp.Abs(x) < 1), (0, True)),
    "growing on an interval": sp.Piecewise((sp.exp(x**2 / 8), sp.Abs(x) < 1), (0, True)),
    "mixture": GELU + sp.exp(-(x**2)) + sp.sin(x),
}
KINDS: tuple[Kind, ...] = ("mean", "second", "derivative_second", "slope", "derivative_second_tilted")


@pytest.mark.parametrize("name", CORPUS)
def test_the_trust_rule_has_nothing_to_catch(name: str) -> None:
    activation = Activation(name, CORPUS[name], (), "", None)
    for kind in KINDS:
        verdict = closed_form(activation, MONOMIALS[kind])
        assert "withheld" not in (verdict.reason or "")


@pytest.mark.parametrize("name", CORPUS)
def test_quadrature_agrees(name: str) -> None:
    """mpmath's quadrature at 30 digits knows nothing of this package; 15 of them are asked to agree."""
    parts, q = pieces(CORPUS[name], x), sp.Rational(3, 2)
    try:
        closed = form(parts, MONOMIALS["second"])
    except RefusedError:
        return
    assert closed is not None
    exact = (closed.expression or closed.reduction).subs(Q, q)
    with mpmath.workdps(30):
        near = _quadrature(parts, mpmath.mpf(int(q.p)) / int(q.q))
        assert mpmath.almosteq(near, _number(exact), 1e-15, 1e-15)


def _number(exact: sp.Expr) -> mpmath.mpf:
    owen = {node: sp.Float(_owen(*node.args), 30) for node in exact.atoms(OwenT)}
    return mpmath.mpmathify(sp.re(exact.xreplace(owen).evalf(30)))


def _owen(h: sp.Expr, a: sp.Expr) -> mpmath.mpf:
    h, a = mpmath.mpmathify(h.evalf(30)), mpmath.mpmathify(a.evalf(30))

    def integrand(t: mpmath.mpf) -> mpmath.mpf:
        return mpmath.exp(-(h**2) * (1 + t**2) / 2) / (1 + t**2)

    return mpmath.quad(integrand, [0, a]) / (2 * mpmath.pi)


def _quadrature(parts: tuple[Piece, ...], q: mpmath.mpf) -> mpmath.mpf:
    """E f^2, in steps of 1 where most of the mass is."""
    total, far = mpmath.mpf(0), 60 * mpmath.sqrt(q)
    for low, high, formula in parts:
        weighted = sp.lambdify(x, formula**2, "mpmath")
        start = -far if low == -sp.oo else mpmath.mpmathify(low)
        stop = far if high == sp.oo else mpmath.mpmathify(high)
        inner = [mpmath.mpf(t) for t in range(-20, 21) if start < t < stop]
        total += mpmath.quad(_against_normal(weighted, q), [start, *inner, stop])
    return total


def _against_normal(f: Callable[..., mpmath.mpf], q: mpmath.mpf) -> Callable[..., mpmath.mpf]:
    return lambda t: f(t) * mpmath.npdf(t, 0, mpmath.sqrt(q))


SMALL = st.fractions(-2, 2, max_denominator=2).map(sp.Rational)


@st.composite
def terms(draw: st.DrawFn) -> sp.Expr:
    term = draw(SMALL) * x ** draw(st.integers(0, 2))
    term *= sp.exp(-draw(st.sampled_from([0, HALF, 1])) * x**2 + draw(SMALL) * x)
    kind = draw(st.sampled_from(["plain", "plain", "erf", "sin", "cos"]))
    inside = draw(SMALL) * x + draw(st.sampled_from([0, 0, 1]))
    return term if kind == "plain" else term * getattr(sp, kind)(inside)


@st.composite
def functions(draw: st.DrawFn) -> sp.Expr:
    """Up to two terms on each side of a kink that may be missing."""
    sides = [sp.Add(*draw(st.lists(terms(), min_size=1, max_size=2))) for _ in range(2)]
    kink = draw(st.sampled_from([None, sp.Integer(0), HALF]))
    return sides[0] if kink is None else sp.Piecewise((sides[0], x < kink), (sides[1], True))


@settings(max_examples=60)
@given(
    functions(),
    st.sampled_from(["mean", "second", "derivative_second", "derivative_fourth", "slope"]),
    st.sampled_from(["1/5", "1", "2"]),
)
def test_random_sums_meet_the_certified_ball(f: sp.Expr, kind: str, variance: str) -> None:
    powers, q = MONOMIALS[kind], sp.Rational(variance)
    try:
        closed = form(pieces(f, x), powers)
        certified = enclosure(f, powers, q, 12, vanishes=True)
    except (RefusedError, NoEnclosureError):
        return
    assert closed is not None
    expression = closed.reduction if closed.expression is None else closed.expression
    assert meets(expression.subs(Q, q), certified)


@settings(max_examples=60)
@given(functions())
def test_the_algebra_differentiates_like_sympy(f: sp.Expr) -> None:
    formula = pieces(f, x)[0].expression
    for place in (sp.Rational(-1, 3), sp.Rational(5, 7)):
        expected = sp.diff(formula, x).subs(x, place)
        assert sp.Abs(sp.N(_value(derivative(read(formula)), place) - expected, 30)) < sp.Float(10) ** -20


def _value(function: object, place: sp.Rational) -> sp.Expr:
    total = sp.Integer(0)
    for shape, coefficient in function.items():  # type: ignore[attr-defined]
        rate, level = shape.rate + sp.I * shape.frequency, shape.level + sp.I * shape.phase
        errors = sp.Mul(*[sp.erf(c * place + d) for c, d in shape.errors])
        size = sp.exp(shape.square * place**2 + rate * place + level)
        total += coefficient * place**shape.power * size * errors
    return total
