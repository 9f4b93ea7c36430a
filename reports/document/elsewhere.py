"""The same conditions at other q: which gain holds which direction where, and whether it is stable there."""

from __future__ import annotations

import sympy as sp

from derive.activation import Activation
from derive.gains import Gains, Pair, gains
from derive.number import Missing, Number
from derive.stability import kind, slope
from reports.document.pieces import Json, cell, column, digits, formula_cell, paragraph, table

_Q, _G, _V = sp.symbols("q g v")
_FACTORS = (sp.Rational(1, 4), sp.Integer(1), sp.Integer(4))


def blocks(activation: Activation, variance: sp.Rational) -> list[Json]:
    """A table over q for an activation that is not of degree 1; one sentence for one that is."""
    if activation.degree_one is not None:
        return [
            paragraph("The activation scales with its input, so all of this is the same at every ", _Q, ".")
        ]
    places = sorted({variance * factor for factor in _FACTORS})
    rows = [_row(activation, q) for q in places]
    columns = [
        column("q"),
        column("Forward gain", "right"),
        column("its fixed point"),
        column("Backward gain", "right"),
        column("Pair: gain", "right"),
        column("bias variance", "right"),
        column("its fixed point", wide=True),
    ]
    caption = (
        "The gains at other ",
        _Q,
        ". A gain meets its condition at its own ",
        _Q,
        " only; where the forward and the backward gain differ, no gain without a bias meets both.",
    )
    return [table(columns, rows, *caption)]


def _row(activation: Activation, q: sp.Rational) -> list[Json]:
    found: Gains = gains(activation, q)
    pair = found.pair
    bias: list[Json] = [cell("none"), cell("none"), cell("")]
    if isinstance(pair, Pair):
        fixed = cell(kind(slope(activation, pair.gain, pair.bias_variance, q)))
        bias = [_short(pair.gain), _short(pair.bias_variance), fixed]
    return [
        formula_cell(q),
        _short(found.forward),
        _fixed(activation, found.forward, q),
        _short(found.backward),
        *bias,
    ]


def _fixed(activation: Activation, gain: Number | Missing, q: sp.Rational) -> Json:
    return cell("") if isinstance(gain, Missing) else cell(kind(slope(activation, gain, 0, q)))


def _short(number: Number | Missing) -> Json:
    return cell("none") if isinstance(number, Missing) else digits(f"{float(number):.6f}")
