"""A dense layer, backward: E[u^2] = m Var[w] E[f'(z)^2] E[g^2].

He et al. 2015, eq. 12-13; Glorot and Bengio 2010, eq. 6. The independence of f'(z) from the gradient that
arrives is an assumption with a name; for ReLU-like functions `exact_backward` does without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sympy as sp

from derive.proof.derivation import Chain, Proof
from derive.proof.facts import (
    EqualSecondMoment,
    EqualVariance,
    Fact,
    Independent,
    SlopeIndependent,
    Uncorrelated,
    ZeroMean,
)
from derive.proof.layout import Defined, Drawn, Layout, Size
from derive.proof.rule import Rule
from derive.proof.rules.expectation import factor, linearity
from derive.proof.rules.functions import unfold, unfold_entry
from derive.proof.rules.logic import by_line, cite
from derive.proof.rules.sums import collapse, constant_terms, square_of_sum
from derive.proof.rules.weights import equal_second_moments, second_moments, slope_factors_out
from derive.proof.statement import Setting, Theorem
from derive.proof.terms import E
from derive.proof.theorem import Heading, finish
from derive.theorems.names import DELTA, FPRIME, ONE, G, I, J, K, M, N, U, W, Z

LOCAL = Defined(DELTA[I], FPRIME(Z[I]) * G[I], ((I, ONE, M),))
TRANSPOSED = Defined(U[J], sp.Sum(W[I, J] * DELTA[I], (I, 1, M)), ((J, ONE, N),))
SLOPE = SlopeIndependent("fprime", Z, G)
SIZES = tuple(Size({"m": m, "n": n}) for m, n in ((1, 1), (2, 1), (2, 2)))

ASSUMPTIONS: tuple[Fact, ...] = (
    ZeroMean(W),
    Uncorrelated(W, axis=1),
    EqualVariance(W),
    Independent(((W,), (DELTA,))),
    EqualSecondMoment(DELTA),
    SLOPE,
)


@dataclass(frozen=True)
class Backward:
    """The lines of the proof that later theorems build on."""

    proof: Proof
    result: Chain


def layout(functions: dict[str, sp.Expr | None], constants: tuple[sp.Symbol, ...]) -> Layout:
    """Worlds of one dense layer seen from above: weights, pre-activations and output gradients drawn."""
    drawn = (Drawn(W, (M, N)), Drawn(Z, (M,)), Drawn(G, (M,)))
    return Layout(SIZES, drawn, (LOCAL, TRANSPOSED), constants, functions, ((I, ONE, M), (J, ONE, N)))


def prove() -> Backward:
    """E[u_j^2] = m Var[w] E[f'(z)^2] E[g^2] for any f'."""
    proof = Proof(layout({"fprime": None}, ()), ASSUMPTIONS)
    local = proof.chain(E(DELTA.entry**2)).by(unfold_entry(LOCAL, DELTA, Z, G), slope_factors_out(SLOPE))
    result = proof.chain(E(U[J] ** 2)).by(
        unfold(TRANSPOSED),
        square_of_sum(K),
        linearity,
        factor((W,), (DELTA,)),
        second_moments(W, axis=1),
        collapse,
        equal_second_moments(DELTA),
        constant_terms,
        by_line(local),
    )
    return Backward(proof, result)


@cache
def backward() -> Theorem:
    """E[u^2] = m Var[w] E[f'(z)^2] E[g^2] for any f."""
    proved = prove()
    return finish(proved.proof, BACKWARD, proved.result.equation)


def by_backward() -> Rule:
    """Cite the theorem."""
    result = prove().result
    return cite(BACKWARD.title, result.equation, ASSUMPTIONS)


SETTING = (
    Setting(
        "A dense layer has n inputs and m outputs f(z_i); g_i is the gradient of the loss at output i.",
        sp.Eq(DELTA[I], LOCAL.value, evaluate=False),
    ),
    Setting(
        "Back-propagation gives the gradient at input j from those at the pre-activations; second moments are finite.",
        sp.Eq(U[J], TRANSPOSED.value, evaluate=False),
    ),
)
BACKWARD = Heading(
    "backward",
    "Backward variance of a dense layer",
    "Going backward, a dense layer multiplies the second moment of the gradient by m Var[w] E[f'(z)^2]: "
    "fan_out takes the place of fan_in, and the activation enters by its derivative.",
    SETTING,
    (
        "That f'(z) is independent of the gradient that arrives is an assumption, not a theorem: both depend on the "
        "same weights. For ReLU, PReLU and linear units 'exact_backward' gives the same factors without it.",
    ),
)
