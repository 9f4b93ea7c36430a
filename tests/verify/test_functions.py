"""Activations as torch functions, against sympy's own evaluation to 30 digits."""

from __future__ import annotations

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


@pytest.mark.parametrize("chosen", ALL, ids=lambda a: a.name)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_values_are_those_of_the_expression(chosen: Activation, dtype: torch.dtype) -> None:
    z = torch.tensor(POINTS, dtype=dtype)
    found = functions(chosen).value(z)
    exact = [float(chosen.numeric().subs(X, sp.Rational(p)).evalf(30)) for p in POINTS]
    true = torch.tensor(exact, dtype=torch.float64).to(dtype)
    assert found.dtype == dtype
    torch.testing.assert_close(found, true, rtol=20 * torch.finfo(dtype).eps, atol=torch.finfo(dtype).tiny)


@pytest.mark.parametrize("chosen", ALL, ids=lambda a: a.name)
def test_derivatives_are_those_of_the_expression(chosen: Activation) -> None:
    """Between the kinks, where the derivative is unambiguous; relative to the size of the terms."""
    points = [p + 0.01171875 for p in POINTS]
    slope = chosen.derivative.subs(chosen.values)
    true = [float(sp.sympify(slope).subs(X, sp.Rational(p)).evalf(30)) for p in points]
    found = functions(chosen).derivative(torch.tensor(points, dtype=torch.float64))
    # tanh' is computed as 1 - tanh^2, so its error is relative to 1.
    torch.testing.assert_close(found, torch.tensor(true, dtype=torch.float64), rtol=1e-14, atol=1e-15)


def test_the_derivative_of_relu_at_its_kink_is_zero() -> None:
    zero = torch.zeros(3)
    assert functions(activation("relu")).derivative(zero).tolist() == [0.0, 0.0, 0.0]
    assert functions(activation("leaky_relu")).derivative(zero).tolist() == pytest.approx([0.01] * 3)


@pytest.mark.parametrize("chosen", [*map(activation, names()), *OTHERS[:4]], ids=lambda a: a.name)
def test_nothing_overflows_on_the_way(chosen: Activation) -> None:
    """Logistic functions written with exp are inf/inf in float32 beyond |x| = 88, unless rewritten."""
    z = torch.tensor([-1e4, -200.0, 200.0, 1e4])
    pair = functions(chosen)
    assert bool(pair.value(z).isfinite().all())
    assert bool(pair.derivative(z).isfinite().all())


def test_nothing_cancels_near_zero() -> None:
    """4 (sigmoid(x) - 1/2) is x for tiny x: the plain formula has no correct digit there in float32."""
    z = torch.tensor([1e-12, -3e-9])
    torch.testing.assert_close(functions(activation("scaled_sigmoid")).value(z), z, rtol=1e-6, atol=0)


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
