"""The drift of the logarithm of an increment: closed forms, other sums, and its first order."""

from __future__ import annotations

from math import comb

import mpmath
import pytest
import sympy as sp

from derive.activation import Activation, X
from derive.catalogue import activation
from derive.finite_width import log_drift
from derive.number import Number

R = sp.Rational


def of(expression: sp.Expr) -> Activation:
    return Activation("f", expression, (), "", None)


def number(found: object) -> Number:
    assert isinstance(found, Number), found
    return found


def test_drift_of_the_narrowest_layers() -> None:
    """n = 1: A = 2 Z^2 given that ReLU is on, and Z^2 for |x|: E log Z^2 = -gamma - log 2."""
    assert number(log_drift(activation("relu"), 1).exact).exact == -sp.EulerGamma
    found = number(log_drift(activation("abs"), 1).exact).exact
    assert found is not None
    assert sp.simplify(found + sp.EulerGamma + sp.log(2)) == 0


@pytest.mark.parametrize("n", (2, 16, 17, 40))
def test_drift_of_relu_by_another_sum(n: int) -> None:
    with mpmath.workdps(30):
        logs = [mpmath.digamma(mpmath.mpf(k) / 2) + mpmath.log(mpmath.mpf(4) / n) for k in range(n + 1) if k]
        terms = [comb(n, k) * log for k, log in enumerate(logs, 1)]
        expected = mpmath.fsum(terms) / (2**n - 1)
        found = mpmath.mpf(number(log_drift(activation("relu"), n).exact).value)
        assert abs(found / expected - 1) < mpmath.mpf(10) ** -28


@pytest.mark.parametrize("n", (1, 3, 50))
def test_the_integral_for_the_drift_against_sums_over_the_units_that_are_on(n: int) -> None:
    """n = 1 in closed form; else E log(a^2 chi2_k + b^2 chi2_(n-k)) by mpmath, where b is close to a or b = a/2."""
    f = of(sp.Max(0, X) + sp.Min(0, X) / 2)
    found = mpmath.mpf(number(log_drift(f, n).exact).value)
    with mpmath.workdps(30):
        if n == 1:
            expected = mpmath.digamma(0.5) + mpmath.log(2) - mpmath.log(2) - mpmath.log(mpmath.mpf(5) / 8)
        else:
            expected = _drift(mpmath.mpf(1), mpmath.mpf(1) / 4, n)
        assert abs(found - expected) < mpmath.mpf(10) ** -15


def _drift(a: mpmath.mpf, b: mpmath.mpf, n: int) -> mpmath.mpf:
    """E log A by the moment generating function in another variable: E log S = int (e^-t - phi(t)^n)/t dt."""

    def inside(t: mpmath.mpf) -> mpmath.mpf:
        phi = ((1 + 2 * a * t) ** -0.5 + (1 + 2 * b * t) ** -0.5) / 2
        return (mpmath.exp(-t) - phi**n) / t

    return mpmath.quad(inside, [0, 0.01, 0.1, 1, 10, 100, mpmath.inf]) - mpmath.log(n * (a + b) / 2)


def test_drift_is_continuous_in_the_slope() -> None:
    """The integral next to where the chi-square formula takes over."""
    near = of(sp.Max(0, X) + (1 - R(1, 10**9)) * sp.Min(0, X))
    one, other = (float(number(log_drift(f, 8).exact)) for f in (near, activation("identity")))
    assert one == pytest.approx(other, abs=1e-9)


@pytest.mark.parametrize("name", ("relu", "prelu", "identity"))
def test_the_first_order_of_the_drift(name: str) -> None:
    """The error of -kappa/(2n) falls as 1/n^2."""
    found = [log_drift(activation(name), n) for n in (256, 1024)]
    errors = [float(number(d.exact)) - float(number(d.first_order)) for d in found]
    assert errors[0] / errors[1] == pytest.approx(16, rel=0.05)
