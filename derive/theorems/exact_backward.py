"""The gradient through a deep homogeneous network, exact at every width, with no independence of f' assumed.

The derivative of the loss along a direction t[0] at the input is carried forward: s[l] = W[l] t[l-1],
t[l] = f'(z[l]) s[l], and the derivative is sum_i g_i t[L, i]. Pre-activation and tangent change sign together
with a weight row, so reflection gives the factor; the layers' fan_out appears because all units are summed.
"""

from __future__ import annotations

import sympy as sp

from derive.activation import Activation
from derive.activation import X as VARIABLE
from derive.proof.derivation import Chain, Proof
from derive.proof.facts import (
    Diagonal,
    EqualVariance,
    Fact,
    Independent,
    JointlySymmetric,
    KinkUnmet,
    LayersIndependent,
    Symmetric,
    Uncorrelated,
    ZeroMean,
)
from derive.proof.layout import Defined, Drawn, Layout, Size
from derive.proof.rules.depth import function_of_network, lower_layers
from derive.proof.rules.expectation import factor, linearity
from derive.proof.rules.functions import apply_function, by_sign, reflect, unfold
from derive.proof.rules.logic import by_line, by_statement, induction
from derive.proof.rules.sums import collapse, constant_terms, square_of_sum
from derive.proof.rules.weights import diagonal, flipped_rows, mean_of_symmetric
from derive.proof.statement import Setting, Theorem
from derive.proof.terms import E, Law, Tensor
from derive.proof.theorem import Heading, finish
from derive.theorems import half
from derive.theorems.deep import ACTIVE, INPUT, LINEAR, NARROW, WL, XL, ZL
from derive.theorems.dense import Layer, by_row_sum
from derive.theorems.names import (
    DEPTH,
    FPRIME,
    JACOBIAN,
    LAYER,
    ONE,
    TANGENT,
    WIDTH,
    G,
    I,
    J,
    K,
    W,
    X,
)

TL, SL = TANGENT.at(LAYER), JACOBIAN.at(LAYER)
BELOW = TANGENT.at(LAYER - 1)
START = TANGENT.at(sp.Integer(0))
TOP = TANGENT.at(DEPTH)
PUSHED = Defined(
    SL[I],
    sp.Sum(WL[I, J] * BELOW[J], (J, 1, WIDTH[LAYER - 1])),
    ((LAYER, ONE, DEPTH), (I, ONE, WIDTH[LAYER])),
)
GATED = Defined(TL[I], FPRIME(ZL[I]) * SL[I], ((LAYER, ONE, DEPTH), (I, ONE, WIDTH[LAYER])))
DEFINITIONS = (LINEAR, ACTIVE, PUSHED, GATED)
NETWORK = Independent(((G,), (W, INPUT, START)))
UNMET = KinkUnmet(ZL, SL)
LAYERS = LayersIndependent(WL, (INPUT, START))
SIZES = tuple(
    Size({"L": len(widths) - 1, "narrowest": min(widths)}, widths)
    for widths in ((1, 1), (1, 2), (2, 1), (1, 1, 1), (1, 2, 1), (2, 1, 1))
)


def assumptions(activation: Activation) -> tuple[Fact, ...]:
    """On weights, inputs and the output gradient."""
    atom = (UNMET,) if half.squared_slope_varies(activation) else ()
    return (Symmetric(WL), Uncorrelated(WL), EqualVariance(WL), LAYERS, *atom, NETWORK, Diagonal(G))


def layout(activation: Activation) -> Layout:
    """Worlds of a deep network with a tangent at its input and a gradient at its output."""
    drawn = (
        Drawn(W, (WIDTH[LAYER], WIDTH[LAYER - 1]), (LAYER, ONE, DEPTH)),
        Drawn(INPUT, (WIDTH[0],)),
        Drawn(START, (WIDTH[0],)),
        Drawn(G, (WIDTH[DEPTH],)),
    )
    ranges = ((LAYER, ONE, DEPTH), (I, ONE, NARROW), (J, ONE, NARROW))
    return Layout(SIZES, drawn, DEFINITIONS, half.parameters(activation), half.functions(activation), ranges)


def exact_backward(activation: Activation) -> Theorem:
    """E[(sum_i g_i t[L,i])^2] = E[g^2] prod_l c n[l] Var[w[l]] sum_j E[t[0,j]^2]."""
    proof = Proof(layout(activation), assumptions(activation))
    product = _product(proof, activation)
    return finish(proof, _heading(activation), _gradient(proof, product).equation)


def growth(activation: Activation) -> sp.Expr:
    """prod_l c n[l] Var[w[l]]: what the network multiplies the squared gradient by, as derived."""
    equation = _product(Proof(layout(activation), assumptions(activation)), activation).end
    return next(iter(equation.atoms(sp.Product)))


def _product(proof: Proof, activation: Activation) -> Chain:
    _prepare(proof)
    unit = _unit(proof, activation)
    layer = proof.chain(_total(TL)).by(by_line(unit, {I: J}), constant_terms)
    shifted = sp.Eq(layer.start, layer.end, evaluate=False).subs(LAYER, LAYER + 1)
    return proof.chain(shifted).by(induction(LAYER, sp.Integer(0), DEPTH, (layer.last,)))


def _total(t: Tensor) -> sp.Expr:
    return sp.Sum(E(t[J] ** 2), (J, 1, WIDTH[t.layer]))


def _prepare(proof: Proof) -> None:
    proof.chain(E(WL[I, J])).by(mean_of_symmetric(WL)).gives(ZeroMean(WL))
    below = proof.chain(LAYERS.formula).by(lower_layers(LAYERS, WL, (X.at(LAYER - 1), BELOW), DEFINITIONS))
    below.gives(Independent(((WL,), (X.at(LAYER - 1), BELOW))), Independent(((WL,), (BELOW,))))


def _unit(proof: Proof, activation: Activation) -> Chain:
    """E[t[l,i]^2] = c Var[w[l]] sum_j E[t[l-1,j]^2]."""
    chain = proof.chain(E(TL[I] ** 2))
    pushed = proof.chain(E(SL[I] ** 2)).by(by_row_sum(Layer(WL, BELOW, SL, WIDTH[LAYER - 1])))
    if half.needs_symmetry(activation):
        flip = flipped_rows(WL, (X.at(LAYER - 1), BELOW), (LINEAR, PUSHED))
        proof.chain(Law(ZL[I], SL[I])).by(flip).gives(JointlySymmetric((ZL, SL)))
    label = "f' is the derivative of f, as back-propagation takes it."
    chain.by(unfold(GATED), apply_function("fprime", activation.derivative, VARIABLE, label))
    if half.needs_symmetry(activation):
        chain.by(reflect((ZL, SL)))
    if half.squared_slope_varies(activation):
        chain.by(by_sign(ZL, UNMET))
    if chain.end != E(SL[I] ** 2):
        chain.by(linearity)
    return chain.by(by_line(pushed))


def _gradient(proof: Proof, product: Chain) -> Chain:
    """Join the output gradient to the product over the layers."""
    free = proof.chain(NETWORK.formula).by(function_of_network(NETWORK, TOP, DEFINITIONS))
    free.gives(Independent(((G,), (TOP,))))
    derivative = sp.Sum(G[J] * TOP[J], (J, 1, WIDTH[DEPTH]))
    return proof.chain(E(derivative**2)).by(
        square_of_sum(K), linearity, factor((G,), (TOP,)), diagonal(G), collapse, constant_terms,
        by_statement(product),
    )  # fmt: skip


def _heading(activation: Activation) -> Heading:
    return Heading(
        "exact_backward",
        f"The gradient through {activation.label} layers, exact at every width",
        "The squared derivative of the loss along a direction of the input grows by c n[l] Var[w[l]] in layer l, with "
        "the layer's own fan_out n[l]. Nothing is assumed about f' and the gradient above it: the factor is a theorem.",
        (
            Setting(
                "Layer l has n[l-1] inputs and n[l] outputs and no bias.",
                sp.Eq(ZL[I], LINEAR.value, evaluate=False),
            ),
            Setting("The activation acts on each unit.", sp.Eq(XL[I], ACTIVE.value, evaluate=False)),
            *half.setting(activation),
            Setting(
                "A tangent t[0] at the input is carried forward;", sp.Eq(SL[I], PUSHED.value, evaluate=False)
            ),
            Setting(
                "it passes each unit by the derivative there.", sp.Eq(TL[I], GATED.value, evaluate=False)
            ),
            Setting(
                "g_j is the gradient of the loss at output j; its derivative along t[0] is the sum of g_j t[L, j]."
            ),
        ),
        (
            "With t[0] a unit vector the left side is the mean square of one component of the gradient at the input.",
        ),
    )
