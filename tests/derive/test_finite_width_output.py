"""The gradient over one layer, and under output gradients that depend on the network: known values."""

from __future__ import annotations

import pytest
import sympy as sp

import derive
from derive.activation import Activation, X
from derive.catalogue import activation
from derive.finite_width import CorrelatedOutput, backward_one_step, correlated_output
from derive.number import Missing, Number

R = sp.Rational


def of(expression: sp.Expr) -> Activation:
    return Activation("f", expression, (), "", None)


def number(found: object) -> Number:
    assert isinstance(found, Number), found
    return found


def test_one_step_of_the_gradient() -> None:
    assert number(backward_one_step(activation("relu"), 3, R(1, 2), 8)).exact == 1
    assert number(backward_one_step(of(X**2), 1, 0, 8)).exact == 1 + R(2, 8)  # rho = E 4 Z^4 / E 4 Z^2 = 3
    assert number(backward_one_step(of(X**2), 2, 1, 8)).exact == 1 + R(1, 8)
    assert isinstance(backward_one_step(of(sp.Integer(1) + 0 * X)), Missing)


def test_one_step_of_the_gradient_tends_to_one() -> None:
    gaps = [float(number(backward_one_step(activation("tanh"), 1, 0, n))) - 1 for n in (10, 1000)]
    assert gaps[0] == pytest.approx(100 * gaps[1])


def excesses(found: CorrelatedOutput | Missing) -> list[sp.Expr]:
    assert isinstance(found, CorrelatedOutput)
    assert all(factor.exact is not None for factor in found.factors)
    return [sp.S.Zero + factor.exact for factor in found.factors]


def test_ones_at_a_relu_output() -> None:
    found = excesses(correlated_output(activation("relu"), layers=5))
    assert all(sp.simplify(e - 1 - (2 * k - 1) / sp.pi) == 0 for k, e in enumerate(found, 1))


def test_other_output_gradients() -> None:
    assert excesses(correlated_output(activation("tanh"), layers=3)) == [1, 1, 1]
    assert excesses(correlated_output(activation("identity"), layers=2)) == [1, 1]
    assert excesses(correlated_output(activation("relu"), layers=3, output="proportional")) == [3, 5, 7]
    assert excesses(correlated_output(activation("identity"), layers=3, output="proportional")) == [2, 3, 4]


def test_gain_and_scale_leave_the_excess_of_degree_one_alone() -> None:
    """A wrong gain changes q from layer to layer, and with it nothing else."""
    relu = activation("relu")
    assert excesses(correlated_output(relu, 7, 3, layers=2)) == excesses(correlated_output(relu, layers=2))


def test_an_output_gradient_needs_the_fixed_point() -> None:
    missing = correlated_output(activation("tanh"), 1, gain=1)
    assert isinstance(missing, Missing)
    assert "not a fixed point" in missing.reason
    gain = derive.gains(activation("tanh"), 1).forward
    assert isinstance(correlated_output(activation("tanh"), 1, gain), CorrelatedOutput)
    assert isinstance(correlated_output(activation("tanh"), 1, float(gain)), CorrelatedOutput)  # type: ignore[arg-type]
    assert isinstance(correlated_output(activation("tanh"), 1, bias_variance=2), Missing)
