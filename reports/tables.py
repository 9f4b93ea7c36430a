"""The answer of `gainproof gain` as JSON, and the parts of it that the report carries too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.activation import Activation
from derive.gains import Gains
from derive.moments import Moments
from derive.number import Missing, Number
from derive.stability import Stability, stability

if TYPE_CHECKING:
    from derive.published import Comparison

Json = dict[str, Any]
DEPTH = 50


def gain_document(activation: Activation, variance: sp.Rational, moments: Moments, gains: Gains) -> Json:
    """The contract's object for `gain`; parameters and the other conventions are added."""
    return {
        "activation": {
            "name": activation.name,
            "expression": str(activation.expression),
            "parameters": {symbol.name: str(value) for symbol, value in activation.parameters},
        },
        "variance": str(variance),
        "moments": moments.to_json(),
        "gains": gains.to_json(),
    }


def forward_stability(activation: Activation, variance: sp.Rational, gains: Gains) -> Stability | None:
    """Whether q is held stably at the forward gain; None where there is no such gain."""
    if isinstance(gains.forward, Missing):
        return None
    return stability(activation, gains.forward, 0, variance, digits=15, closed=False)


def growth(slope: Number | Missing, depth: int = DEPTH) -> float | None:
    """What a small deviation of q is multiplied by over `depth` layers: the slope of F at q to that power.

    >>> from derive.catalogue import activation
    >>> from derive.gains import gains
    >>> relu = activation("relu")
    >>> growth(stability(relu, gains(relu, 1).forward, 0, 1).slope)
    1.0
    """
    return None if isinstance(slope, Missing) else float(slope) ** depth


def stability_document(found: Stability | None) -> Json | None:
    """The stability at the forward gain, and what it means over depth."""
    return None if found is None else {**found.to_json(), "depth": DEPTH, "growth": growth(found.slope)}


def published_document(rows: Sequence[Comparison]) -> list[Json]:
    """What frameworks publish, each beside the truth of its own convention."""
    return [row.to_json() for row in rows]
