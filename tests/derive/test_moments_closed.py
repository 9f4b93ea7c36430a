"""Closed forms: the literature's table, and random piecewise polynomials against the certified ball."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.activation import Activation, X
from derive.catalogue import activation
from derive.kinks import Piece, pieces
from derive.moments import Kind, Q, moment
from derive.moments.closed.polynomial import polynomial_moment
from derive.moments.closed.symmetry import symmetric_moment
from derive.moments.closed.writing import tidy
from derive.moments.enclosure import enclosure
from derive.moments.kinds import MONOMIALS
from derive.moments.trust import meets
from derive.number import Number

A = sp.Symbol("a", real=True)
ROOT = sp.sqrt(Q / (2 * sp.pi))  # E max(0, z), z ~ N(0, q)

# He et al. 2015, equations 10 and 14 and their PReLU form; the rest are moments of a half-normal.
TABLE: list[tuple[str, Kind, sp.Expr]] = [
    ("identity", "mean", sp.Integer(0)),
    ("identity", "second", Q),
    ("identity", "fourth", 3 * Q**2),
    ("identity", "derivative_second", sp.Integer(1)),
    ("relu", "mean", ROOT),
    ("relu", "second", Q / 2),
    ("relu", "derivative_second", sp.Rational(1, 2)),
    ("relu", "fourth", sp.Rational(3, 2) * Q**2),
    ("relu", "derivative_fourth", sp.Rational(1, 2)),
    ("relu", "slope", Q / 2),
    ("relu", "derivative_second_tilted", sp.Rational(1, 2)),
    ("prelu", "mean", (1 - A) * ROOT),
    ("prelu", "second", (1 + A**2) * Q / 2),
    ("prelu", "derivative_second", (1 + A**2) / 2),
    ("prelu", "fourth", sp.Rational(3, 2) * (1 + A**4) * Q**2),
    ("prelu", "derivative_fourth", (1 + A**4) / 2),
    ("prelu", "slope", (1 + A**2) * Q / 2),
    ("leaky_relu", "second", (1 + A**2) * Q / 2),
    ("tanh", "mean", sp.Integer(0)),
    ("sigmoid", "mean", sp.Rational(1, 2)),
    ("scaled_sigmoid", "mean", sp.Integer(0)),
]


@pytest.mark.parametrize(("name", "kind", "expected"), TABLE, ids=[f"{n}-{k}" for n, k, _ in TABLE])
def test_literature(name: str, kind: Kind, expected: sp.Expr) -> None:
    f = activation(name)
    found = moment(f, kind, "7/5")
    assert isinstance(found, Number)
    assert sp.expand(found.symbolic - expected) == 0
    assert sp.expand(found.exact - expected.subs(Q, sp.Rational(7, 5)).subs(f.values)) == 0


HARDTANH = Activation("hardtanh", sp.Max(-1, sp.Min(1, X)), (), "", None)
SHRINK = sp.Piecewise((X - 1, X > 1), (X + 1, X < -1), (0, True))


def test_kinks_off_the_origin_give_error_functions() -> None:
    slope = moment(HARDTANH, "derivative_second", 1)
    assert isinstance(slope, Number)
    assert sp.simplify(slope.symbolic - sp.erf(1 / sp.sqrt(2 * Q))) == 0
    shrunk = moment(Activation("softshrink", SHRINK, (), "", None), "derivative_second", 2)
    assert isinstance(shrunk, Number)
    assert sp.simplify(shrunk.exact - (1 - sp.erf(sp.Rational(1, 2)))) == 0


def test_kinks_that_are_symbols() -> None:
    c = sp.Symbol("c", positive=True)
    clipped = Activation("clipped", sp.Max(-c, sp.Min(c, X)), ((c, sp.Rational(3, 2)),), "", None)
    found = moment(clipped, "derivative_second", 1)
    assert isinstance(found, Number)
    assert sp.simplify(found.symbolic - sp.erf(c / sp.sqrt(2 * Q))) == 0


def test_a_power_may_be_a_polynomial_where_the_function_is_not() -> None:
    root = Activation("root", sp.sqrt(X**2 + 1), (), "", None)
    assert moment(root, "second", 3).symbolic == Q + 1
    assert moment(Activation("bell", 1 / sp.cosh(X), (), "", None), "mean", 3).symbolic is None


def test_an_odd_function_with_kinks_has_mean_zero() -> None:
    softsign = Activation("softsign", X / (1 + sp.Abs(X)), (), "", None)
    assert moment(softsign, "mean", 1).exact == 0


def test_symmetry_needs_mirrored_kinks() -> None:
    """tanh, and 1 more below the kink: over a kink at 1 the halves do not cover each other."""
    lifted = Piece(-sp.oo, sp.Integer(1), sp.tanh(X) + 1), Piece(sp.Integer(1), sp.oo, sp.tanh(X))
    assert symmetric_moment(lifted, MONOMIALS["mean"]) is None


def test_forms_are_written_as_a_person_would() -> None:
    assert str(moment(activation("prelu"), "second", 1).symbolic) == "q*(a**2 + 1)/2"
    assert str(moment(activation("prelu"), "mean", 1).symbolic) == "sqrt(2)*sqrt(q)*(1 - a)/(2*sqrt(pi))"
    assert tidy(A - A) == 0


@st.composite
def piecewise_polynomials(draw: st.DrawFn) -> sp.Expr:
    """Up to three pieces of degree at most 3, kinks anywhere, jumps allowed."""
    small = st.fractions(-2, 2, max_denominator=3).map(sp.Rational)
    kinks = sorted(draw(st.lists(small, max_size=2, unique=True)))
    formulas = [sum(draw(small) * X**k for k in range(4)) for _ in range(len(kinks) + 1)]
    branches = [(formula, kink > X) for formula, kink in zip(formulas, kinks, strict=False)]
    return sp.Piecewise(*branches, (formulas[-1], True))


@settings(max_examples=40)
@given(piecewise_polynomials(), st.sampled_from(sorted(MONOMIALS)), st.sampled_from(["1/7", "1", "9"]))
def test_closed_forms_meet_the_certified_ball(f: sp.Expr, kind: str, variance: str) -> None:
    powers, q = MONOMIALS[kind], sp.Rational(variance)
    closed = polynomial_moment(pieces(f, X), powers)
    assert closed is not None
    assert meets(closed.subs(Q, q), enclosure(f, powers, q, 20, vanishes=True))
