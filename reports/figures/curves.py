"""The values of an activation for its plot, piece by piece so that a jump stays a jump."""

from __future__ import annotations

import math

import sympy as sp
import torch

from derive.activation import Activation, X
from derive.kinks import UnresolvedKinkError
from reports.figures.activation import Curve
from verify.functions import compiled

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
        [(_grid(a, b), _values(form, a, b)) for a, b, form in formulas]
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


def _values(formula: sp.Expr, low: float, high: float) -> list[float]:
    """The formula on the grid of a piece, moved inside the open piece at its ends."""
    shift = 1e-9 * (high - low)
    inside = [min(max(x, low + shift), high - shift) for x in _grid(low, high)]
    return [float(y) for y in compiled(formula)(torch.tensor(inside, dtype=torch.float64))]
