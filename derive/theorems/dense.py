"""A dense layer: Var[z] = n Var[w] E[x^2] forward and E[g_x^2] = m Var[w] E[d^2] backward.

He et al. 2015, eq. 5 and eq. 12; Glorot and Bengio 2010, eq. 5 and eq. 6, with the weakest facts used.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from derive.proof.derivation import Chain, Proof
from derive.proof.facts import EqualSecondMoment, EqualVariance, Fact, Independent, Uncorrelated, ZeroMean
from derive.proof.layout import Defined, Drawn, Layout, Size
from derive.proof.rules.expectation import factor, linearity, variance_definition, zero_mean
from derive.proof.rules.functions import unfold
from derive.proof.rules.logic import by_line
from derive.proof.rules.sums import collapse, constant_terms, square_of_sum
from derive.proof.rules.weights import equal_second_moments, second_moments
from derive.proof.statement import Setting, Theorem
from derive.proof.terms import E, Tensor, Var, index
from derive.proof.theorem import Heading, finish

I, J, K = index("i"), index("j"), index("k")
N, M = index("n"), index("m")
W = Tensor("w", 2, "weights")
X = Tensor("x", 1, "inputs")
Z = Tensor("z", 1, "pre-activations")
D = Tensor("d", 1, "gradients at the pre-activations")
G = Tensor("g", 1, "gradients at the inputs")


@dataclass(frozen=True)
class Linear:
    """z_i = sum_j w_ij x_j over `fan_in` inputs: the names a theorem about a dense layer speaks in."""

    w: Tensor
    x: Tensor
    z: Tensor
    fan_in: sp.Expr

    @property
    def definition(self) -> Defined:
        """z_i as a sum over j."""
        total = sp.Sum(self.w[I, J] * self.x[J], (J, 1, self.fan_in))
        return Defined(self.z[I], total, ((I, sp.Integer(1), M),))

    @property
    def assumptions(self) -> tuple[Fact, ...]:
        """What the forward theorem uses."""
        return (
            ZeroMean(self.w),
            Uncorrelated(self.w),
            EqualVariance(self.w),
            Independent(((self.w,), (self.x,))),
            EqualSecondMoment(self.x),
        )


def mean_is_zero(proof: Proof, layer: Linear) -> Chain:
    """E[z_i] = 0."""
    chain = proof.chain(E(layer.z[I]))
    return chain.by(
        unfold(layer.definition), linearity, factor((layer.w,), (layer.x,)), zero_mean(layer.w)
    ).gives(ZeroMean(layer.z))


def second_moment(proof: Proof, layer: Linear) -> Chain:
    """E[z_i^2] = n Var[w] E[x^2]."""
    return proof.chain(E(layer.z[I] ** 2)).by(
        unfold(layer.definition),
        square_of_sum(K),
        linearity,
        factor((layer.w,), (layer.x,)),
        second_moments(layer.w),
        collapse,
        equal_second_moments(layer.x),
        constant_terms,
    )


SIZES = tuple(Size({"n": n, "m": m}) for n, m in ((1, 1), (2, 1), (3, 1), (2, 2)))
LAYER = Linear(W, X, Z, N)


def layout(sizes: tuple[Size, ...] = SIZES) -> Layout:
    """Worlds of one dense layer: weights and inputs drawn, pre-activations computed."""
    return Layout(
        sizes, (Drawn(W, (M, N)), Drawn(X, (N,))), (LAYER.definition,), ranges=((I, sp.Integer(1), M), (J, sp.Integer(1), N))
    )


def forward() -> Theorem:
    """Var[z] = n Var[w] E[x^2] for a dense layer without a bias."""
    proof = Proof(layout(), LAYER.assumptions)
    mean = mean_is_zero(proof, LAYER)
    square = second_moment(proof, LAYER)
    variance = proof.chain(Var(Z[I])).by(variance_definition, by_line(mean), by_line(square))
    return finish(proof, FORWARD, variance.equation)


FORWARD = Heading(
    "forward",
    "Forward variance of a dense layer",
    "A sum of n products passes on n Var[w] times the second moment of its inputs: not their variance, "
    "which is smaller when the inputs have a mean.",
    (
        Setting("A dense layer without bias has n inputs (fan_in); all second moments are finite.", LAYER_EQ := sp.Eq(Z[I], LAYER.definition.value, evaluate=False)),
    ),
)
