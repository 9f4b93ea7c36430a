"""He's conditions for a positively homogeneous activation: c n Var[w] = 1 forward, c m Var[w] = 1 backward.

He et al. 2015, eq. 8-10, 12-14 and 15 (PReLU). With f(z) = z they are Glorot and Bengio 2010, eq. 8 and 9.
"""

from __future__ import annotations

import sympy as sp

from derive.activation import Activation
from derive.activation import X as VARIABLE
from derive.proof.derivation import Chain, Proof
from derive.proof.facts import (
    EqualSecondMoment,
    EqualVariance,
    Fact,
    Independent,
    Uncorrelated,
    ZeroMean,
)
from derive.proof.layout import Defined, Drawn, Layout
from derive.proof.rules.expectation import variance_definition
from derive.proof.rules.logic import by_line, solve_for
from derive.proof.rules.weights import equal_second_moments, mean_of_symmetric
from derive.proof.statement import Setting, Theorem
from derive.proof.terms import E, Law, Var
from derive.proof.theorem import Heading, finish
from derive.theorems import dense_backward, half
from derive.theorems.dense import SIZES, Layer, by_forward_variance
from derive.theorems.names import FPRIME, ONE, F, G, I, J, M, N, U, W, X, Y, Z

LAYER = Layer(W, X, Y, N)
UNIT = Defined(X[J], F(Z[J]), ((J, ONE, N),))


def forward_condition(activation: Activation) -> Theorem:
    """Var[y] = c n Var[w] Var[z], kept by Var[w] = 1/(c n)."""
    proof = Proof(_layout(activation), _facts(activation))
    layer, condition = _forward(proof, activation)
    return finish(proof, _forward_heading(activation), layer.equation, condition.end)


def _forward(proof: Proof, activation: Activation) -> tuple[Chain, Chain]:
    below = proof.chain(E(X[J] ** 2)).by(half.by_second(activation, Z, X, J), equal_second_moments(Z))
    below.gives(EqualSecondMoment(X))
    layer = proof.chain(Var(Y[I])).by(by_forward_variance(LAYER), by_line(below, {X[J]: X.entry}))
    if half.needs_symmetry(activation):
        layer.by(by_line(_variance_of_z(proof), backwards=True))
    return layer, _solved(proof, layer, Var(Z.entry) if layer.end.has(Var(Z.entry)) else E(Z.entry**2))


def forward_root(activation: Activation) -> sp.Eq:
    """Var[w] = 1/(c n), as the forward theorem gives it."""
    proof = Proof(_layout(activation), _facts(activation))
    return _forward(proof, activation)[1].end


def backward_root(activation: Activation) -> sp.Eq:
    """Var[w] = 1/(c m), as the backward theorem gives it."""
    return _backward(_backward_proof(activation), activation)[1].end


def _variance_of_z(proof: Proof) -> Chain:
    return proof.chain(Var(Z.entry)).by(variance_definition, mean_of_symmetric(Z))


def _solved(proof: Proof, layer: Chain, kept: sp.Expr) -> Chain:
    start = sp.Eq(layer.start, kept, evaluate=False)
    return proof.chain(start).by(by_line(layer), solve_for(Var(W.entry)))


def _facts(activation: Activation) -> tuple[Fact, ...]:
    return (
        ZeroMean(W),
        Uncorrelated(W),
        EqualVariance(W),
        Independent(((W,), (X,))),
        *half.second_facts(activation, Z),
        EqualSecondMoment(Z),
    )


def _layout(activation: Activation) -> Layout:
    return Layout(
        SIZES,
        (Drawn(W, (M, N)), Drawn(Z, (N,))),
        (UNIT, LAYER.definition),
        half.parameters(activation),
        half.functions(activation),
        ((I, ONE, M), (J, ONE, N)),
    )


def backward_condition(activation: Activation) -> Theorem:
    """E[u^2] = c m Var[w] E[g^2], kept by Var[w] = 1/(c m)."""
    proof = _backward_proof(activation)
    layer, condition = _backward(proof, activation)
    return finish(proof, _backward_heading(activation), layer.equation, condition.end)


def _backward_proof(activation: Activation) -> Proof:
    facts = dense_backward.ASSUMPTIONS + half.derivative_facts(activation, Z)
    layout = dense_backward.layout(half.functions(activation), half.parameters(activation))
    return Proof(layout, facts)


def _backward(proof: Proof, activation: Activation) -> tuple[Chain, Chain]:
    if not activation.derivative.has(VARIABLE):
        # A constant derivative is independent of whatever arrives: nothing is assumed.
        proof.chain(Law(FPRIME(Z[I]))).by(half.put_in_derivative(activation)).gives(dense_backward.SLOPE)
    layer = proof.chain(E(U[J] ** 2)).by(
        dense_backward.by_backward(), half.by_derivative(activation, Z, Z.entry)
    )
    return layer, _solved(proof, layer, E(G.entry**2))


def _forward_heading(activation: Activation) -> Heading:
    return Heading(
        "forward_condition",
        f"Forward condition for {activation.label}",
        "One layer multiplies the second moment of the pre-activations by a fixed factor, and exactly one weight "
        "variance makes that factor one. Any other makes the signal grow or vanish geometrically with depth.",
        (
            Setting(
                "A layer takes the activations x_j = f(z_j) of the n units below and has no bias.",
                sp.Eq(Y[I], LAYER.definition.value, evaluate=False),
            ),
            Setting("Second moments are finite, and the signal is not identically zero.", E(Z.entry**2) > 0),
            *half.setting(activation),
        ),
    )


def _backward_heading(activation: Activation) -> Heading:
    return Heading(
        "backward_condition",
        f"Backward condition for {activation.label}",
        "The gradient keeps its second moment for exactly one weight variance, with fan_out m in the place of fan_in.",
        (
            *dense_backward.SETTING,
            Setting("The gradient is not identically zero.", E(G.entry**2) > 0),
            *half.setting(activation),
        ),
    )
