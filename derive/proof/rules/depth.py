"""Rules of deep networks: what a layer's signal depends on, and the hypothesis of an induction."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.proof.facts import LayersIndependent
from derive.proof.layout import Defined
from derive.proof.rule import Context, RefusedError, Rule
from derive.proof.terms import Indep, Tensor


def hypothesis(after: sp.Expr, why: str) -> Rule:
    """State the hypothesis of an induction as a line of its own; the finite worlds test it."""
    return Rule("induction hypothesis", why, lambda _term, _context: after)


def lower_layers(given: LayersIndependent, weights: Tensor, signal: Tensor, definitions: tuple[Defined, ...]) -> Rule:
    """The signal of a layer is a function of lower weights and the input, so it is independent of `weights`.

    Refuses when a definition reaches up to the layer of `weights` or beyond.
    """

    def rewrite(_: Any, context: Context) -> Any:
        context.need(given)
        for definition in definitions:
            _must_look_down(definition)
        if sp.simplify(weights.layer - signal.layer) <= 0:  # type: ignore[operator]
            raise RefusedError(f"{signal.entry} is not below {weights.entry}")
        return Indep(weights.entry, signal.entry)

    return Rule(
        "function of the lower layers",
        "What enters a layer is computed from the input and the weights below it alone.",
        rewrite,
        relation="=>",
    )


def _must_look_down(definition: Defined) -> None:
    here = definition.target.indices[0]
    for entry in definition.value.atoms(sp.Indexed):
        if len(entry.indices) > 1 and sp.simplify(entry.indices[0] - here) > 0:
            raise RefusedError(f"{definition.target} depends on {entry}, from a layer above")
