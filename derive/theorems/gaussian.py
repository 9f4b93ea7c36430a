"""Gaussian layers with any activation: variance map, backward factor, no-go, and the pair that serves both.

Poole et al. 2016, eq. 3 and eq. 8; Schoenholz et al. 2017. Exact at every width given the layer's inputs.
"""

from __future__ import annotations

import sympy as sp

from derive.activation import X as VARIABLE
from derive.gains import Pair
from derive.number import Missing, Number
from derive.proof.derivation import Proof
from derive.proof.facts import Fact
from derive.proof.layout import Layout
from derive.proof.quadrature import second_route
from derive.proof.rule import Rule
from derive.proof.rules.gaussian import (
    NORMAL,
    GaussianGiven,
    NoBias,
    Q,
    certified,
    gaussian_pre_activation,
)
from derive.proof.rules.logic import premise, solve_for, statement
from derive.proof.statement import Check, Countermodel, Setting, Theorem
from derive.proof.terms import E, Var
from derive.proof.theorem import Heading, finish
from derive.theorems import dense_backward
from derive.theorems.gaussian_setup import Setup, half_bias, pair_model, signs
from derive.theorems.names import FPRIME, F, G, J, M, N, W, X, Z

GAIN = sp.Symbol("g", positive=True)
BIAS = sp.Symbol("v", nonnegative=True)
AT = sp.sqrt(Q) * NORMAL
SECOND, SLOPE = E(F(AT) ** 2), E(FPRIME(AT) ** 2)
GAUSSIAN, UNBIASED = GaussianGiven(W, X), NoBias()
NOTHING = Layout((), ())


def variance_map(s: Setup) -> Theorem:
    """F(q) = v + g^2 E[f(sqrt(q) Z)^2]; without a bias g = sqrt(q/E f^2) holds q."""
    proof = Proof(NOTHING, (GAUSSIAN, UNBIASED))
    layer = BIAS + GAIN**2 * E(F(Z.entry) ** 2)
    start = sp.Eq(layer, Q, evaluate=False)
    gaussian = gaussian_pre_activation(Z, GAUSSIAN)
    chain = proof.chain(start).by(gaussian, _without_bias(), solve_for(GAIN))
    value = proof.chain(chain.end).by(_at(s), _certified(s, "second"))
    conclusion = sp.Equivalent(start, chain.end, evaluate=False)
    named: dict[Fact, Countermodel] = {GAUSSIAN: signs(s, "second"), UNBIASED: half_bias(s)}
    return finish(proof, _heading(s, MAP), conclusion, value.end, named)


def backward_map(s: Setup) -> Theorem:
    """chi(q) = g^2 E[f'(sqrt(q) Z)^2]; g = 1/sqrt(E f'^2) makes it one."""
    proof = Proof(NOTHING, (GAUSSIAN,))
    start = _backward_condition()
    chain = proof.chain(start).by(_fan_out(), gaussian_pre_activation(Z, GAUSSIAN), solve_for(GAIN))
    value = proof.chain(chain.end).by(_at(s), _certified(s, "derivative_second"))
    conclusion = sp.Equivalent(start, chain.end, evaluate=False)
    return finish(proof, _heading(s, CHI), conclusion, value.end, {GAUSSIAN: signs(s, "derivative_second")})


def no_go(s: Setup) -> Theorem:
    """No gain without a bias holds both at q: the enclosure of E f^2 - q E f'^2 excludes zero."""
    proof = Proof(NOTHING, (UNBIASED,))
    forward = sp.Eq(BIAS + GAIN**2 * SECOND, Q, evaluate=False)
    backward = sp.Eq(GAIN**2 * SLOPE, 1, evaluate=False)
    unbiased = proof.chain(forward).by(_without_bias())
    both = sp.And(unbiased.end, backward, evaluate=False)
    eliminate = statement(
        lambda _: sp.Eq(SECOND, Q * SLOPE, evaluate=False),
        "eliminate g",
        "Divide one by the other.",
        relation="=>",
    )
    proof.chain(both).by(eliminate, _at(s), _certified(s, "second", "derivative_second"), _false())
    conclusion = sp.Ne(SECOND, Q * SLOPE, evaluate=False)
    return finish(proof, _heading(s, NO_GO), conclusion, None, {UNBIASED: pair_model(s)})


def pair(s: Setup) -> Theorem:
    """g = 1/sqrt(E f'^2) with v = q - g^2 E f^2 holds both at q where v >= 0."""
    proof = Proof(NOTHING, (GAUSSIAN,))
    gaussian = gaussian_pre_activation(Z, GAUSSIAN)
    backward = _backward_condition()
    gain = proof.chain(backward).by(_fan_out(), gaussian, solve_for(GAIN))
    forward = sp.Eq(BIAS + GAIN**2 * E(F(Z.entry) ** 2), Q, evaluate=False)
    isolate = statement(
        lambda t: sp.Eq(BIAS, Q - GAIN**2 * SECOND, evaluate=False), "solve for v", "Linear in v."
    )
    by_gain = premise(gain.end, f"By line ({gain.last}).", lines=(gain.last,))
    bias = proof.chain(forward).by(gaussian, isolate, by_gain)
    value = proof.chain(sp.And(gain.end, bias.end, evaluate=False)).by(
        _at(s), _certified(s, "second", "derivative_second")
    )
    both = sp.And(backward, forward, evaluate=False)
    named: dict[Fact, Countermodel] = {GAUSSIAN: signs(s, "second")}
    if isinstance(s.gains.pair, Pair):
        conclusion = sp.Equivalent(both, sp.And(gain.end, bias.end, evaluate=False))
        return finish(proof, _heading(s, PAIR), conclusion, value.end, named)
    value.by(_no_variance())
    return finish(proof, _heading(s, NO_PAIR), sp.Not(both), None, named)


def _backward_condition() -> sp.Eq:
    """The factor of the theorem on the backward variance, set to one."""
    growth = dense_backward.prove().result.end / E(G.entry**2)
    return sp.Eq(growth, 1, evaluate=False)


def _fan_out() -> Rule:
    return premise(
        sp.Eq(Var(W.entry), GAIN**2 / M, evaluate=False),
        "The gradient meets weights of variance g^2/m: here m = n.",
    )


def _without_bias() -> Rule:
    return premise(sp.Eq(BIAS, 0, evaluate=False), "Without a bias v = 0.", fact=UNBIASED)


def _at(s: Setup) -> Rule:
    return premise(sp.Eq(Q, s.q, evaluate=False), f"At q = {s.q}.")


def _certified(s: Setup, *kinds: str) -> Rule:
    table = {SECOND.xreplace({Q: s.q}): s.second} if "second" in kinds else {}
    if "derivative_second" in kinds:
        table[SLOPE.xreplace({Q: s.q})] = s.slope
    return certified(table, _check(s, kinds))


def _check(s: Setup, kinds: tuple[str, ...]) -> Check:
    """Compare the certified balls with the second route, within the latter's own error estimate."""
    slope = s.activation.derivative.subs(s.activation.values)
    routes = {
        "second": (s.activation.numeric() ** 2, s.moments.second),
        "derivative_second": (slope**2, s.moments.derivative_second),
    }
    passed = all(_agrees(*routes[kind], s) for kind in kinds)
    detail = (
        "a tanh-sinh quadrature at 25 digits agrees with the certified ball within its own error estimate"
    )
    return Check(passed, "enclosure", len(kinds), detail)


def _agrees(integrand: sp.Expr, number: Number | Missing, s: Setup) -> bool:
    if isinstance(number, Missing):
        return False
    value, error = second_route(integrand, s.activation, s.q)
    gap = abs(value - sp.Rational(number.value))
    # The estimate of tanh-sinh is an order of magnitude; its working precision is the floor.
    return bool(gap <= 10 * error + sp.Rational(number.radius) + sp.Rational(1, 10**23))


def _false() -> Rule:
    return statement(
        lambda t: sp.false if t.lhs != t.rhs else t,
        "enclosures are apart",
        "The certified enclosures of the two sides do not overlap.",
        verify=lambda before, after: Check(
            bool(abs(before.lhs - before.rhs) > sp.Rational(1, 10**10)) and after == sp.false,
            "enclosure",
            1,
            "the two sides differ by more than the certified radii",
        ),
    )


def _no_variance() -> Rule:
    return statement(
        lambda t: sp.false,
        "a variance is not negative",
        "The certified enclosure of v lies below zero.",
        verify=lambda before, after: Check(
            any(eq.lhs == BIAS and eq.rhs < 0 for eq in before.args) and after == sp.false,
            "enclosure",
            1,
            "the enclosure of v is negative",
        ),
    )


def _heading(s: Setup, words: tuple[str, str, str]) -> Heading:
    name, title, summary = words
    setting = (
        Setting(
            "A dense layer with n inputs x and m = n outputs, weights of variance g^2/n and biases of variance v."
        ),
        Setting(
            "Given the inputs, q is the variance of a pre-activation, and Z is standard normal.",
            sp.Eq(Q, BIAS + GAIN**2 / N * sp.Sum(X[J] ** 2, (J, 1, N)), evaluate=False),
        ),
        Setting(
            "The activation acts on each unit.", sp.Eq(F(VARIABLE), s.activation.expression, evaluate=False)
        ),
    )
    return Heading(name, f"{title} for {s.activation.label} at q = {s.q}", summary, setting)


MAP = (
    "variance_map",
    "Variance map and forward gain",
    "With Gaussian weights the second moment of the next pre-activations has the mean F(q) = v + g^2 E f(sqrt(q) Z)^2, "
    "exactly and at every width, given what enters the layer. One gain holds q without a bias.",
)
CHI = (
    "backward_map",
    "Backward factor and backward gain",
    "By the theorem on the backward variance, and under its assumptions, a layer multiplies the squared gradient by "
    "m Var[w] E f'(z)^2: for weights of variance g^2/m that is g^2 times the mean squared slope. One gain makes it 1.",
)
NO_GO = (
    "no_go",
    "No gain without a bias serves both directions",
    "The forward and the backward condition name two different gains, so a network without biases that keeps "
    "its signal does not keep its gradient, and the other way round.",
)
PAIR = (
    "pair",
    "The gain and bias variance that serve both directions",
    "With a bias the two conditions have one common solution: the backward gain, and the variance then missing.",
)
NO_PAIR = (
    "no_pair",
    "No gain and bias variance serve both directions",
    "The two conditions would need a negative bias variance, so nothing serves both directions at this q.",
)
