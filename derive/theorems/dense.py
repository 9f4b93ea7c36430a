"""A dense layer, forward: Var[z] = n Var[w] E[x^2].

He et al. 2015, eq. 5-7; Glorot and Bengio 2010, eq. 5, with the weakest facts that carry the proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sympy as sp

from derive.proof.derivation import Chain, Proof
from derive.proof.facts import EqualSecondMoment, EqualVariance, Fact, Independent, Uncorrelated, ZeroMean
from derive.proof.layout import Defined, Drawn, Layout, Size
from derive.proof.rule import Rule
from derive.proof.rules.expectation import factor, linearity, variance_definition, zero_mean
from derive.proof.rules.functions import unfold
from derive.proof.rules.logic import by_line, cite
from derive.proof.rules.sums import collapse, constant_terms, square_of_sum
from derive.proof.rules.weights import equal_second_moments, second_moments
from derive.proof.statement import Setting, Theorem
from derive.proof.terms import E, Tensor, Var
from derive.proof.theorem import Heading, finish
from derive.theorems.names import ONE, I, J, K, M, N, W, X, Z


@dataclass(frozen=True)
class Layer:
    """z_i = sum_j w_ij x_j over `fan_in` inputs: the names that a theorem about a dense layer speaks in."""

    w: Tensor
    x: Tensor
    z: Tensor
    fan_in: sp.Expr

    @property
    def definition(self) -> Defined:
        """z_i as a sum over j."""
        total = sp.Sum(self.w[I, J] * self.x[J], (J, 1, self.fan_in))
        return Defined(self.z[I], total, ((I, ONE, M),))

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

    @property
    def second_moment(self) -> sp.Expr:
        """The forward theorem's right side, as `second_moment` derives it."""
        proof = Proof(Layout((), (Drawn(self.w, (M, N)), Drawn(self.x, (N,)))), self.assumptions)
        return second_moment(proof, self).end


def mean_is_zero(proof: Proof, layer: Layer) -> Chain:
    """E[z_i] = 0."""
    split = factor((layer.w,), (layer.x,))
    return proof.chain(E(layer.z[I])).by(unfold(layer.definition), linearity, split, zero_mean(layer.w))


def double_sum(proof: Proof, layer: Layer) -> Chain:
    """E[z_i^2] = Var[w] sum_j E[x_j^2], before anything is asked of the inputs."""
    return proof.chain(E(layer.z[I] ** 2)).by(
        unfold(layer.definition),
        square_of_sum(K),
        linearity,
        factor((layer.w,), (layer.x,)),
        second_moments(layer.w),
        collapse,
    )


def second_moment(proof: Proof, layer: Layer) -> Chain:
    """E[z_i^2] = n Var[w] E[x^2]."""
    return double_sum(proof, layer).by(equal_second_moments(layer.x), constant_terms)


def by_forward(layer: Layer) -> Rule:
    """Cite the theorem: E[z_i^2] = n Var[w] E[x^2], its assumptions being known facts."""
    equation = sp.Eq(E(layer.z[I] ** 2), layer.second_moment, evaluate=False)
    return cite(FORWARD.title, equation, layer.assumptions)


def by_row_sum(layer: Layer) -> Rule:
    """Cite the theorem's last line but two: E[z_i^2] = Var[w] sum_j E[x_j^2], for inputs of any second moments."""
    proof = Proof(Layout((), (Drawn(layer.w, (M, N)), Drawn(layer.x, (N,)))), layer.assumptions)
    chain = double_sum(proof, layer).by(constant_terms)
    return cite(FORWARD.title, chain.equation, layer.assumptions[:-1])


def by_forward_variance(layer: Layer) -> Rule:
    """Cite the theorem as it stands: Var[z_i] = n Var[w] E[x^2]."""
    return cite(FORWARD.title, sp.Eq(Var(layer.z[I]), layer.second_moment, evaluate=False), layer.assumptions)


SIZES = tuple(Size({"n": n, "m": m}) for n, m in ((1, 1), (2, 1), (3, 1), (2, 2)))
LAYER = Layer(W, X, Z, N)


def forward_layout() -> Layout:
    """Worlds of one dense layer: weights and inputs drawn, pre-activations computed."""
    drawn = (Drawn(W, (M, N)), Drawn(X, (N,)))
    return Layout(SIZES, drawn, (LAYER.definition,), ranges=((I, ONE, M), (J, ONE, N)))


@cache
def forward() -> Theorem:
    """Var[z] = n Var[w] E[x^2] for a dense layer without a bias."""
    proof = Proof(forward_layout(), LAYER.assumptions)
    mean = mean_is_zero(proof, LAYER)
    square = second_moment(proof, LAYER)
    variance = proof.chain(Var(Z[I])).by(variance_definition, by_line(mean), by_line(square))
    return finish(proof, FORWARD, variance.equation)


FORWARD = Heading(
    "forward",
    "Forward variance of a dense layer",
    "A dense layer multiplies the second moment of its inputs by n Var[w]. It is the second moment and not "
    "the variance that counts: the two differ when the inputs have a mean, as after ReLU.",
    (
        Setting(
            "A dense layer without bias has n inputs (fan_in) and m outputs (fan_out); second moments are finite.",
            sp.Eq(Z[I], LAYER.definition.value, evaluate=False),
        ),
        Setting("A symbol without index stands for one representative entry."),
    ),
)
