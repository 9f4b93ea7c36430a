"""One layer's effect on the squared gradient, exact at every width, for a gradient that does not depend on it.

Given the inputs x, the weights act on x through y = W x and orthogonally to x through a part that is independent
of y and of all that is computed from it: W^T d = x (y.d)/|x|^2 + P t with fresh t.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import sympy as sp

from derive.proof.derivation import Proof
from derive.proof.facts import Diagonal, Fact, Independent
from derive.proof.gaussian_layers import check_in_layers
from derive.proof.layout import Drawn, Layout
from derive.proof.rule import Context, Rule
from derive.proof.rules.expectation import belongs, factor, linearity
from derive.proof.rules.functions import unfold
from derive.proof.rules.gaussian import NORMAL, GaussianGiven, Q, gaussian_pre_activation
from derive.proof.rules.sums import collapse, square_of_sum
from derive.proof.rules.units import equal_terms
from derive.proof.statement import Countermodel, Setting, Theorem
from derive.proof.terms import E, Tensor, Var
from derive.proof.theorem import Heading, finish
from derive.theorems.dense_backward import LOCAL, TRANSPOSED
from derive.theorems.gaussian import BIAS
from derive.theorems.names import DELTA, FPRIME, G, I, J, K, M, N, U, W, X, Z


@dataclass(frozen=True)
class GaussianLayerGiven(GaussianGiven):
    """The same assumption, in words that keep g for the gradient."""

    @property
    def statement(self) -> str:
        return (
            f"Given the {self.inputs.noun}, the {self.weights.noun} and biases are independent Gaussians of mean "
            f"zero, the {self.weights.noun} with one variance and the biases with variance v."
        )


GAUSSIAN = GaussianLayerGiven(W, X)
SQUARE = sp.Symbol("r", positive=True)
OUT = Tensor("y", 1, "weighted sums")
APART = Independent(((G,), (W, OUT, Z)))
DIAGONAL = Diagonal(G)
AT = sp.sqrt(Q) * NORMAL
SLOPE, TILTED = E(FPRIME(AT) ** 2), E(FPRIME(AT) ** 2 * NORMAL**2)
WEIGHT = Var(W.entry)
VALUE = M * N * WEIGHT * E(G.entry**2) * SLOPE * (1 + (Q - BIAS) / Q * (TILTED / SLOPE - 1) / N)
LAYOUT = Layout((), tuple(Drawn(t, (M,)) for t in (W, OUT, Z, G, DELTA, U)))


@cache
def backward_one_step() -> Theorem:
    """E|W^T d|^2 = m n Var[w] E[g^2] E f'^2 (1 + ((q - v)/q)(rho - 1)/n)."""
    proof = Proof(LAYOUT, (GAUSSIAN, APART, DIAGONAL))
    rules = (
        _projection(), square_of_sum(K), linearity, unfold(LOCAL), factor((G,), (W, OUT, Z)), _diagonal(), collapse,
        _one_law(), equal_terms, _given_z(), gaussian_pre_activation(Z, GAUSSIAN), _constants_out(), _length(),
        _collected(),
    )  # fmt: skip
    chain = proof.chain(sp.Sum(E(U[J] ** 2), (J, 1, N)))
    for rule in rules:
        chain.by(replace(rule, verify=check_in_layers))
    return finish(proof, HEADING, chain.equation, None, _countermodels())


def _rule(name: str, why: str, build: Any, *facts: Fact) -> Rule:
    def rewrite(term: Any, context: Context) -> Any:
        for fact in facts:
            context.need(fact)
        return build(term)

    return Rule(name, why, rewrite)


def _projection() -> Rule:
    """|W^T d|^2 = (y.d)^2/|x|^2 + |P t|^2, and P has n - 1 dimensions."""
    along = E(sp.Sum(OUT[I] * DELTA[I], (I, 1, M)) ** 2) / SQUARE
    across = (N - 1) * WEIGHT * sp.Sum(E(DELTA[I] ** 2), (I, 1, M))
    why = (
        "W^T d = x (y.d)/|x|^2 + P t: what W does orthogonally to x is independent of y and of d, so it is as good as "
        "fresh, with variance Var[w] |d|^2 in each of n - 1 directions."
    )
    return _rule("projection on the input", why, lambda _: along + across, GAUSSIAN, APART)


def _diagonal() -> Rule:
    def one(mean: Any) -> Any:
        entries = [e for f in sp.Mul.make_args(mean.args[0]) for e in ([f.base] * 2 if f.is_Pow else [f])]
        return sp.KroneckerDelta(*(e.indices[-1] for e in entries)) * E(G.entry**2)

    why = "The product of two different ones has mean zero, and the squares share one mean."
    rewrite = lambda term: term.replace(lambda t: isinstance(t, E) and belongs(t, G), one)  # noqa: E731
    return _rule("diagonal second moments", why, rewrite, DIAGONAL)


def _one_law() -> Rule:
    table = {OUT[I]: OUT.entry, Z[I]: Z.entry}
    why = "Given the inputs all units have one law."
    return _rule("equal laws", why, lambda term: term.xreplace(table), GAUSSIAN)


def _given_z() -> Rule:
    """E[y^2 | z] = ((q - v)/q)^2 z^2 + (q - v) v/q."""
    slope, share = FPRIME(Z.entry) ** 2, (Q - BIAS) / Q
    before = E(slope * OUT.entry**2)
    after = share**2 * E(slope * Z.entry**2) + share * BIAS * E(slope)
    why = "z = y + b, so given z the sum y is Gaussian with mean z (q - v)/q and variance (q - v) v/q."
    return _rule("Gaussian sum given its total", why, lambda term: term.xreplace({before: after}), GAUSSIAN)


def _constants_out() -> Rule:
    before = E(FPRIME(AT) ** 2 * AT**2)
    return _rule(
        "linearity of expectation", "Constants come out.", lambda term: term.xreplace({before: Q * TILTED})
    )


def _length() -> Rule:
    table = {SQUARE: (Q - BIAS) / WEIGHT}
    return _rule(
        "by hypothesis", "q = v + Var[w] |x|^2, solved for |x|^2.", lambda term: term.xreplace(table)
    )


def _collected() -> Rule:
    def build(term: Any) -> Any:
        return VALUE if sp.simplify(term - VALUE) == 0 else term

    return _rule("collect", "Algebra.", build)


def _countermodels() -> dict[Fact, Countermodel]:
    """f = x^2, q = x = Var[w] = 1 and v = 0: f' = 2 z, E f'^2 = 4 and E[f'^2 Z^2] = 12."""
    setting = "f = x^2, n = 1, x = 1, Var[w] = 1, no bias: E u^2 where"
    return {
        GAUSSIAN: _named(f"{setting} m = 1, w = 1 or -1 with probability 1/2 each, gradient 1", 4, 12),
        APART: _named(f"{setting} m = 1, the gradient is z itself: 4 E w^6", 60, 12),
        DIAGONAL: _named(f"{setting} m = 2, both gradients are 1: 4 E (w_1^2 + w_2^2)^2", 32, 24),
    }


def _named(words: str, left: int, right: int) -> Countermodel:
    return Countermodel("named law", words, sp.Integer(left), sp.Integer(right))


HEADING = Heading(
    "backward_one_step",
    "The gradient over one layer, exact at every width",
    "A gradient that does not depend on a Gaussian layer grows by m Var[w] E f'^2 in mean square, as in theory, up to "
    "a correction of order 1/n that is known exactly. There is none for ReLU-like f.",
    (
        Setting(
            "A Gaussian layer with n inputs x and m units; all means are taken given the inputs.",
            sp.Eq(OUT[I], sp.Sum(W[I, J] * X[J], (J, 1, N)), evaluate=False),
        ),
        Setting("z has a bias b of variance v as well.", sp.Eq(Z[I], OUT[I] + Tensor("b", 1, "biases")[I])),
        Setting(
            "q is the variance of z, and r the square of the length of x.", sp.Eq(Q, BIAS + WEIGHT * SQUARE)
        ),
        Setting(
            "The gradient g at the outputs passes the slopes,", sp.Eq(DELTA[I], LOCAL.value, evaluate=False)
        ),
        Setting("and the weights.", sp.Eq(U[J], TRANSPOSED.value, evaluate=False)),
    ),
    (
        "It does not compose: u depends on x, and so on the layer below, whose gradient it is. Over L layers the "
        "logarithm is off by O(L/n), of either sign.",
        "For ReLU-like f the exact theorem 'exact_backward' takes over: the correction is 0 and the factors multiply.",
    ),
)
