"""P + Q sqrt(c x^2 + b): mpmath's quadrature as a second route, and random P, Q against the ball."""

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
from derive.moments.closed import root
from derive.moments.closed.families import RefusedError, integrand
from derive.moments.enclosure import enclosure
from derive.moments.kinds import MONOMIALS, Monomial, Q
from derive.moments.program import value
from derive.moments.trust import meets

A = sp.Symbol("a", positive=True)
MEAN = Monomial(1, 0, 0, 0)
SQUAREPLUS = (X + sp.sqrt(X**2 + A)) / 2
HUBER = sp.sqrt(1 + A * X**2) - 1
ISRU = X / sp.sqrt(1 + A * X**2)
ISRLU = sp.Piecewise((ISRU, X < 0), (X, True))
CUT = sp.Piecewise((X * sp.sqrt(X**2 + A), X > 1), (X, True))  # an odd piece may end anywhere

Real = mpmath.mpf


def _plus(x: Real, a: Real) -> Real:
    return (x + mpmath.sqrt(x * x + a)) / 2


def _isrlu(x: Real, a: Real) -> Real:
    return x if x > 0 else x / mpmath.sqrt(1 + a * x * x)


# The function, the kind of moment, and its integrand in x and a, written by hand.
TABLE: list[tuple[str, sp.Expr, str, Callable[[Real, Real], Real]]] = [
    ("squareplus", SQUAREPLUS, "mean", _plus),
    ("squareplus", SQUAREPLUS, "second", lambda x, a: _plus(x, a) ** 2),
    ("squareplus", SQUAREPLUS, "fourth", lambda x, a: _plus(x, a) ** 4),
    ("squareplus", SQUAREPLUS, "derivative_second", lambda x, a: ((1 + x / mpmath.sqrt(x * x + a)) / 2) ** 2),
    ("huber", HUBER, "mean", lambda x, a: mpmath.sqrt(1 + a * x * x) - 1),
    ("huber", HUBER, "second", lambda x, a: (mpmath.sqrt(1 + a * x * x) - 1) ** 2),
    ("isru", ISRU, "derivative_second", lambda x, a: (1 + a * x * x) ** -3),
    ("isrlu", ISRLU, "mean", _isrlu),
    ("isrlu", ISRLU, "derivative_second", lambda x, a: 1 if x > 0 else (1 + a * x * x) ** -3),
    ("inverse", 1 / sp.sqrt(A + X**2), "mean", lambda x, a: 1 / mpmath.sqrt(a + x * x)),
    ("cubed", (A + X**2) ** sp.Rational(3, 2), "mean", lambda x, a: mpmath.sqrt(a + x * x) ** 3),
    ("cut", CUT, "mean", lambda x, a: x * mpmath.sqrt(x * x + a) if x > 1 else x),
]


def _exact(found: sp.Expr, q: Real, a: Real) -> Real:
    """The form at these values by balls of 128 bits, which hold more digits than are compared."""
    with ctx.workprec(128):
        return mpmath.mpf(value(found, {Q: arb(q), A: arb(a)}).real.mid().str(35, radius=False))


def _quadrature(f: Callable[[Real, Real], Real], q: Real, a: Real) -> Real:
    far = 13 * mpmath.sqrt(q)  # beyond, the weight is below 1e-36
    ends = sorted({-far, -1, 0, 1, far} | {-far / 8, far / 8})
    total = mpmath.quad(lambda x: f(x, a) * mpmath.exp(-x * x / (2 * q)), ends)
    return total / mpmath.sqrt(2 * mpmath.pi * q)


@pytest.mark.parametrize(("name", "f", "kind", "by_hand"), TABLE, ids=[f"{t[0]}-{t[2]}" for t in TABLE])
@pytest.mark.parametrize(("q", "a"), [("0.375", "1.5"), ("4", "0.5")])
def test_quadrature_agrees(
    name: str, f: sp.Expr, kind: str, by_hand: Callable[[Real, Real], Real], q: str, a: str
) -> None:
    found = root.form(pieces(f, X), MONOMIALS[kind])
    assert found is not None
    with mpmath.workdps(30):
        here = mpmath.mpf(q), mpmath.mpf(a)
        assert mpmath.almosteq(_exact(found.expression, *here), _quadrature(by_hand, *here), rel_eps=1e-20)


def test_forms_are_written_as_a_person_would() -> None:
    bessels = "(besselk(0, a/(4*q)) + besselk(1, a/(4*q)))"
    found = root.form(pieces(SQUAREPLUS, X), MEAN)
    assert str(found and found.expression) == f"sqrt(2)*a*{bessels}*exp(a/(4*q))/(8*sqrt(pi)*sqrt(q))"
    second = root.form(pieces(SQUAREPLUS, X), MONOMIALS["second"])
    assert second is not None
    assert sp.expand(second.expression - (A + 2 * Q) / 4) == 0


SMALL = st.fractions(-2, 2, max_denominator=3).map(sp.Rational)
POSITIVE = st.fractions("1/3", 3, max_denominator=4).map(sp.Rational)
VARIANCES = st.sampled_from(["1/5", "1", "7"]).map(sp.Rational)


@st.composite
def with_a_root(draw: st.DrawFn) -> sp.Expr:
    """P + Q s^m with s = sqrt(c x^2 + b), m odd, P and Q of degree at most 3."""
    s = sp.sqrt(draw(POSITIVE) * X**2 + draw(POSITIVE))
    plain, factor = (sum((draw(SMALL) * X**k for k in range(4)), sp.Integer(0)) for _ in range(2))
    return plain + (factor + 1) * s ** draw(st.sampled_from([-3, -1, 1, 3]))


@settings(max_examples=25)
@given(with_a_root(), with_a_root(), st.sampled_from(["mean", "second", "slope"]), VARIANCES)
def test_random_functions_meet_the_certified_ball(
    f: sp.Expr, left: sp.Expr, kind: str, q: sp.Rational
) -> None:
    """On the whole line, and cut at 0 with the left half of another such function in the same root."""
    (own,) = {p.base for p in f.atoms(sp.Pow) if p.exp.q == 2}
    other = left.xreplace({p: own**p.exp for p in left.atoms(sp.Pow) if p.exp.q == 2})
    for function in (f, sp.Piecewise((other, X < 0), (f, True))):
        parts, powers = pieces(function, X), MONOMIALS[kind]
        found = root.form(parts, powers)
        if found is None:
            assert all(integrand(part, powers).is_rational_function(X) for part in parts)
        else:
            ball = enclosure(function, powers, q, 15, vanishes=True)
            assert meets(found.expression.xreplace({Q: q}), ball)


@pytest.mark.parametrize(
    ("f", "why"),
    [
        (sp.sqrt(X**2 + X + 1), "not seen to be"),
        (sp.sqrt(X**2 + sp.Symbol("b", real=True)), "not seen to be"),
        ((X + sp.sqrt(X**2 + 1)) ** 60, "too long to be sorted"),
        (sp.sqrt(X**4 + 1), "only the square root of a quadratic"),
        (sp.sqrt(X**2 + 1) / (X**2 + 3), "a polynomial other than its own radicand"),
        (sp.Piecewise((sp.sqrt(X**2 + 1), X > 1), (0, True)), "incomplete Bessel function"),
    ],
)
def test_refusals_say_why(f: sp.Expr, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        root.form(pieces(f, X), MEAN)


@pytest.mark.parametrize(
    "f", [sp.tanh(X), 1 / (1 + X**2), sp.sqrt(1 + sp.exp(X)), (X**2 + 1) ** sp.Rational(1, 3)]
)
def test_other_functions_are_left_to_other_families(f: sp.Expr) -> None:
    assert root.form(pieces(f, X), MEAN) is None
