"""The slope of the variance map at a fixed point, and what may be said from it."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb, ctx

from derive.activation import Activation, X
from derive.catalogue import activation, names
from derive.errors import BadInput
from derive.gains import Pair, gains
from derive.moments import moment
from derive.number import Missing, Number
from derive.stability import kind, slope, stability

OTHERS = {
    "gelu": X * (1 + sp.erf(X / sp.sqrt(2))) / 2,
    "silu": X / (1 + sp.exp(-X)),
    "mish": X * sp.tanh(sp.log(1 + sp.exp(X))),
    "elu": sp.Piecewise((X, X > 0), (sp.exp(X) - 1, True)),
    "relu^2": sp.Max(0, X) ** 2,
}


def named(name: str) -> Activation:
    return activation(name) if name in names() else Activation(name, OTHERS[name], (), "", None)


# At the forward gain and no bias: F'(1).
FORWARD = {"gelu": (1.14, "unstable"), "silu": (1.17, "unstable"), "mish": (1.08, "unstable")}
# At the pair: F'(1) = 1 + g^2 E[f f''], kinks counted.
PAIR = {
    "tanh": (0.391, "stable"),
    "elu": (0.860, "stable"),
    "gelu": (1.067, "unstable"),
    "silu": (1.099, "unstable"),
}


@pytest.mark.parametrize("name", sorted(FORWARD))
def test_slope_at_the_forward_gain(name: str) -> None:
    found = stability(named(name), gains(named(name), 1).forward, 0, 1)
    assert (round(float(found.slope), 2), found.kind) == FORWARD[name]


@pytest.mark.parametrize("name", sorted(PAIR))
def test_slope_at_the_pair(name: str) -> None:
    pair = gains(named(name), 1).pair
    assert isinstance(pair, Pair)
    found = stability(named(name), pair.gain, pair.bias_variance, 1)
    assert (round(float(found.slope), 3), found.kind) == PAIR[name]


@pytest.mark.parametrize("name", ["identity", "relu", "leaky_relu", "prelu"])
@pytest.mark.parametrize("variance", ["1/3", "1", "7"])
def test_degree_one_is_neutral_exactly(name: str, variance: str) -> None:
    found = slope(named(name), gains(named(name), variance).forward, 0, variance)
    assert (found.exact, found.symbolic) == (1, 1)
    assert kind(found) == "neutral"


def test_degree_two_is_unstable_exactly() -> None:
    found = slope(named("relu^2"), gains(named("relu^2"), 1).forward, 0, 1)
    assert found.exact == 2
    assert kind(found) == "unstable"


def test_a_plain_gain_may_be_given() -> None:
    found = slope(activation("relu"), "1.43", 0, 1)
    assert found.exact == sp.Rational(143, 100) ** 2 / 2
    assert kind(found) == "unstable"
    assert kind(slope(activation("relu"), 1.4, "0.1", 1)) == "stable"


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "gelu"])
def test_the_slope_is_the_derivative_of_the_variance_map(name: str) -> None:
    """F'(q) against a central difference of F: its error is h^2 F'''/6, so halving h must quarter it."""
    f, errors = named(name), []
    exact = slope(f, 1, 0, 1, 40)
    for h in (sp.Rational(1, 1000), sp.Rational(1, 2000)):
        with ctx.workdps(60):
            above, below = (moment(f, "second", 1 + s * h, 40).ball for s in (1, -1))
            errors.append((above - below) / (2 * arb(int(h.p)) / int(h.q)) - exact.ball)
    ratio = float((errors[0] / errors[1]).mid())
    assert abs(float(errors[0].mid())) < 1e-5
    assert ratio == pytest.approx(4, rel=1e-4)


def test_a_ball_around_one_without_a_closed_form_is_not_called_neutral() -> None:
    assert kind(Number(None, None, arb(1, 1e-30), 30)) == "undecided"
    assert kind(Number(None, None, arb(1), 30)) == "undecided"
    assert kind(Number(sp.Integer(1), None, arb(1), 30)) == "neutral"
    assert kind(Missing("no slope")) == "undecided"


def test_a_slope_below_minus_one_is_unstable() -> None:
    assert kind(Number(None, None, arb("-1.5"), 30)) == "unstable"
    assert kind(Number(None, None, arb("-0.5"), 30)) == "stable"


JUMPING = {
    "hardshrink": sp.Piecewise((0, sp.Abs(X) < sp.Rational(1, 2)), (X, True)),
    "step": sp.Heaviside(X - 1),
    "threshold": sp.Piecewise((X, sp.Rational(1, 3) < X), (2, True)),
    "sign": sp.sign(X),
    "wavy": sp.Piecewise((sp.sin(X), X > -1), (sp.tanh(X), True)),
}


@pytest.mark.parametrize("name", sorted(JUMPING))
def test_the_slope_counts_jumps(name: str) -> None:
    """As for continuous f: halving the step of a central difference of F must quarter its gap to F'."""
    f, gaps = Activation(name, JUMPING[name], (), "", None), []
    exact = slope(f, 1, 0, 1, 40)
    for h in (sp.Rational(1, 1000), sp.Rational(1, 2000)):
        with ctx.workdps(60):
            above, below = (moment(f, "second", 1 + s * h, 40).ball for s in (1, -1))
            gaps.append((above - below) / (2 * arb(int(h.p)) / int(h.q)) - exact.ball)
    if name == "sign":  # E f^2 = 1 at every q
        assert exact.ball.contains(0)
        assert all(gap.contains(0) for gap in gaps)
    else:
        assert abs(float(gaps[0].mid())) < 1e-5
        assert float((gaps[0] / gaps[1]).mid()) == pytest.approx(4, rel=1e-3)


def test_the_jump_term_of_a_step_is_known() -> None:
    """E H(z - 1)^2 = P(Z > 1/sqrt(q)), with derivative phi(1/sqrt(q)) / (2 q^(3/2))."""
    found = slope(Activation("step", JUMPING["step"], (), "", None), 1, 0, 4)
    assert found.exact == sp.exp(-sp.Rational(1, 8)) / (sp.sqrt(2 * sp.pi) * 16)


def test_a_jump_that_cannot_be_placed_is_refused() -> None:
    hidden = Activation("hidden", X + sp.Heaviside(sp.tanh(X) - X / 2), (), "", None)
    found = slope(hidden, 1, 0, 1)
    assert isinstance(found, Missing)
    assert "f may jump: where" in found.reason


def test_an_infinite_slope_is_missing() -> None:
    found = stability(Activation("steep", sp.exp(X**2), (), "", None), 1, 0, 1)
    assert isinstance(found.slope, Missing)
    assert found.to_json()["kind"] == "undecided"


def test_json() -> None:
    document = stability(activation("relu"), gains(activation("relu"), 1).forward, 0, 1).to_json()
    assert document == {
        "slope": {"exact": "1", "symbolic": "1", "value": "1", "radius": "0"},
        "kind": "neutral",
    }


@pytest.mark.parametrize(
    ("gain", "bias", "variance", "complaint"),
    [
        (0, 0, 1, "the gain is 0"),
        (-1, 0, 1, "the gain is -1"),
        (float("nan"), 0, 1, "the gain is 'nan'"),
        (1, -1, 1, "the bias variance is -1"),
        (1, 0, 0, "the variance q is 0"),
    ],
)
def test_bad_input(gain: object, bias: object, variance: object, complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        slope(activation("relu"), gain, bias, variance)
