"""Gated units: closed forms from the literature's functions, quadrature, and a simulated layer."""

from __future__ import annotations

import math
from collections.abc import Callable

import mpmath
import numpy as np
import pytest
import sympy as sp

from derive.errors import BadInput
from derive.gated import GatedGains, gated, gated_gains, gated_names
from derive.number import Missing, Number

mp = mpmath.mp
# An estimate further off than this many standard errors happens once in 1.7 million.
FAR = 5


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def phi(x: np.ndarray) -> np.ndarray:
    return np.vectorize(math.erf)(x / math.sqrt(2)) / 2 + 0.5


def silu_slope(x: np.ndarray) -> np.ndarray:
    return logistic(x) * (1 + x * (1 - logistic(x)))


def gelu_slope(x: np.ndarray) -> np.ndarray:
    return phi(x) + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


Array = Callable[[np.ndarray], np.ndarray]
GATES: dict[str, tuple[Array, Array]] = {
    "glu": (logistic, lambda x: logistic(x) * (1 - logistic(x))),
    "bilinear": (lambda x: x, np.ones_like),
    "reglu": (lambda x: np.maximum(x, 0), lambda x: (x > 0).astype(float)),
    "geglu": (lambda x: x * phi(x), gelu_slope),
    "swiglu": (lambda x: x * logistic(x), silu_slope),
}


def known(number: Number | Missing) -> Number:
    assert isinstance(number, Number)
    return number


def test_every_gated_unit_is_tested() -> None:
    assert set(gated_names()) == set(GATES)


@pytest.mark.parametrize(
    ("name", "second", "forward", "backward", "slope"),
    [
        ("bilinear", "q**2", "1/sqrt(q)", "sqrt(2)/(2*sqrt(q))", "2"),
        ("reglu", "q**2/2", "sqrt(2)/sqrt(q)", "1/sqrt(q)", "2"),
    ],
)
def test_homogeneous_gates_have_these_closed_forms(
    name: str, second: str, forward: str, backward: str, slope: str
) -> None:
    """By hand: E relu^2 = q/2 and E relu'^2 = 1/2."""
    found = gated_gains(gated(name), 3)
    shown = [
        str(known(number).symbolic) for number in (found.second, found.forward, found.backward, found.slope)
    ]
    assert shown == [second, forward, backward, slope]


@pytest.mark.parametrize("name", gated_names())
@pytest.mark.parametrize("variance", [0.5, 1.0, 2.0])
def test_the_numbers_are_those_of_quadrature(name: str, variance: float) -> None:
    """Gauss-Legendre on panels over +-12 standard deviations, exact to rounding for these smooth pieces."""
    f, slope = GATES[name]
    nodes, weights = np.polynomial.legendre.leggauss(40)
    borders = math.sqrt(variance) * np.linspace(-12, 12, 49)
    half = np.diff(borders)[:, None] / 2
    z = borders[:-1, None] + half * (1 + nodes)
    density = half * weights * np.exp(-z * z / (2 * variance)) / math.sqrt(2 * math.pi * variance)
    second, slope_second, tilt = (
        float((g * density).sum()) for g in (f(z) ** 2, slope(z) ** 2, z * f(z) * slope(z))
    )
    found = gated_gains(gated(name), variance, digits=20)
    factor = variance * slope_second + second
    expected = [variance * second, factor, second**-0.5, factor**-0.5, 1 + tilt / second]
    numbers = [found.second, found.backward_factor, found.forward, found.backward, found.slope]
    assert [float(known(number)) for number in numbers] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", gated_names())
def test_a_simulated_layer_keeps_both_signals_at_these_gains(name: str) -> None:
    """Rows of W and V at width 1000, whose own terms of order 1/1000 lie below the standard error."""
    f, slope = GATES[name]
    q, width, rows = 1.5, 1000, 6000
    found: GatedGains = gated_gains(gated(name), q, digits=15)
    draw = np.random.default_rng(7)
    for gain, backward in ((float(known(found.forward)), False), (float(known(found.backward)), True)):
        x = np.full(width, math.sqrt(q) / gain)
        w, v = (gain / math.sqrt(width) * draw.standard_normal((rows, width)) for _ in range(2))
        u, t, d = w @ x, v @ x, draw.standard_normal(rows)
        if backward:
            back = w * (d * t * slope(u))[:, None] + v * (d * f(u))[:, None]
            factors = (back**2).sum(axis=1)
        else:
            factors = gain**2 * (f(u) * t) ** 2 / q
        assert abs(factors.mean() - 1) < FAR * factors.std() / math.sqrt(rows), name


def test_no_gain_serves_both_directions() -> None:
    """1/forward^2 = E f^2 < E f^2 + q E f'^2 = 1/backward^2."""
    for name in gated_names():
        found = gated_gains(gated(name), 1, digits=10)
        assert known(found.backward).ball < known(found.forward).ball
        assert known(found.slope).ball > 1


def test_json_has_the_shape_of_gain() -> None:
    document = gated_gains(gated("glu"), sp.Rational(1, 2), digits=10).to_json()
    assert document["activation"] == {"name": "glu", "expression": "v/(1 + exp(-u))"}
    assert document["variance"] == "1/2"
    assert set(document) == {"activation", "variance", "moments", "gains", "stability"}


def test_bad_input_is_refused_in_one_line() -> None:
    with pytest.raises(BadInput, match="unknown gated unit 'swigly': did you mean 'swiglu'"):
        gated("swigly")
    with pytest.raises(BadInput, match="the variance q is 0"):
        gated_gains(gated("glu"), 0)
