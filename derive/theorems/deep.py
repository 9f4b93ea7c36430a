"""Depth: the product of the layers' factors, by induction, from assumptions on weights and input only.

He et al. 2015, eq. 9; what is assumed of each layer there is inherited from the layers below here.
"""

from __future__ import annotations

import sympy as sp

from derive.activation import Activation
from derive.proof.derivation import Chain, Proof
from derive.proof.facts import (
    EqualSecondMoment,
    EqualVariance,
    Fact,
    Independent,
    LayersIndependent,
    Symmetric,
    Uncorrelated,
    ZeroMean,
)
from derive.proof.layout import Defined, Drawn, Layout, Size
from derive.proof.rules.depth import hypothesis, lower_layers
from derive.proof.rules.logic import by_line, induction, solve_for
from derive.proof.rules.weights import equal_second_moments, flipped_rows, mean_of_symmetric
from derive.proof.statement import Setting, Theorem
from derive.proof.terms import E, Law, Var, index
from derive.proof.theorem import Heading, finish
from derive.theorems import half
from derive.theorems.dense import Layer, by_forward, by_row_sum
from derive.theorems.names import DEPTH, LAYER, ONE, WIDTH, F, I, J, W, X, Z

ABOVE = LAYER + 1
WL, ZL, XL = W.at(LAYER), Z.at(LAYER), X.at(LAYER)
INPUT = X.at(sp.Integer(0))
NARROW = index("narrowest")  # every width is at least this, so unit indices up to it exist in every layer
SIZES = tuple(
    Size({"L": len(widths) - 1, "narrowest": min(widths)}, widths)
    for widths in ((1, 1, 1), (1, 2, 1), (2, 1, 1), (2, 2, 1), (2, 2, 2), (1, 1, 1, 1))
)


def at_layer(layer: sp.Expr) -> Layer:
    """z[l] = W[l] x[l-1]."""
    return Layer(W.at(layer), X.at(layer - 1), Z.at(layer), WIDTH[layer - 1])


LINEAR = Defined(
    ZL[I],
    sp.Sum(WL[I, J] * X.at(LAYER - 1)[J], (J, 1, WIDTH[LAYER - 1])),
    ((LAYER, ONE, DEPTH), (I, ONE, WIDTH[LAYER])),
)
ACTIVE = Defined(XL[I], F(ZL[I]), ((LAYER, ONE, DEPTH), (I, ONE, WIDTH[LAYER])))


def layout(activation: Activation) -> Layout:
    """Worlds of a deep network: all weight matrices and the input drawn, the rest computed."""
    drawn = (
        Drawn(W, (WIDTH[LAYER], WIDTH[LAYER - 1]), (LAYER, ONE, DEPTH)),
        Drawn(INPUT, (WIDTH[0],)),
    )
    ranges = ((LAYER, ONE, DEPTH - 1), (I, ONE, NARROW), (J, ONE, NARROW))
    return Layout(
        SIZES, drawn, (LINEAR, ACTIVE), half.parameters(activation), half.functions(activation), ranges
    )


def assumptions() -> tuple[Fact, ...]:
    """On the weights and the input, on nothing in between."""
    return (
        Symmetric(WL),
        Uncorrelated(WL),
        EqualVariance(WL),
        LayersIndependent(WL, (INPUT,)),
    )


def depth(activation: Activation) -> Theorem:
    """E[z[L]^2] = E[z[1]^2] prod_l c n[l] Var[w[l+1]]."""
    proof = Proof(layout(activation), assumptions())
    product, recursion = _product(proof, activation)
    factor = sp.Eq(recursion.end / E(ZL.entry**2), 1, evaluate=False)
    condition = proof.chain(factor).by(solve_for(Var(W.at(ABOVE).entry)))
    return finish(proof, _heading(activation), product.end, condition.end)


def growth(activation: Activation) -> sp.Expr:
    """prod_l c n[l] Var[w[l+1]]: what the network multiplies the second moment by, as derived."""
    equation = _product(Proof(layout(activation), assumptions()), activation)[0].end
    return next(iter(equation.atoms(sp.Product)))


def _product(proof: Proof, activation: Activation) -> tuple[Chain, Chain]:
    _weights(proof)
    _independence(proof)
    base = proof.chain(E(Z.at(ONE)[I] ** 2)).by(by_row_sum(at_layer(ONE)))
    recursion = _step(proof, activation)
    product = proof.chain(recursion.equation).by(induction(LAYER, ONE, DEPTH, (base.last, recursion.last)))
    return product, recursion


def _weights(proof: Proof) -> None:
    mean = proof.chain(E(WL[I, J])).by(mean_of_symmetric(WL))
    mean.gives(*(ZeroMean(W.at(layer)) for layer in (LAYER, ABOVE, ONE)))


def _independence(proof: Proof) -> None:
    given = LayersIndependent(WL, (INPUT,))
    for layer in (LAYER, ABOVE, ONE):
        chain = proof.chain(given.formula).by(
            lower_layers(given, W.at(layer), (X.at(layer - 1),), (LINEAR, ACTIVE))
        )
        chain.gives(Independent(((W.at(layer),), (X.at(layer - 1),))))


def _step(proof: Proof, activation: Activation) -> Chain:
    """E[z[l+1]^2] = c n[l] Var[w[l+1]] E[z[l]^2], with the hypothesis that it rests on."""
    proof.chain(E(ZL[I] ** 2)).by(hypothesis(E(ZL.entry**2), WHY)).gives(EqualSecondMoment(ZL))
    if half.needs_symmetry(activation):
        flip = flipped_rows(WL, (X.at(LAYER - 1),), (LINEAR,))
        proof.chain(Law(ZL[I])).by(flip).gives(Symmetric(ZL))
    below = proof.chain(E(XL[I] ** 2)).by(half.by_second(activation, ZL, XL), equal_second_moments(ZL))
    below.gives(EqualSecondMoment(XL))
    above = proof.chain(E(Z.at(ABOVE)[I] ** 2)).by(
        by_forward(at_layer(ABOVE)), by_line(below, {XL[I]: XL.entry})
    )
    return proof.chain(E(Z.at(ABOVE).entry ** 2)).by(by_line(above, {Z.at(ABOVE)[I]: Z.at(ABOVE).entry}))


WHY = (
    "In layer l the second moment is the same at every unit. The line before shows it for layer 1, and the lines "
    "below give it for layer l + 1, since their last right side does not depend on the unit."
)


def _heading(activation: Activation) -> Heading:
    return Heading(
        "depth",
        f"Depth: the product over the layers, for {activation.label}",
        "Through L layers the factors multiply, so one layer's small error becomes an exponential one. What each layer "
        "needs of the layer below is inherited; only the weights and the input are assumed about.",
        (
            Setting(
                "Layer l = 1, ..., L has n[l-1] inputs and n[l] outputs and no bias; second moments are finite.",
                sp.Eq(ZL[I], LINEAR.value, evaluate=False),
            ),
            Setting("The activation acts on each unit.", sp.Eq(XL[I], F(ZL[I]), evaluate=False)),
            *half.setting(activation),
        ),
    )
