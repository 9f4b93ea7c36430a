"""Rules of deep networks: what a layer's signal depends on, and the hypothesis of an induction."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.proof.facts import Independent, LayersIndependent
from derive.proof.layout import Defined
from derive.proof.rule import Context, RefusedError, Rule
from derive.proof.terms import Indep, Tensor


def hypothesis(after: sp.Expr, why: str) -> Rule:
    """State the hypothesis of an induction as a line of its own; the finite worlds test it."""
    return Rule("induction hypothesis", why, lambda _term, _context: after)


def lower_layers(
    given: LayersIndependent, weights: Tensor, signals: tuple[Tensor, ...], definitions: tuple[Defined, ...]
) -> Rule:
    """The signals of a layer are functions of lower weights and the inputs, so they are independent of `weights`.

    Refuses when a definition reaches up to a layer above its own, or a signal is not below the weights.
    """

    def rewrite(_: Any, context: Context) -> Any:
        context.need(given)
        for definition in definitions:
            _must_look_down(definition)
        for signal in signals:
            _must_be_below(signal, weights)
        return Indep(weights.entry, _together(signals))

    return Rule(
        "function of the lower layers",
        "What enters a layer is computed from the inputs and the weights below it alone.",
        rewrite,
        relation="=>",
    )


def function_of_network(given: Independent, signal: Tensor, definitions: tuple[Defined, ...]) -> Rule:
    """A signal is a function of the network's weights and inputs, so what is independent of those is of it."""

    def rewrite(_: Any, context: Context) -> Any:
        context.need(given)
        known = {t.name for t in given.groups[1]} | {str(d.target.base.label) for d in definitions}
        used = {str(e.base.label) for d in definitions for e in d.value.atoms(sp.Indexed)}
        random = {name for name in used if context.is_random(sp.Symbol(name))}
        if not random | {signal.name} <= known:
            raise RefusedError(f"{signal.entry} depends on {sorted(random - known)}")
        return Indep(*(t.entry for t in given.groups[0]), signal.entry)

    why = "A function of the weights and inputs is independent of whatever they are."
    return Rule("function of the network", why, rewrite, relation="=>")


def _together(signals: tuple[Tensor, ...]) -> sp.Basic:
    return signals[0].entry if len(signals) == 1 else sp.Tuple(*(s.entry for s in signals))


def _must_be_below(signal: Tensor, weights: Tensor) -> None:
    assert signal.layer is not None and weights.layer is not None
    if not sp.simplify(weights.layer - signal.layer) > 0:
        raise RefusedError(f"{signal.entry} is not below {weights.entry}")


def _must_look_down(definition: Defined) -> None:
    here = definition.target.indices[0]
    for entry in definition.value.atoms(sp.Indexed):
        if len(entry.indices) > 1 and sp.simplify(entry.indices[0] - here) > 0:
            raise RefusedError(f"{definition.target} depends on {entry}, from a layer above")
