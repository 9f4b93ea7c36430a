"""Activations as torch functions, against sympy's own evaluation to 30 digits."""

from __future__ import annotations

import math

import pytest
import sympy as sp
import torch
from hypothesis import given
from hypothesis import strategies as st

from derive.activation import Activation, X
from derive.catalogue import activation, names
from derive.errors import BadInput
from verify.functions import compiled, functions
from verify.stable import stable

POINTS = [-7.25, -1.0, -0.3125, 0.0, 0.0625, 1.0, 3.5, 20.0]
A = sp.Symbol("a", real=True)
OTHERS = [
    Activation("silu", X / (1 + sp.exp(-X)), (), "", None),
    Activation("mish", X * sp.tanh(sp.log(1 + sp.exp(X))), (), "", None),
    Activation(
        "elu", sp.Piecewise((A * (sp.exp(X) - 1), X < 0), (X, True)), ((A, sp.Rational(3, 2)),), "", None
    ),
    Activation("hardtanh", sp.Max(-1, sp.Min(1, X)), (), "", None),
    Activation("odd", X * sp.Abs(X) + sp.erf(X) * sp.sin(X) / 3 + sp.atan(X**3), (), "", None),
    Activation("step", sp.Heaviside(X - 1) + sp.sign(X), (), "", None),
]
ALL = [*map(activation, names()), *OTHERS]


def exact(expression: sp.Expr, points: list[float]) -> torch.Tensor:
    """An expression at points, right to double precision: sympy works to 30 digits; its limit where it is 0/0."""
    at = [sp.sympify(expression).subs(X, sp.Rational(p)) for p in points]
    known = [sp.limit(expression, X, p) if v is sp.nan else v for p, v in zip(points, at, strict=True)]
    numbers = [float(value.evalf(30, maxn=2000)) for value in known]
    return torch.tensor(numbers, dtype=torch.float64)


def assert_as_accurate_as_its_argument(
    found: torch.Tensor, true: torch.Tensor, slope: torch.Tensor, points: list[float]
) -> None:
    """Within 20 roundings of the value, and of the argument as the value feels them: an inner function such
    as erf(x/sqrt(2) - 1) sees an argument that is off by a rounding of 1 + |x|."""
    eps, size = torch.finfo(found.dtype).eps, 1 + torch.tensor(points, dtype=torch.float64).abs()
    allowed = 20 * eps * (true.abs() + size * slope.abs()) + torch.finfo(found.dtype).tiny
    assert bool(((found.double() - true).abs() <= allowed).all()), (found, true)


@pytest.mark.parametrize("chosen", ALL, ids=lambda a: a.name)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_values_are_those_of_the_expression(chosen: Activation, dtype: torch.dtype) -> None:
    found = functions(chosen).value(torch.tensor(POINTS, dtype=dtype))
    slope = exact(chosen.derivative.subs(chosen.values), POINTS)
    assert found.dtype == dtype
    assert_as_accurate_as_its_argument(found, exact(chosen.numeric(), POINTS), slope, POINTS)


@pytest.mark.parametrize("chosen", ALL, ids=lambda a: a.name)
def test_derivatives_are_those_of_the_expression(chosen: Activation) -> None:
    """Between the kinks, where the derivative is unambiguous."""
    points = [p + 0.01171875 for p in POINTS]
    slope = chosen.derivative.subs(chosen.values)
    found = functions(chosen).derivative(torch.tensor(points, dtype=torch.float64))
    curvature = exact(sp.diff(slope, X).replace(sp.DiracDelta, lambda *_: sp.Integer(0)), points)
    # f' has terms of size 1 that may cancel, as in 1 - 1.
    assert_as_accurate_as_its_argument(found, exact(slope, points), curvature.abs() + 1 / 20, points)


def test_the_derivative_of_relu_at_its_kink_is_zero() -> None:
    zero = torch.zeros(3)
    assert functions(activation("relu")).derivative(zero).tolist() == [0.0, 0.0, 0.0]
    assert functions(activation("leaky_relu")).derivative(zero).tolist() == pytest.approx([0.01] * 3)


@pytest.mark.parametrize("chosen", [*map(activation, names()), *OTHERS], ids=lambda a: a.name)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_nothing_overflows_on_the_way(chosen: Activation, dtype: torch.dtype) -> None:
    """Logistic functions written with exp are inf/inf beyond |x| = 88 or 709, unless rewritten."""
    z = torch.tensor([-1e4, -745.0, -200.0, -100.0, 100.0, 200.0, 745.0, 1e4], dtype=dtype)
    for part in functions(chosen):
        at = part(z[:4] if chosen.name == "exp" else z)
        assert bool(at.isfinite().all()), (z, at)


# Expressions as people write them; each value at 1000 and -1000, where exp overflows.
WRITTEN = [
    (X * sp.tanh(sp.exp(X / 2)), 1000, 0),
    ((sp.exp(X) - sp.exp(-X)) / (sp.exp(X) + sp.exp(-X)), 1, -1),
    ((sp.exp(2 * X) - 1) / (sp.exp(2 * X) + 1), 1, -1),
    (sp.exp(X) / (1 + sp.exp(X)), 1, 0),
    (X * sp.exp(X) / (sp.exp(X) + 2), 1000, 0),
    (2 / (2 + 3 * sp.exp(-X)), 1, 0),
    (sp.log(sp.cosh(X)), 1000 - math.log(2), 1000 - math.log(2)),
    (sp.sinh(X) / sp.cosh(X), 1, -1),
    (X / sp.cosh(X) ** 2, 0, 0),
    (sp.log(1 / (1 + sp.exp(-X))), 0, -1000),
    (X * sp.exp(-X) / (1 + sp.exp(-X)) ** 2, 0, 0),
    (2**X / (1 + 2**X), 1, 0),
    (X * (1 - 2 / (1 + (1 + sp.exp(X)) ** 2)), 1000, 0),
    (X * (1 - sp.tanh(sp.exp(X)) ** 2) * sp.exp(X), 0, 0),
]


@pytest.mark.parametrize(("expression", "right", "left"), WRITTEN, ids=[str(e) for e, *_ in WRITTEN])
def test_expressions_as_people_write_them_keep_their_limits(
    expression: sp.Expr, right: float, left: float
) -> None:
    """What signs and logarithms rescue is right to 1000 roundings, the size of the logarithm."""
    for point, limit in ((1000.0, right), (-1000.0, left)):
        z = torch.tensor([point, 0.5], dtype=torch.float64)
        found = compiled(expression)(z)
        assert found.tolist() == pytest.approx([limit, float(expression.subs(X, 0.5))], rel=1e-12, abs=1e-200)
        assert bool(compiled(sp.diff(expression, X))(z).isfinite().all())


@pytest.mark.parametrize("z", [-1e-12, 3e-9, 1e-5])
@pytest.mark.parametrize(
    "expression",
    [
        4 / (1 + sp.exp(-X)) - 2,
        sp.exp(X) - 1,
        sp.log(1 + X**3),
        1 - sp.cos(X),
        sp.log(1 + sp.exp(X)) - sp.log(2),
    ],
    ids=str,
)
def test_nothing_cancels_near_zero(expression: sp.Expr, z: float) -> None:
    true = float(expression.subs(X, sp.Rational(z)).evalf(40, maxn=200))
    found = float(compiled(expression)(torch.tensor(z, dtype=torch.float64)))
    assert found == pytest.approx(true, rel=1e-14)


@pytest.mark.parametrize("z", [-1e-12, 1e-5, 0.01, 0.4, -0.999, 1.001, 3.0])
def test_the_slope_of_sinc_has_all_its_digits(z: float) -> None:
    true = float(sp.diff(sp.sin(X) / X, X).subs(X, sp.Rational(z)).evalf(40, maxn=500))
    found = functions(activation("sinc")).derivative(torch.tensor([z, 0.0], dtype=torch.float64))
    # Beyond 1 the formula loses less than two bits, at most where its terms nearly cancel.
    assert found.tolist() == [pytest.approx(true, rel=2e-15), 0.0]


@pytest.mark.parametrize(
    "expression",
    [1 + sp.erf(X), 1 + sp.tanh(X), 1 - 1 / (1 + sp.exp(X)), sp.log(1 + 1 / (1 + sp.exp(-X)))],
    ids=str,
)
def test_nothing_cancels_in_the_tail(expression: sp.Expr) -> None:
    true = float(expression.subs(X, -20).evalf(40, maxn=2000))
    # erf's argument, rounded, is multiplied by 2 x^2 = 800 in relative terms.
    assert float(compiled(expression)(torch.tensor(-20.0).double())) == pytest.approx(true, rel=2e-13)


@given(st.floats(-30, 30))
def test_rewriting_keeps_the_function(x: float) -> None:
    for chosen in OTHERS[:3]:
        plain = chosen.numeric()
        for expression in (plain, sp.diff(plain, X)):
            before = float(sp.sympify(expression).subs(X, sp.Rational(x)).evalf(30))
            after = float(compiled(stable(expression))(torch.tensor([x], dtype=torch.float64)))
            assert after == pytest.approx(before, rel=1e-12, abs=1e-15)


def test_a_head_without_a_torch_function_is_refused() -> None:
    with pytest.raises(BadInput, match="zeta has no elementwise torch function"):
        compiled(sp.zeta(X))


def test_a_complex_constant_is_refused() -> None:
    with pytest.raises(BadInput, match="not a real number"):
        compiled(sp.sqrt(-2) * X)


HEADS = [sp.cot, sp.sec, sp.csc, sp.coth, sp.sech, sp.csch, sp.acosh, sp.atanh, sp.asin, sp.acos, sp.sinc]


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head.__name__)
def test_every_head_is_that_function(head: type) -> None:
    point = sp.Rational(9, 8) if head is sp.acosh else sp.Rational(3, 8)
    found = float(compiled(head(X))(torch.tensor(float(point), dtype=torch.float64)))
    assert found == pytest.approx(float(head(point)), rel=1e-14)


def test_conditions_join() -> None:
    middle = sp.Piecewise((1, (X > -1) & ~(X >= 1)), (2, (X > 5) | (X < -5)), (0, True))
    found = compiled(middle)(torch.tensor([-6.0, -1.0, 0.0, 1.0, 6.0]))
    assert found.tolist() == [2.0, 0.0, 1.0, 0.0, 2.0]
