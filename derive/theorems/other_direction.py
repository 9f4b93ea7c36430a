"""What the other direction does when one is chosen: the ratio telescopes to the end widths.

He et al. 2015, after eq. 14: c_2/d_L in their notation.
"""

from __future__ import annotations

import sympy as sp

from derive.activation import Activation
from derive.proof.derivation import Chain, Proof
from derive.proof.layout import Layout
from derive.proof.rules.logic import premise, telescope, unique_root
from derive.proof.statement import Setting, Theorem
from derive.proof.terms import Var
from derive.proof.theorem import Heading, finish
from derive.theorems import deep, exact_backward
from derive.theorems.names import LAYER, W

VARIANCE = Var(W.at(LAYER + 1).entry)


def gradient_under_fan_in(activation: Activation) -> Theorem:
    """With every layer's forward factor one, the squared gradient is multiplied by n[L]/n[0]."""
    granted = deep.growth(activation).function
    return _theorem(activation, exact_backward.growth(activation), granted, FAN_IN)


def signal_under_fan_out(activation: Activation) -> Theorem:
    """With every layer's backward factor one, the second moment is multiplied by n[1]/n[L]."""
    granted = exact_backward.growth(activation).function
    return _theorem(activation, deep.growth(activation), granted, FAN_OUT)


def _theorem(
    activation: Activation, growth: sp.Expr, factor: sp.Expr, words: tuple[str, str, str]
) -> Theorem:
    proof = Proof(Layout((), ()), ())
    name, title, summary = words
    chain = _chain(proof, growth, factor)
    setting = Setting(
        "In every layer the factor of the chosen direction is one:", sp.Eq(factor, 1, evaluate=False)
    )
    heading = Heading(name, f"{title}, for {activation.label}", summary, (setting,))
    return finish(proof, heading, chain.equation)


def _chain(proof: Proof, growth: sp.Expr, factor: sp.Expr) -> Chain:
    root = unique_root(sp.Eq(factor, 1, evaluate=False), VARIANCE)
    granted = premise(sp.Eq(VARIANCE, root, evaluate=False), "The chosen condition holds in every layer.")
    return proof.chain(growth).by(granted, telescope(LAYER))


FAN_IN = (
    "gradient_under_fan_in",
    "What the gradient does under fan_in",
    "Give every layer the forward variance and the squared gradient is multiplied by the ratio of the end widths, "
    "whatever happens in between: the mismatch does not build up with depth. The first layer, whose input has not "
    "passed an activation, is given the same formula as the rest.",
)
FAN_OUT = (
    "signal_under_fan_out",
    "What the signal does under fan_out",
    "Keep the gradient in every layer and the second moment of the signal is multiplied by the ratio of the end "
    "widths, whatever happens in between.",
)
