"""Symmetry: odd functions, even parts that are polynomials, and odd terms dropped for other families."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.activation import X
from derive.kinks import Piece, pieces
from derive.moments.closed import symmetry
from derive.moments.closed.search import closed_moment
from derive.moments.closed.symmetry import symmetric_moment, without_odd_terms
from derive.moments.enclosure import enclosure
from derive.moments.kinds import MONOMIALS, Monomial, Q
from derive.moments.trust import meets

A = sp.Symbol("a", positive=True)
MEAN = MONOMIALS["mean"]
SIGMOID = 1 / (1 + sp.exp(-A * X))
SOFTPLUS = sp.log(1 + sp.exp(X))
SOFTSIGN = X / (1 + sp.Abs(X))
HALF = sp.Rational(1, 2)

# By softplus(x) - softplus(-x) = x, sigma(x) + sigma(-x) = 1, atan(e^x) + atan(e^-x) = pi/2 and the like.
TABLE: list[tuple[sp.Expr, Monomial, sp.Expr]] = [
    (sp.tanh(A * X), MEAN, sp.Integer(0)),
    (sp.asinh(X) + sp.atan(X) + sp.sin(X) + sp.erf(X), MEAN, sp.Integer(0)),
    (SOFTSIGN, MEAN, sp.Integer(0)),
    (SIGMOID, MEAN, HALF),
    (X**2 * SIGMOID, MEAN, Q / 2),
    (X * SOFTPLUS + 1, MEAN, Q / 2 + 1),
    (X * sp.log(1 + sp.exp(A * X)), MEAN, A * Q / 2),
    (sp.atan(sp.exp(X)), MEAN, sp.pi / 4),
    (sp.sign(X) * sp.log(1 + sp.Abs(X)) + sp.Max(0, X), MEAN, sp.sqrt(Q / (2 * sp.pi))),
    (sp.cos(X), Monomial(1, 1, 0, 0), sp.Integer(0)),
    (sp.cosh(X) + X, Monomial(0, 1, 0, 0), sp.Integer(1)),
    (sp.sqrt(sp.cosh(X)), Monomial(2, 0, 1, 0), sp.Integer(0)),
    (SOFTPLUS, Monomial(0, 1, 2, 1), HALF),
]


@pytest.mark.parametrize(("f", "powers", "expected"), TABLE, ids=[str(row[0]) for row in TABLE])
def test_known_moments(f: sp.Expr, powers: Monomial, expected: sp.Expr) -> None:
    found = symmetric_moment(pieces(f, X), powers)
    assert found is not None
    assert sp.expand(found - expected) == 0


SMALL = st.fractions(-2, 2, max_denominator=3).map(sp.Rational)
ODD = [sp.tanh(X), sp.atan(2 * X), SIGMOID.subs(A, 1) - HALF, SOFTPLUS - sp.log(1 + sp.exp(-X)), SOFTSIGN]


@settings(max_examples=40)
@given(
    st.sampled_from(ODD),
    st.lists(SMALL, min_size=4, max_size=4),
    st.lists(SMALL, min_size=2, max_size=2),
    st.sampled_from(["1/5", "1", "7"]).map(sp.Rational),
)
def test_odd_function_times_even_polynomial_and_a_polynomial(
    odd: sp.Expr, polynomial: list[sp.Expr], even: list[sp.Expr], q: sp.Rational
) -> None:
    rest = sum((c * X**k for k, c in enumerate(polynomial)), sp.Integer(0))
    f = odd * (even[0] + even[1] * X**2) + rest
    found = symmetric_moment(pieces(f, X), MEAN)
    assert found is not None
    assert sp.expand(found - polynomial[0] - polynomial[2] * Q) == 0
    assert meets(found.subs(Q, q), enclosure(f, MEAN, q, 12, vanishes=True))


NOT_POLYNOMIAL = [
    SOFTPLUS,
    X * SIGMOID,
    sp.log(sp.cosh(X)),
    sp.exp(X),
    1 / (1 + X**2),
    sp.cos(X),
    X * sp.erf(X),
]


@pytest.mark.parametrize("f", NOT_POLYNOMIAL, ids=str)
def test_other_even_parts_are_refused_before_any_proof(f: sp.Expr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symmetry, "_proved_polynomial", lambda expression: pytest.fail("proof attempted"))
    assert symmetric_moment(pieces(f, X), MEAN) is None


def test_numbers_alone_prove_nothing() -> None:
    """1e20 + 1e-60 cos x passes for a constant in balls of 128 bits, and is refused all the same."""
    nearly = 10**20 + sp.Rational(1, 10**60) * sp.cos(X)
    assert symmetry._may_be_polynomial(Piece(sp.Integer(0), sp.oo, nearly))
    assert symmetric_moment((Piece(-sp.oo, sp.oo, nearly),), MEAN) is None


def test_symmetry_needs_mirrored_kinks() -> None:
    lifted = Piece(-sp.oo, sp.Integer(1), sp.tanh(X)), Piece(sp.Integer(1), sp.oo, sp.sinh(X))
    assert symmetric_moment(lifted, MEAN) is None
    assert without_odd_terms(lifted, MEAN) is None


GELU = X * (1 + sp.erf(X / sp.sqrt(2))) / 2

# A sum with odd terms, and the same without them: the moment is that of the latter.
SUMS = [
    (sp.tanh(X) + GELU, GELU),
    (sp.atan(X) + 1 / (1 + X**2), 1 / (1 + X**2)),
    (sp.asinh(X) ** 3 + sp.sqrt(1 + X**2), sp.sqrt(1 + X**2)),
    (sp.tanh(X) / 2 + sp.Abs(X) / (1 + sp.Abs(X)), sp.Abs(X) / (1 + sp.Abs(X))),
]


@pytest.mark.parametrize(("whole", "kept"), SUMS, ids=[str(row[0]) for row in SUMS])
def test_odd_terms_are_dropped(whole: sp.Expr, kept: sp.Expr) -> None:
    found, expected = (closed_moment(pieces(f, X), MEAN).expression for f in (whole, kept))
    assert found == expected
    assert meets(found.subs(Q, 2), enclosure(whole, MEAN, sp.Integer(2), 15))
