"""Finite width: known values, a second route, what must not change, and what is refused."""

from __future__ import annotations

import json

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.activation import Activation, X
from derive.catalogue import activation
from derive.errors import BadInput
from derive.finite_width import (
    CorrelatedOutput,
    backward_one_step,
    correlated_output,
    finite_width,
    first_order_variance,
    haar_increment_variance,
    increment_excess,
    increment_variance,
    log_drift,
    relative_variance,
)
from derive.finite_width.skewed import skewed_excess
from derive.number import Missing, Number
from derive.phase import phase
from derive.proof.quadrature import second_route

R = sp.Rational


def of(expression: sp.Expr) -> Activation:
    return Activation("f", expression, (), "", None)


def number(found: object) -> Number:
    assert isinstance(found, Number), found
    return found


EXCESS = [  # f, derivative, kappa: E Z^4 = 3, E Z^8 = 105; r = ((a^2 - b^2)/(a^2 + b^2))^2
    (X, False, 2),
    (X, True, 0),
    (sp.Max(0, X), False, 5),
    (sp.Max(0, X), True, 1),
    (sp.Abs(X), False, 2),
    (X**2, False, R(32, 3)),
    (X**2, True, 2),
    (sp.Max(0, X) + sp.Min(0, X) / 2, False, 2 + 3 * R(3, 5) ** 2),
    (sp.sin(X), False, 2 * (3 - 4 * sp.exp(-2) + sp.exp(-8)) / (4 * (1 - sp.exp(-2)) ** 2) * 2 / 2 - 1),
]


@pytest.mark.parametrize(("f", "slope", "kappa"), EXCESS)
def test_excess_of_functions_whose_moments_are_known(f: sp.Expr, slope: bool, kappa: sp.Expr) -> None:
    found = number(increment_excess(of(f), 1, slope))
    assert found.exact is not None
    assert abs(sp.N(found.exact - kappa, 40)) < 1e-30


@pytest.mark.parametrize("name", ("tanh", "gelu", "sigmoid"))
@pytest.mark.parametrize("q", (R(1), R(1, 3)))
def test_excess_by_a_second_quadrature(name: str, q: sp.Rational) -> None:
    f = activation(name)
    second, fourth = (second_route(f.numeric() ** power, f, q)[0] for power in (2, 4))
    found = number(increment_excess(f, q, digits=15))
    assert abs(R(found.value) - (fourth / second**2 - 1)) < 1e-15


@settings(max_examples=10)
@given(st.fractions(R(1, 50), 50).filter(bool), st.sampled_from(("relu", "tanh", "erf")), st.booleans())
def test_excess_does_not_see_a_factor_of_f(factor: object, name: str, slope: bool) -> None:
    scaled = of(sp.Rational(str(factor)) * activation(name).expression)
    one, other = (number(increment_excess(f, 1, slope, digits=12)) for f in (activation(name), scaled))
    assert one.ball.overlaps(other.ball)


@pytest.mark.parametrize("name", ("relu", "abs", "prelu"))
def test_excess_of_degree_one_is_the_same_at_every_variance(name: str) -> None:
    assert len({number(increment_excess(activation(name), q)).exact for q in (1, R(1, 7), 9)}) == 1


def test_variance_of_an_increment_is_the_excess_over_the_width() -> None:
    assert number(increment_variance(activation("relu"), 64)).exact == R(5, 64)
    assert number(increment_variance(activation("relu"), 64, derivative=True)).exact == R(1, 64)


@pytest.mark.parametrize(
    ("name", "n_out", "n_in", "variance"),
    [
        ("relu", 7, 7, R(3, 9)),
        ("identity", 7, 7, 0),
        ("abs", 5, 5, 0),
        ("identity", 3, 5, R(2 * 2, 3 * 7)),  # |first 3 of 5 coordinates of a unit vector|^2 is Beta(3/2, 1)
        ("relu", 1, 1, 1),  # z = +-1: relu(z)^2 is 0 or 1
        ("relu", 5, 3, R(3, 7)),
    ],
)
def test_orthogonal_weights(name: str, n_out: int, n_in: int, variance: sp.Rational) -> None:
    assert number(haar_increment_variance(activation(name), n_out, n_in)).exact == variance


def test_orthogonal_weights_tend_to_gaussian_ones_where_the_block_is_small() -> None:
    far = number(haar_increment_variance(activation("prelu"), 8, 2**20))
    gauss = number(increment_variance(activation("prelu"), 8))
    assert abs(float(far) - float(gauss)) < 10 * float(gauss) * 8 / 2**20


def test_depth_multiplies() -> None:
    relu = activation("relu")
    assert number(relative_variance(relu, 1, 10, 2)).exact == sp.Add(
        sp.Pow(R(3, 2), 2, evaluate=False), -1, evaluate=False
    )
    assert float(number(relative_variance(relu, 1, [5, 10]))) == 2
    assert float(number(relative_variance(relu, 1, 256, 50))) == pytest.approx(
        (1 + 5 / 256) ** 50 - 1, rel=1e-14
    )


def test_the_first_order_is_the_first_order_of_the_exact_one() -> None:
    f = activation("prelu")
    exact, first = (
        float(number(g(f, 1, widths=2**20, depth=3))) for g in (relative_variance, first_order_variance)
    )
    assert first == pytest.approx(exact, rel=1e-4)


def test_first_order_variance_is_stretched_by_the_slope() -> None:
    """Two layers by hand: s^2 V + V with V = kappa/n and s = F'(1), tanh at its forward gain."""
    f = activation("tanh")
    each, slope = float(number(increment_variance(f, 64))), float(number(phase(f).slope))
    found = float(number(first_order_variance(f, 1, 0, 64, 2)))
    assert found == pytest.approx(each * (1 + slope**2), rel=1e-12)


def test_skewed_weights() -> None:
    """4 sqrt(2) s/(3 pi sqrt(n)) for ReLU, 0 where f^2 is even, the other sign for f(-x)."""
    relu = number(skewed_excess(activation("relu"), 2, 256)).exact
    assert relu is not None
    assert sp.simplify(relu - 4 * sp.sqrt(2) * 2 / (3 * sp.pi * 16)) == 0
    assert float(relu) == pytest.approx(0.0750, abs=5e-5)
    assert number(skewed_excess(activation("identity"), 2)).exact == 0
    assert float(number(skewed_excess(of(sp.Min(0, X)), 2))) == pytest.approx(float(relu))


def test_skewed_weights_by_quadrature() -> None:
    """PReLU: the Edgeworth term and the skewness of its outputs, each by a second route."""
    f = activation("prelu")
    term = second_route(f.numeric() ** 2 * (X**3 - 3 * X) / 6, f, R(1))[0]
    second, third = (second_route(f.numeric() ** power, f, R(1))[0] for power in (2, 3))
    found = float(number(skewed_excess(f, 3, 100)))
    assert found == pytest.approx(float(term / second * 3 / 10 * third / second ** R(3, 2)), rel=1e-14)


def test_skewed_weights_elsewhere() -> None:
    assert isinstance(skewed_excess(activation("tanh"), 2), Missing)


def test_what_cannot_be_known_says_why() -> None:
    assert isinstance(increment_excess(of(sp.exp(X**2 / 10))), Number)
    infinite = increment_excess(of(sp.exp(X**2 / 6)))
    assert isinstance(infinite, Missing)
    assert "E f^4" in infinite.reason
    assert isinstance(increment_excess(of(sp.S.Zero * X)), Missing)
    assert isinstance(relative_variance(activation("tanh")), Missing)
    assert isinstance(haar_increment_variance(activation("tanh"), 4, 4), Missing)
    assert isinstance(log_drift(activation("tanh"), 64).exact, Missing)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda f: increment_variance(f, 0),
        lambda f: relative_variance(f, 1, [4, 4], 3),
        lambda f: relative_variance(f, 1, 4, 0),
        lambda f: backward_one_step(f, 1, -1),
        lambda f: correlated_output(f, gain=-1),
        lambda f: correlated_output(f, output="twos"),
        lambda f: increment_excess(f, 0),
        lambda f: finite_width(f, widths=(4,)),
        lambda f: finite_width(f, widths=(4, 2.5)),  # type: ignore[arg-type]
    ],
)
def test_bad_input_is_refused_in_one_line(wrong: object) -> None:
    with pytest.raises(BadInput) as caught:
        wrong(activation("tanh"))  # type: ignore[operator]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ("relu", "tanh", "hardshrink"))
def test_all_of_it_is_json(name: str) -> None:
    found = finite_width(activation(name), widths=(8, 4, 4, 4, 2))
    document = json.loads(json.dumps(found.to_json()))
    assert [(layer["fan_in"], layer["units"], layer["times"]) for layer in document["layers"]] == [
        (8, 4, 1),
        (4, 4, 2),
        (4, 2, 1),
    ]
    assert set(document["output_gradient"]) == {"ones", "proportional"}


def test_a_gain_that_does_not_hold_q_has_no_first_order() -> None:
    found = finite_width(activation("tanh"), 1, "1.7", 0, (8, 8))
    assert isinstance(found.first_order_variance, Missing)
    assert isinstance(found.ones, Missing)
    assert isinstance(finite_width(activation("relu"), 1, "1.7", 0, (8, 8)).first_order_variance, Number)


@pytest.mark.parametrize(("name", "bias"), [("tanh", R(1, 5)), ("prelu", R(1, 3)), ("relu", 0)])
def test_every_number_has_the_digits_that_were_asked_for(name: str, bias: object) -> None:
    found = finite_width(activation(name), 2, None, bias, (8, 20, 8), digits=25)
    assert isinstance(found.proportional, CorrelatedOutput)
    layers = [
        a for x in found.layers for a in (x.increment_variance, x.slope_variance, x.backward, x.drift.exact)
    ]
    amounts = [
        found.excess,
        found.relative_variance,
        found.first_order_variance,
        *found.proportional.factors,
        *layers,
    ]
    numbers = [amount for amount in amounts if isinstance(amount, Number)]
    assert len(numbers) >= 9
    assert all(float(n.radius) <= 1e-25 * abs(float(n)) for n in numbers)


def test_a_bias_makes_the_exact_variance_unknown() -> None:
    """To first order by hand: q = 2 and v = 1/2 make F'(q) = (q - v)/q = 3/4, over two layers of eight units."""
    found = finite_width(activation("relu"), 2, None, R(1, 2), (8, 8, 8))
    assert isinstance(found.relative_variance, Missing)
    assert number(found.first_order_variance).exact is None
    assert float(number(found.first_order_variance)) == pytest.approx(9 / 16 * 5 / 8 * (1 + 9 / 16))
