"""Symmetric weights make symmetric pre-activations: where ReLU's factor one half comes from."""

from __future__ import annotations

from functools import cache

import sympy as sp

from derive.proof.derivation import Proof
from derive.proof.facts import Independent, Symmetric
from derive.proof.rules.weights import flipped_rows
from derive.proof.statement import Setting, Theorem
from derive.proof.terms import Law
from derive.proof.theorem import Heading, finish
from derive.theorems.dense import LAYER, forward_layout
from derive.theorems.names import I, W, X, Z


@cache
def symmetry() -> Theorem:
    """Law(z_i) = Law(-z_i) for symmetric weights without a bias."""
    proof = Proof(forward_layout(), (Symmetric(W), Independent(((W,), (X,)))))
    chain = proof.chain(Law(Z[I])).by(flipped_rows(W, (X,), (LAYER.definition,)))
    return finish(proof, HEADING, chain.equation)


HEADING = Heading(
    "symmetry",
    "Symmetric weights give symmetric pre-activations",
    "Without a bias a pre-activation is as likely to be z as -z, whatever the inputs are. Weights of mean zero "
    "are not enough for this.",
    (
        Setting(
            "A dense layer without bias has n inputs.", sp.Eq(Z[I], LAYER.definition.value, evaluate=False)
        ),
    ),
)
