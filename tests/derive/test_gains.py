"""Gains: the literature's values, exact forms, the pair, and the gains that do not exist."""

from __future__ import annotations

import math
import re

import pytest
import sympy as sp
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.activation import Activation, X
from derive.catalogue import activation, names
from derive.errors import BadInput
from derive.gains import Pair, gains
from derive.moments import Q, moment, moments
from derive.moments.enclosure import enclosure_over
from derive.moments.kinds import monomial
from derive.moments.program import value
from derive.number import Missing, Number
from derive.self_consistent import self_consistent

A = sp.Symbol("a", real=True)
PHI = (1 + sp.erf(X / sp.sqrt(2))) / 2

OTHERS = {
    "silu": X / (1 + sp.exp(-X)),
    "gelu": X * PHI,
    "mish": X * sp.tanh(sp.log(1 + sp.exp(X))),
    "elu": sp.Piecewise((X, X > 0), (sp.exp(X) - 1, True)),
    "erf": sp.erf(X),
    "sin": sp.sin(X),
    "softsign": X / (1 + sp.Abs(X)),
    "softplus": sp.log(1 + sp.exp(X)),
    "hardswish": X * sp.Min(sp.Max(X + 3, 0), 6) / 6,
    "relu^2": sp.Max(0, X) ** 2,
    "zero": sp.Integer(0),
    "three": sp.Integer(3),
    "step": sp.Heaviside(X),
    "steep": sp.exp(X**2),
}


def named(name: str) -> Activation:
    if name in names():
        return activation(name)
    return Activation(name, OTHERS[name], (), "", None)


EXACT = [
    ("identity", "forward", sp.Integer(1), sp.Integer(1)),
    ("relu", "forward", sp.sqrt(2), sp.sqrt(2)),
    ("relu", "backward", sp.sqrt(2), sp.sqrt(2)),
    ("relu", "centred", sp.sqrt(2 * sp.pi / (sp.pi - 1)), sp.sqrt(2 * sp.pi / (sp.pi - 1))),
    ("prelu", "forward", 4 * sp.sqrt(34) / 17, sp.sqrt(2 / (1 + A**2))),
    ("prelu", "backward", 4 * sp.sqrt(34) / 17, sp.sqrt(2 / (1 + A**2))),
    ("leaky_relu", "backward", sp.sqrt(2 / (1 + sp.Rational(1, 10**4))), sp.sqrt(2 / (1 + A**2))),
    ("relu^2", "forward", sp.sqrt(sp.Rational(2, 3) / 3), sp.sqrt(sp.Rational(2, 3) / Q)),
]


@pytest.mark.parametrize(
    ("name", "which", "exact", "symbolic"), EXACT, ids=[f"{n}-{w}" for n, w, *_ in EXACT]
)
def test_exact_gains(name: str, which: str, exact: sp.Expr, symbolic: sp.Expr) -> None:
    found = getattr(gains(named(name), 3), which)
    assert sp.simplify(found.exact - exact) == 0
    assert sp.simplify(found.symbolic - symbolic) == 0


# Printed by others. tanh's forward gain is not torch's 5/3; SiLU's four gains are those in public use,
# centred as NFNets and timm have it (1.7881 there, from finitely many samples).
PRINTED = [
    ("tanh", "forward", 1.5925),
    ("tanh", "backward", 1.4674),
    ("silu", "forward", 1.6765),
    ("silu", "backward", 1.6233),
    ("silu", "centred", 1.7872),
    ("gelu", "forward", 1.5335),
    ("gelu", "centred", 1.7009),
    ("relu", "centred", 1.7129),
]


@pytest.mark.parametrize(("name", "which", "value"), PRINTED)
def test_gains_in_public_use(name: str, which: str, value: float) -> None:
    assert round(float(getattr(gains(named(name), 1), which)), 4) == value


# The bias variance of the pair at q = 1, to three decimals.
PAIRS = {
    "tanh": 0.151,
    "erf": 0.184,
    "sin": 0.238,
    "elu": 0.035,
    "gelu": 0.067,
    "silu": 0.062,
    "mish": 0.056,
    "softsign": 0.196,
    "hardswish": 0.075,
    "relu": 0.0,
}


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_the_pair(name: str) -> None:
    pair = gains(named(name), 1).pair
    assert isinstance(pair, Pair)
    assert round(float(pair.bias_variance), 3) == PAIRS[name]


@pytest.mark.parametrize("name", ["tanh", "scaled_sigmoid", "gelu", "prelu", "hardswish"])
@pytest.mark.parametrize("variance", ["1/2", "2"])
def test_the_pair_holds_both_directions(name: str, variance: str) -> None:
    """F(q) = v + g^2 E f^2 = q and chi(q) = g^2 E f'^2 = 1, as balls."""
    f = named(name)
    pair, known = gains(f, variance).pair, moments(f, variance)
    assert isinstance(pair, Pair)
    g, v = pair.gain.ball, pair.bias_variance.ball
    assert (v + g * g * known.second.ball).overlaps(
        arb(int(sp.Rational(variance).p)) / int(sp.Rational(variance).q)
    )
    assert (g * g * known.derivative_second.ball).contains(1)


@settings(max_examples=15)
@given(st.fractions(-3, 3, max_denominator=9), st.fractions("1/9", 9, max_denominator=9))
def test_degree_one_needs_no_bias_at_any_variance(slope: object, variance: object) -> None:
    found = gains(activation("prelu", {"a": slope}), variance)
    assert isinstance(found.pair, Pair)
    assert (found.pair.bias_variance.exact, found.pair.bias_variance.symbolic) == (0, 0)
    assert found.forward.exact == found.backward.exact


@pytest.mark.parametrize("name", ["sigmoid", "softplus"])
def test_some_have_no_pair(name: str) -> None:
    found = gains(named(name), 1).pair
    assert isinstance(found, Missing)
    assert "below 0" in found.reason


MISSING = [
    ("zero", "forward", "f = 0 almost everywhere"),
    ("zero", "backward", "f' = 0 almost everywhere"),
    ("zero", "centred", "f is constant"),
    ("three", "centred", "f is constant"),
    ("three", "pair", "f' = 0 almost everywhere"),
    ("step", "backward", "f' = 0 almost everywhere"),
    ("steep", "forward", r"E f\^2 is not known: E f\^2 is infinite for q >= 1/4"),
]


@pytest.mark.parametrize(("name", "which", "reason"), MISSING)
def test_a_gain_that_does_not_exist_says_why(name: str, which: str, reason: str) -> None:
    found = getattr(gains(named(name), 1), which)
    assert isinstance(found, Missing)
    assert re.search(reason, found.reason)


def test_what_exists_beside_a_missing_gain_is_still_given() -> None:
    assert gains(named("step"), 1).forward.exact == sp.sqrt(2)
    assert gains(named("three"), 1).forward.exact == sp.Rational(1, 3)


def test_a_bias_variance_that_cannot_be_told_from_zero_is_not_called_zero() -> None:
    """max(0, x) hidden from the closed forms: v is 0, but no ball can show that."""
    hidden = Activation(
        "hidden", (X + sp.Abs(X + sp.tanh(X))) / 2 - sp.tanh(X) / 2 * sp.sign(sp.sinh(X)), (), "", None
    )
    found = gains(hidden, 1, digits=10).pair
    assert isinstance(found, Missing)
    assert "whether the bias variance is 0" in found.reason


@pytest.mark.parametrize("digits", [8, 30, 60])
@pytest.mark.parametrize("name", ["tanh", "relu", "silu"])
def test_gains_have_the_digits_that_were_asked_for(name: str, digits: int) -> None:
    found = gains(named(name), 1, digits)
    assert isinstance(found.pair, Pair)
    for number in (found.forward, found.backward, found.centred, found.pair.bias_variance):
        assert isinstance(number, Number)
        assert arb(number.radius) <= arb(10) ** -digits * abs(arb(number.value))
        assert number.digits == digits


def test_json() -> None:
    document = gains(activation("relu"), 1).to_json()
    assert document["forward"]["exact"] == "sqrt(2)"
    assert document["forward"]["value"] == "1.41421356237309504880168872420970"
    assert abs(float(document["forward"]["value"]) - math.sqrt(2)) < 1e-15
    assert document["pair"]["bias_variance"]["exact"] == "0"
    none = gains(named("sigmoid"), 1).to_json()["pair"]
    assert (none["gain"], none["bias_variance"]) == (None, None)
    assert "below 0" in none["reason"]


@pytest.mark.parametrize("variance", [0, -1, float("inf"), float("nan"), "many"])
def test_a_variance_that_is_none_is_refused(variance: object) -> None:
    with pytest.raises(BadInput, match="the variance q is"):
        gains(activation("relu"), variance)


SELF = [  # AnyInit's convention at 30 digits; SiLU's is its own 1.5588, SELU was made to have 1
    ("silu", 1.5588),
    ("gelu", 1.4680),
    ("mish", 1.4515),
    ("selu", 1.0000),
    ("softplus", 1.0831),
]
SELU = sp.Piecewise(
    (sp.Rational("1.0507009873554804934193349852946") * X, X > 0),
    (sp.Rational("1.7580993408473768599402175208123") * (sp.exp(X) - 1), True),
)


@pytest.mark.parametrize(("name", "printed"), SELF)
def test_self_consistent_gains(name: str, printed: float) -> None:
    """s is printed by others, and is the forward gain at q = s^2: E f(s Z)^2 = 1."""
    f = Activation("selu", SELU, (), "", None) if name == "selu" else named(name)
    found = self_consistent(f)
    assert isinstance(found, Number)
    assert round(float(found), 4) == printed
    with ctx.workdps(50):
        at = enclosure_over(f.numeric(), monomial("second"), found.ball**2, 28)
        assert at.contains(1)
        assert at.rad() < arb("1e-26")
        assert found.ball.rad() < arb("1e-31") * found.ball


EXACT_SELF = [
    ("relu", sp.sqrt(2)),
    ("identity", sp.Integer(1)),
    ("prelu", sp.sqrt(2 / (1 + A**2))),
    ("relu^2", sp.root(sp.Rational(2, 3), 4)),
]


@pytest.mark.parametrize(("name", "symbolic"), EXACT_SELF)
def test_self_consistent_gains_of_powers_are_exact(name: str, symbolic: sp.Expr) -> None:
    found = gains(named(name), 7).self_consistent
    assert isinstance(found, Number)
    assert sp.simplify(found.symbolic - symbolic) == 0
    assert value(found.exact).real.overlaps(found.ball)


NO_SELF = [
    ("tanh", r"\|f\| <= 1, and below 1 somewhere"),
    ("sigmoid", r"\|f\| <= 1, and below 1 somewhere"),
    ("zero", "f = 0 almost everywhere"),
    ("three", "E f.2 is 9 at every q"),
    ("step", "E f.2 is 1/2 at every q"),
    ("steep", "it looks to stay above 1"),
]


@pytest.mark.parametrize(("name", "reason"), NO_SELF)
def test_a_self_consistent_gain_that_does_not_exist_says_why(name: str, reason: str) -> None:
    found = self_consistent(named(name))
    assert isinstance(found, Missing)
    assert re.search(reason, found.reason)


def test_a_bound_of_one_that_is_reached_everywhere_is_not_called_too_small() -> None:
    """|sign| = 1: E f^2 = 1 at every q, by a route without a closed form too."""
    assert "E f^2 is 1 at every q" in self_consistent(Activation("sign", sp.sign(X), (), "", None)).reason
    hidden = self_consistent(Activation("hidden", sp.sign(X + sp.sinh(X)), (), "", None))
    assert isinstance(hidden, Missing)
    assert "below 1 somewhere" not in hidden.reason


def test_the_smallest_of_two_self_consistent_gains_is_given() -> None:
    """A bump: E f^2 = 25 E[z^4 exp(-z^2)] rises above 1 and falls again."""
    bump = Activation("bump", 5 * X**2 * sp.exp(-(X**2) / 2), (), "", None)
    found = self_consistent(bump, 15)
    assert isinstance(found, Number)
    assert float(found) < 1
    assert moment(bump, "second", 100).ball > 1e-3


@pytest.mark.parametrize("name", ["tanh", "silu", "relu^2", "softplus", "sigmoid"])
@pytest.mark.parametrize("variance", ["1/2", "1", "3"])
def test_the_compromise_and_the_geometric_gain(name: str, variance: str) -> None:
    """One makes the errors of the two factors equal and opposite, the other their product 1."""
    f, q = named(name), sp.Rational(variance)
    found, known = gains(f, q), moments(f, q)
    forward = known.second.ball / (arb(int(q.p)) / int(q.q))
    backward = known.derivative_second.ball
    for which, condition in (
        ("compromise", lambda g: (g * forward - 1) + (g * backward - 1)),
        ("geometric", lambda g: g * forward * g * backward - 1),
    ):
        assert condition(getattr(found, which).ball ** 2).contains(0)


@pytest.mark.parametrize("name", ["tanh", "silu"])
def test_no_gain_has_a_smaller_worst_error_than_the_compromise(name: str) -> None:
    f = named(name)
    known, best = moments(f, 1), float(gains(f, 1).compromise) ** 2
    forward, backward = float(known.second), float(known.derivative_second)
    worst = max(abs(best * forward - 1), abs(best * backward - 1))
    for off in (0.9, 0.99, 0.999, 1.001, 1.01, 1.1):
        assert max(abs(off * best * forward - 1), abs(off * best * backward - 1)) > worst


def test_a_compromise_needs_both_directions() -> None:
    step = gains(named("step"), 1)
    for found in (step.compromise, step.geometric):
        assert isinstance(found, Missing)
        assert "no gradient passes" in found.reason


def test_the_new_keys_of_the_json_come_last() -> None:
    keys = list(gains(activation("relu"), 1).to_json())
    assert keys == [
        "forward",
        "backward",
        "centred",
        "pair",
        "compromise",
        "geometric",
        "self_consistent",
    ]
