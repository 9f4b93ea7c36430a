"""The phase analysis: stability and phase of the literature, depth, cautions, and what it says in words."""

from __future__ import annotations

import json
import random
from math import log, sqrt

import numpy as np
import pytest
import sympy as sp

from derive.activation import Activation, X
from derive.catalogue import activation
from derive.errors import BadInput
from derive.gains import Pair, gains
from derive.moments import moment
from derive.number import Missing, Number
from derive.phase import Critical, Phase, phase

PHI = (1 + sp.erf(X / sp.sqrt(2))) / 2
FUNCTIONS = {
    "gelu": X * PHI,
    "silu": X / (1 + sp.exp(-X)),
    "mish": X * sp.tanh(sp.log(1 + sp.exp(X))),
    "tanh": sp.tanh(X),
    "elu": sp.Piecewise((X, X > 0), (sp.exp(X) - 1, True)),
    "sin": sp.sin(X),
    "softplus": sp.log(1 + sp.exp(X)),
    "hardshrink": sp.Piecewise((0, sp.Abs(X) < sp.Rational(1, 2)), (X, True)),
    "step": sp.Heaviside(X),
    "steep": sp.exp(X**2 / 8),
    "relu^2": sp.Max(0, X) ** 2,
    "gaussian": sp.exp(-(X**2)),
    "cosh": sp.cosh(X),
    "three": sp.Integer(3),
    "zero": sp.Integer(0),
}


def named(name: str) -> Activation:
    return Activation(name, FUNCTIONS[name], (), "", None)


# At the forward gain without a bias, q = 1: F'(1), kind, chi > 1 or not.
FORWARD = [
    ("gelu", 1.14, "unstable", "chaotic"),
    ("silu", 1.17, "unstable", "chaotic"),
    ("mish", 1.08, "unstable", "chaotic"),
    ("tanh", 0.46, "stable", "chaotic"),
    ("softplus", 0.49, "stable", "ordered"),
    ("relu^2", 2.00, "unstable", "chaotic"),
]


@pytest.mark.parametrize(("name", "slope", "kind", "regime"), FORWARD)
def test_at_the_forward_gain(name: str, slope: float, kind: str, regime: str) -> None:
    found = phase(named(name))
    assert (round(float(found.slope), 2), found.kind, found.regime) == (slope, kind, regime)
    assert found.holds
    assert found.studied.exact == 1


@pytest.mark.parametrize("name", ["relu", "identity", "leaky_relu"])
def test_degree_one_is_critical_and_neutral_at_every_q(name: str) -> None:
    found = phase(activation(name), 3)
    assert (found.kind, found.regime, found.every_q) == ("neutral", "critical", True)
    assert [point.q.exact for point in found.fixed_points] == [0, 3]
    assert found.depth50.factor.exact == 1
    assert found.depth50.above == pytest.approx(3.03)
    assert isinstance(found.depth_scales.xi_c, Missing)
    assert "infinite" in found.depth_scales.xi_c.reason


# At the pair: F' = 1 + g^2 E[f f''], kinks counted.
PAIR = {"tanh": 0.391, "elu": 0.860, "gelu": 1.067, "silu": 1.099}


@pytest.mark.parametrize("name", sorted(PAIR))
def test_at_the_pair(name: str) -> None:
    pair = gains(named(name), 1).pair
    assert isinstance(pair, Pair)
    found = phase(named(name), 1, pair.gain, pair.bias_variance)
    assert found.holds
    assert round(float(found.slope), 3) == PAIR[name]
    assert float(found.chi) == pytest.approx(1, abs=1e-12)
    assert isinstance(found.critical, Critical)
    assert float(found.critical.slope) == pytest.approx(float(found.slope), abs=1e-12)


def test_depth_of_silu_and_of_tanh() -> None:
    """q leaves where F' > 1, down to 0 and up without end; it returns where F' < 1."""
    silu, tanh = phase(named("silu")), phase(named("tanh"))
    assert float(silu.depth50.factor) == pytest.approx(float(silu.slope) ** 50)
    assert silu.depth50.below < 0.01
    assert silu.depth50.above > 100
    assert tanh.depth50.below == pytest.approx(1, abs=1e-12)
    assert float(tanh.depth_scales.xi_q) == pytest.approx(-1 / log(float(tanh.slope)))


GAINS = {"tanh": 2.0, "softplus": 0.75, "gaussian": 2.0}


@pytest.mark.parametrize("name", sorted(GAINS))
def test_a_wide_layer_settles_where_the_analysis_says(name: str) -> None:
    """A simulated net with bias variance 1/10: its units at one input are N(0, q_l) given the
    layer below. q after 40 layers has the standard error sqrt(sum over layers of F'^(2k) g^4 Var f^2 / n);
    five of them are a false alarm in 1.7 million."""
    g, v, width = GAINS[name], 0.1, 20_000
    found = phase(named(name), 1, g, "1/10")
    assert not found.holds
    target, slope = float(found.studied), float(found.slope)
    function = {
        "tanh": np.tanh,
        "softplus": lambda z: np.logaddexp(0, z),
        "gaussian": lambda z: np.exp(-z * z),
    }[name]
    draw, q = np.random.default_rng(7), 1.0
    for _ in range(40):
        q = v + g * g * float(np.mean(function(sqrt(q) * draw.standard_normal(width)) ** 2))
    f, at = named(name), sp.Rational(target)
    fourth, second = (float(moment(f, kind, at, 12)) for kind in ("fourth", "second"))
    error = sqrt(g**4 * (fourth - second**2) / width / (1 - slope**2))
    assert abs(q - target) < 5 * error


def test_a_gain_that_does_not_hold_q_is_followed_to_where_it_settles() -> None:
    found = phase(named("tanh"), 1, "1/2")
    assert not found.holds
    assert found.studied.exact == 0
    assert (found.slope.exact, found.regime) == (sp.Rational(1, 4), "ordered")


def test_the_largest_of_two_stable_fixed_points_is_studied() -> None:
    """F = 4 E tanh(z^2)^2 has q = 0, where it is flat, a threshold, and a stable point near its ceiling."""
    found = phase(Activation("bump", sp.tanh(X**2), (), "", None), 1, 2)
    assert [point.kind for point in found.fixed_points] == ["stable", "unstable", "stable"]
    assert float(found.studied) == float(found.fixed_points[-1].q) > 1


def test_nothing_holds_where_the_map_only_grows() -> None:
    found = phase(named("silu"), 1, 3)
    assert not found.holds
    assert isinstance(found.studied, Missing)
    assert (found.kind, found.regime, found.escapes) == ("undecided", "undecided", True)


INFEASIBLE = [
    ("step", "f' = 0 almost everywhere"),
    ("three", "f' = 0 almost everywhere"),
    ("zero", "f = 0 almost everywhere"),
]


@pytest.mark.parametrize(("name", "reason"), INFEASIBLE)
def test_what_cannot_be_initialised_says_why(name: str, reason: str) -> None:
    found = phase(named(name))
    assert not found.feasible.ok
    assert any(reason in line for line in found.feasible.reasons)


def test_an_infinite_moment_is_infeasible() -> None:
    found = phase(named("steep"), 3)
    assert not found.feasible.ok
    assert isinstance(found.gain, Missing)
    assert "infinite" in found.feasible.reasons[0]
    assert found.sentences[0].startswith("No gain holds q = 3")


def test_cautions() -> None:
    assert "only unstably: F'(q) = 1.173" in phase(named("silu")).feasible.cautions[0]
    assert "(E f)^2 > q E f'^2 - Var f" in phase(named("softplus")).feasible.cautions[0]
    assert phase(named("tanh")).feasible.cautions == ()


def test_a_jump_takes_chi_away_from_correlations() -> None:
    found = phase(named("hardshrink"))
    assert found.jumps
    assert "infinitely steep" in found.depth_scales.xi_c.reason
    assert any("not told by chi" in sentence for sentence in found.sentences)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_analysis_prints(name: str) -> None:
    found = phase(named(name))
    document = json.loads(json.dumps(found.to_json()))
    assert document["variance"] == "1"
    assert all(sentence.endswith(".") and "nan" not in sentence for sentence in document["sentences"])
    assert isinstance(found, Phase)


def test_a_number_may_be_given_as_gain() -> None:
    given = phase(named("tanh"), 1, gains(named("tanh"), 1).forward)
    assert given.holds
    assert given.kind == "stable"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((0,), "the variance q is 0"),
        ((1, 0), "the gain is 0"),
        ((1, -2), "the gain is -2"),
        ((1, 1, -1), "the bias variance is -1"),
        ((1, "wide"), "the gain is 'wide'"),
    ],
)
def test_bad_input(arguments: tuple[object, ...], complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        phase(activation("relu"), *arguments)


def test_digits_reach_the_numbers() -> None:
    found = phase(named("tanh"), 1, digits=random.Random(3).choice([25, 30]))
    assert isinstance(found.slope, Number)
    assert found.slope.ball.rad() < 1e-25
