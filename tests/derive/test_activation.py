"""Activations: their pieces, the derivative that backpropagation takes, and homogeneity."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

from derive.activation import Activation, X
from derive.catalogue import activation
from derive.kinks import UnresolvedKinkError, pieces

A = sp.Symbol("a", real=True)
C = sp.Symbol("c", positive=True)


def make(expression: sp.Expr, *parameters: tuple[sp.Symbol, sp.Expr]) -> Activation:
    return Activation("test", sp.sympify(expression), parameters, "", None)


PIECES = [
    (sp.Max(0, X), [(-sp.oo, 0, 0), (0, sp.oo, X)]),
    (sp.Abs(X), [(-sp.oo, 0, -X), (0, sp.oo, X)]),
    (sp.Max(-1, sp.Min(1, X)), [(-sp.oo, -1, -1), (-1, 1, X), (1, sp.oo, 1)]),
    (sp.Max(0, sp.Abs(X) - 1), [(-sp.oo, -1, -X - 1), (-1, 1, 0), (1, sp.oo, X - 1)]),
    (sp.Piecewise((X, X > 0), (sp.exp(X) - 1, True)), [(-sp.oo, 0, sp.exp(X) - 1), (0, sp.oo, X)]),
    (
        sp.Piecewise((0, (X > -1) & (X < 1)), (X, True)),
        [(-sp.oo, -1, X), (-1, 1, 0), (1, sp.oo, X)],
    ),
    (
        sp.Max(0, X**2 - 2),
        [(-sp.oo, -sp.sqrt(2), X**2 - 2), (-sp.sqrt(2), sp.sqrt(2), 0), (sp.sqrt(2), sp.oo, X**2 - 2)],
    ),
    (sp.Heaviside(X - 2), [(-sp.oo, 2, 0), (2, sp.oo, 1)]),
    (sp.sign(X) * X, [(-sp.oo, 0, -X), (0, sp.oo, X)]),
]


@pytest.mark.parametrize(("expression", "expected"), PIECES, ids=[str(e) for e, _ in PIECES])
def test_pieces_of_known_functions(expression: sp.Expr, expected: list[tuple[sp.Expr, ...]]) -> None:
    assert [tuple(piece) for piece in make(expression).pieces()] == expected


def test_a_kink_that_cancels_is_not_a_kink() -> None:
    assert len(make(sp.Max(0, X) + sp.Min(0, X)).pieces()) == 1


def test_pieces_keep_parameters_as_symbols() -> None:
    assert activation("prelu").pieces()[0].expression == A * X


def test_kinks_may_be_symbols_of_known_sign() -> None:
    hardtanh = make(sp.Max(-C, sp.Min(C, X)), (C, sp.Integer(2)))
    assert [piece.high for piece in hardtanh.pieces()] == [-C, C, sp.oo]


def test_pieces_take_values_where_symbols_cannot_decide() -> None:
    maxout = make(sp.Max(X, A * X), (A, sp.Rational(1, 2)))
    assert maxout.symbolic_pieces is None
    assert [piece.expression for piece in maxout.pieces()] == [X / 2, X]


def test_a_kink_without_closed_form_is_refused() -> None:
    with pytest.raises(UnresolvedKinkError, match="tanh"):
        make(sp.Max(0, sp.tanh(X) - X / 2)).pieces()


# torch's gradients at a kink, from its documentation and autograd's derivatives.yaml.
AT_KINK = [
    (activation("relu").expression, 0, 0),
    (activation("leaky_relu").numeric(), 0, sp.Rational(1, 100)),
    (sp.Max(-1, sp.Min(1, X)), -1, 0),
    (sp.Max(-1, sp.Min(1, X)), 1, 0),
    (sp.Min(sp.Max(X, 0), 6), 6, 0),
]


@pytest.mark.parametrize(("expression", "at", "expected"), AT_KINK)
def test_derivative_at_a_kink_is_that_of_backpropagation(
    expression: sp.Expr, at: int, expected: sp.Expr
) -> None:
    assert make(expression).derivative.subs(X, at) == expected


def test_derivative_of_a_smooth_function_is_the_plain_one() -> None:
    assert activation("tanh").derivative == 1 - sp.tanh(X) ** 2


def test_derivative_of_a_jump_has_no_delta() -> None:
    assert make(sp.Heaviside(X) * X**2 + sp.Heaviside(X - 1)).derivative.subs(X, 3) == 6
    assert not make(sp.Heaviside(sp.tanh(X) - X / 2)).derivative.has(sp.DiracDelta)


DEGREE_ONE = [
    (X, (1, 1)),
    (-3 * X, (-3, -3)),
    (sp.Max(0, X), (1, 0)),
    (sp.Abs(X), (1, -1)),
    (sp.Max(0, X) + A * sp.Min(0, X), (1, A)),
    (sp.Max(0, X) + 1, None),
    (sp.Max(0, X) ** 2, None),
    (sp.Max(1, X), None),
    (sp.Heaviside(X), None),
    (sp.Piecewise((X, X > 1), (2 * X, True)), None),
    (sp.tanh(X), None),
    (sp.Integer(2), None),
    (sp.Max(0, sp.tanh(X) - X / 2), None),
]


@pytest.mark.parametrize(("expression", "expected"), DEGREE_ONE, ids=[str(e) for e, _ in DEGREE_ONE])
def test_degree_one(expression: sp.Expr, expected: tuple[sp.Expr, sp.Expr] | None) -> None:
    assert make(expression, (A, sp.Rational(1, 4))).degree_one == expected


def combined() -> st.SearchStrategy[sp.Expr]:
    """Random nestings of the switches over lines with small rational coefficients."""
    numbers = st.integers(-3, 3).map(sp.Integer)
    lines = st.builds(lambda m, c: m * X + c, numbers, numbers)
    return st.recursive(
        lines,
        lambda inner: st.one_of(
            st.builds(sp.Max, inner, inner),
            st.builds(sp.Min, inner, inner),
            st.builds(sp.Abs, inner),
            st.builds(lambda a, b: a + 2 * b, inner, inner),
            st.builds(lambda a, b: sp.Piecewise((a, X > 1), (b, True)), inner, inner),
        ),
        max_leaves=4,
    )


@given(combined(), st.fractions(-5, 5, max_denominator=7))
def test_pieces_agree_with_the_expression_between_the_kinks(expression: sp.Expr, at: object) -> None:
    point = sp.Rational(at)
    inside = [p for p in pieces(expression, X) if p.low < point < p.high]
    assume(inside)
    assert inside[0].expression.subs(X, point) == expression.subs(X, point)
