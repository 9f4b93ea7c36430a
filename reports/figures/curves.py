"""The values of an activation for its plot, piece by piece so that a jump stays a jump."""

from __future__ import annotations

import math

import sympy as sp

from derive.activation import Activation, X
from derive.kinks import UnresolvedKinkError
from reports.figures.activation import Curve

_SPREAD, _POINTS = 4.0, 240


def curves(activation: Activation, variance: float) -> tuple[Curve, Curve]:
    """f and f' as lists of (x, y) pieces, over four standard deviations on either side.

    >>> from derive.catalogue import activation
    >>> value, slope = curves(activation("relu"), 1.0)
    >>> len(value), slope[0][1][0], slope[1][1][0]
    (2, 0.0, 1.0)
    """
    edge = _SPREAD * math.sqrt(variance)
    parts = [
        (max(-edge, float(low)), min(edge, float(high)), formula.subs(activation.values))
        for low, high, formula in _pieces(activation)
        if low < edge and high > -edge
    ]
    return tuple(  # type: ignore[return-value]
        [(_grid(a, b), [_value(form, x, a, b) for x in _grid(a, b)]) for a, b, form in formulas]
        for formulas in (parts, [(a, b, sp.diff(form, X)) for a, b, form in parts])
    )


def _pieces(activation: Activation) -> list[tuple[sp.Expr, sp.Expr, sp.Expr]]:
    try:
        return [
            (p.low.subs(activation.values), p.high.subs(activation.values), p.expression)
            for p in activation.pieces()
        ]
    except UnresolvedKinkError:
        return [(-sp.oo, sp.oo, activation.expression)]


def _grid(low: float, high: float) -> list[float]:
    """Points of a piece: two are enough for none, so all pieces have as many as their length asks for."""
    count = max(2, round(_POINTS * (high - low) / 8))
    return [low + (high - low) * i / (count - 1) for i in range(count)]


def _value(formula: sp.Expr, x: float, low: float, high: float) -> float:
    """The formula at a point, moved inside the open piece at its ends."""
    inside = min(max(x, low + 1e-9 * (high - low)), high - 1e-9 * (high - low))
    return float(formula.subs(X, sp.Float(inside)).evalf())
