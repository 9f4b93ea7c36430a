"""Zero mean is not enough for the half: what weights that are not symmetric add to the second moment.

He et al. 2015 ask for weights symmetric about zero, between eq. 7 and eq. 8; this is what happens without it.
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from derive.activation import Activation
from derive.activation import X as VARIABLE
from derive.finite_width.skewed import EDGEWORTH, skewed_excess
from derive.number import Number
from derive.proof.derivation import Proof
from derive.proof.evaluate import evaluate
from derive.proof.facts import Independent, ZeroMean
from derive.proof.laws import SKEW
from derive.proof.layout import Defined, Drawn, Layout, Size, empty_world, world_of
from derive.proof.rule import Context, RefusedError, Rule
from derive.proof.rules.expectation import linearity, variance_definition
from derive.proof.rules.functions import apply_function, unfold
from derive.proof.rules.logic import by_line
from derive.proof.statement import Setting, Theorem
from derive.proof.terms import E, Tensor, Var
from derive.proof.theorem import Heading, finish
from derive.theorems import dense, half
from derive.theorems.names import ONE, F, I, J, M, N, W, X, Z

OUT = Tensor("h", 1, "activations")
ACTIVE = Defined(OUT[I], F(Z[I]), ((I, ONE, M),))


def layout(activation: Activation) -> Layout:
    """Worlds of one dense layer and its activations."""
    return Layout(
        dense.SIZES,
        (Drawn(W, (M, N)), Drawn(X, (N,))),
        (dense.LAYER.definition, ACTIVE),
        half.parameters(activation),
        half.functions(activation),
        ((I, ONE, M), (J, ONE, N)),
    )


def skewed_weights(activation: Activation) -> Theorem:
    """E[f(z)^2] = c Var[z] + d E[z|z|] for weights of mean zero, symmetric or not.

    Raises `RefusedError` where d = 0, as for x and |x|: their squares ask for no symmetry.
    """
    proof = Proof(layout(activation), (ZeroMean(W), Independent(((W,), (X,)))))
    mean = dense.mean_is_zero(proof, dense.LAYER)
    variance = proof.chain(Var(Z[I])).by(variance_definition, by_line(mean))
    square = proof.chain(E(OUT[I] ** 2)).by(
        unfold(ACTIVE),
        apply_function("f", activation.expression, VARIABLE, "f is the activation of the setting."),
        even_and_odd(Z[I]),
        linearity,
        by_line(variance, backwards=True),
    )
    return finish(proof, _heading(activation, *_example(activation)), square.equation)


def even_and_odd(z: sp.Indexed) -> Rule:
    """A function that is a multiple of z^2 on each side of zero as c z^2 + d z|z|; refuses any other."""

    def rewrite(term: sp.Basic, _: Context) -> sp.Basic:
        return term.replace(lambda t: isinstance(t, E), lambda t: E(_parts(t.args[0], z)))

    return Rule("even and odd part", "On each side of zero it is a multiple of z^2, and 0 at zero.", rewrite)


def _parts(inside: sp.Expr, z: sp.Indexed) -> sp.Expr:
    p = sp.Dummy("p", positive=True)
    right, left = (sp.cancel(inside.xreplace({z: side}).doit() / p**2) for side in (p, -p))
    if right.has(p) or left.has(p) or inside.xreplace({z: sp.S.Zero}).doit() != 0:
        raise RefusedError(f"{inside} is not a multiple of z^2 on each side of zero")
    return (right + left) / 2 * z**2 + (right - left) / 2 * z * sp.Abs(z)


def _example(activation: Activation) -> tuple[Fraction, Fraction]:
    """E f(z)^2 and c Var z for n = 1, x = 1 and w = 2 or -1 with probability 1/3 and 2/3; parameters at 1/2."""
    where = layout(activation)
    constants = {c.name: Fraction(1, 2) for c in where.constants}
    draws = [(p, {("w", (1, 1)): w, ("x", (1,)): Fraction(1)}) for p, w in SKEW]
    world = world_of(where, empty_world(where, Size({"n": 1, "m": 1}), constants), draws)
    c = half.constant(activation)
    sides = (E(OUT[1] ** 2), c * Var(Z[1]))
    left, right = (evaluate(side, world) for side in sides)
    return left, right


def _heading(activation: Activation, measured: Fraction, expected: Fraction) -> Heading:
    excess = skewed_excess(activation, 2, 256)
    size = f"{100 * float(excess):.2g}%" if isinstance(excess, Number) else "unknown"
    return Heading(
        "skewed_weights",
        f"Skewed weights: where {activation.label}'s factor fails",
        "Weights of mean zero that are not symmetric leave E[z|z|], which belongs to one side of zero: the factor of "
        "the symmetric theory misses it.",
        (
            Setting(
                "A dense layer without bias has n inputs; second moments are finite.",
                sp.Eq(Z[I], dense.LAYER.definition.value, evaluate=False),
            ),
            Setting("Its activations are taken of each unit.", sp.Eq(OUT[I], ACTIVE.value, evaluate=False)),
            *half.setting(activation),
        ),
        (
            f"With n = 1, x = 1 and w = 2 or -1 with probabilities 1/3 and 2/3, E[f(z)^2] is {measured}, while the "
            f"symmetric theory's factor gives {expected}.",
            "For many independent weights z is nearly Gaussian: by the first Edgeworth term E[z|z|] is "
            f"{EDGEWORTH} times E[z^2] and the skewness of z, which falls as 1/sqrt(n). For weights Exp(1) - 1, "
            f"inputs f(Z) and n = 256 the second moment comes out about {size} above the symmetric theory's.",
        ),
    )
