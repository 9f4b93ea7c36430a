"""Equal weights for all units of a layer: the units never part; and with zero weights nothing moves at all.

The layer may stand anywhere in a network: x is what enters it, d the gradient at the pre-activations that its
units feed, W and V the weights that enter and leave them. Nothing is assumed about x and d.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from derive.proof.derivation import Chain, Proof
from derive.proof.facts.units import AllZero, UnitsAlike, VanishesAtZero
from derive.proof.layout import Defined, Drawn, Layout, Size
from derive.proof.rule import Rule
from derive.proof.rules.functions import unfold
from derive.proof.rules.logic import by_line
from derive.proof.rules.units import alike, all_zero, vanishes_at_zero
from derive.proof.statement import Countermodel, Setting, Theorem
from derive.proof.terms import E, Tensor, index
from derive.proof.theorem import Heading, finish
from derive.theorems.names import DELTA, FPRIME, ONE, F, I, J, K, M, N, W, X, Z

P, Q = index("p"), index("r")  # an output, and how many there are
STEP = sp.Symbol("eta", real=True)
GRADIENT = Tensor("u", 1, "gradients at the units")
V = Tensor("v", 2, "weights above")
ABOVE = Tensor("d", 1, "gradients above")
OUT = Tensor("h", 1, "activations")
W_NEXT = Tensor("W", 2, "weights after the step")
V_NEXT = Tensor("V", 2, "weights above after the step")

FORWARD = Defined(Z[I], sp.Sum(W[I, J] * X[J], (J, 1, N)), ((I, ONE, M),))
ACTIVE = Defined(OUT[I], F(Z[I]), ((I, ONE, M),))
BACKWARD = Defined(GRADIENT[I], sp.Sum(V[P, I] * ABOVE[P], (P, 1, Q)), ((I, ONE, M),))
LOCAL = Defined(DELTA[I], FPRIME(Z[I]) * GRADIENT[I], ((I, ONE, M),))
BELOW_STEP = Defined(W_NEXT[I, J], W[I, J] - STEP * DELTA[I] * X[J], ((I, ONE, M), (J, ONE, N)))
ABOVE_STEP = Defined(V_NEXT[P, I], V[P, I] - STEP * ABOVE[P] * OUT[I], ((I, ONE, M), (P, ONE, Q)))
DEFINITIONS = (FORWARD, ACTIVE, BACKWARD, LOCAL, BELOW_STEP, ABOVE_STEP)

ROWS, COLUMNS = UnitsAlike(W, axis=1), UnitsAlike(V, axis=0)
SIZES = tuple(Size({"m": m, "n": n, "r": r}) for m, n, r in ((2, 1, 1), (2, 1, 2), (2, 2, 1)))
VANISHES = VanishesAtZero("f")


def layout() -> Layout:
    """Worlds of one hidden layer and a gradient step: weights, input and the gradient above drawn."""
    drawn = (Drawn(W, (M, N)), Drawn(X, (N,)), Drawn(V, (Q, M)), Drawn(ABOVE, (Q,)))
    ranges = ((I, ONE, M), (K, ONE, M), (J, ONE, N), (P, ONE, Q))
    return Layout(SIZES, drawn, DEFINITIONS, (STEP,), {"f": None, "fprime": None}, ranges)


def _gap(left: sp.Expr) -> sp.Expr:
    """E of the squared difference between units i and k: 0 where they are almost surely equal."""
    return E((left - left.xreplace({I: K})) ** 2)


@cache
def symmetry_never_breaks() -> Theorem:
    """Units with equal weights have equal values and equal gradients, and a step keeps their weights equal."""
    proof = Proof(layout(), (ROWS, COLUMNS))
    for defined, facts in (
        (FORWARD, (ROWS,)),
        (ACTIVE, (UnitsAlike(Z),)),
        (BACKWARD, (COLUMNS,)),
        (LOCAL, (UnitsAlike(Z), UnitsAlike(GRADIENT))),
    ):
        _alike(proof, defined, facts).gives(UnitsAlike(_tensor(defined)))
    below = _alike(proof, BELOW_STEP, (ROWS, UnitsAlike(DELTA)))
    above = _alike(proof, ABOVE_STEP, (COLUMNS, UnitsAlike(OUT)))
    both = proof.chain(below.start + above.start).by(by_line(below), by_line(above))
    return finish(proof, HEADING, both.equation)


def _tensor(defined: Defined) -> Tensor:
    return next(t for t in (Z, OUT, GRADIENT, DELTA) if t.name == str(defined.target.base.label))


def _alike(proof: Proof, defined: Defined, facts: tuple[UnitsAlike, ...]) -> Chain:
    """E of the squared difference is 0: unfold it, and put unit k for unit i wherever a fact allows it."""
    rules = [alike(fact, I, K) for fact in facts]
    return proof.chain(_gap(defined.target)).by(unfold(defined), *rules)


@cache
def zero_weights() -> Theorem:
    """With zero weights and f(0) = 0 no gradient reaches the weights, so a step leaves them zero."""
    proof = Proof(layout(), (AllZero(W), AllZero(V), VANISHES))
    _zero(proof, FORWARD, all_zero(W)).gives(AllZero(Z))
    _zero(proof, ACTIVE, all_zero(Z), vanishes_at_zero(VANISHES)).gives(AllZero(OUT))
    _zero(proof, BACKWARD, all_zero(V)).gives(AllZero(GRADIENT))
    _zero(proof, LOCAL, all_zero(GRADIENT)).gives(AllZero(DELTA))
    below = _zero(proof, BELOW_STEP, all_zero(W), all_zero(DELTA))
    above = _zero(proof, ABOVE_STEP, all_zero(V), all_zero(OUT))
    both = proof.chain(below.start + above.start).by(by_line(below), by_line(above))
    return finish(proof, ZERO_HEADING, both.equation, None, {VANISHES: SIGMOID})


def _zero(proof: Proof, defined: Defined, *rules: Rule) -> Chain:
    """E of the square is 0."""
    return proof.chain(E(defined.target**2)).by(unfold(defined), *rules)


SIGMOID = Countermodel(
    "named law",
    "m = 1, one output, zero weights, f(0) = 1/2 as for the sigmoid, d = 1, eta = 1: the step makes V = -1/2",
    sp.Rational(1, 4),
    sp.Integer(0),
)
SETTING = (
    Setting(
        "A layer anywhere in a network: m units with n inputs x.", sp.Eq(Z[I], FORWARD.value, evaluate=False)
    ),
    Setting("The activation acts on each unit.", sp.Eq(OUT[I], ACTIVE.value, evaluate=False)),
    Setting(
        "The weights v carry the units' values upwards, and the gradients d back to them.",
        sp.Eq(GRADIENT[I], BACKWARD.value, evaluate=False),
    ),
    Setting("Each unit multiplies by its slope.", sp.Eq(DELTA[I], LOCAL.value, evaluate=False)),
    Setting(
        "A gradient step of size eta changes the weights below",
        sp.Eq(W_NEXT[I, J], BELOW_STEP.value, evaluate=False),
    ),
    Setting("and those above.", sp.Eq(V_NEXT[P, I], ABOVE_STEP.value, evaluate=False)),
)
HEADING = Heading(
    "symmetry_never_breaks",
    "Equal weights: the units of a layer never part",
    "With the same weights at all units of a layer, constant or zero, the units have the same value and the same "
    "gradient, and a gradient step keeps their weights equal: the layer is one unit, however wide it is.",
    SETTING,
    (
        "E of a squared difference is 0: almost surely the two are equal. The variance over the units is 0 as well.",
        "Nothing is assumed about the inputs, the gradients above, f or f'; equal biases change nothing.",
        "The step keeps both assumptions, so by induction they hold for ever.",
    ),
)
ZERO_HEADING = Heading(
    "zero_weights",
    "Zero weights: no gradient passes",
    "Where f(0) = 0 and the weights below and above a layer are zero, its units are silent and no gradient reaches "
    "either weights: a step leaves them zero.",
    SETTING,
    ("Only the biases of the last layer still learn.",),
)
