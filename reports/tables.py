"""The answer of `gainproof gain`, as JSON and as a table for the terminal."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.activation import Activation
from derive.gains import Gains, Pair
from derive.moments import Moments
from derive.number import Missing, Number
from reports.conventions import GAINS, MOMENTS, PAIR, Quantity
from reports.render.text import spelled

Json = dict[str, Any]


def gain_document(activation: Activation, variance: sp.Rational, moments: Moments, gains: Gains) -> Json:
    """The contract's object for `gain`; the activation's parameters are added."""
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


def gain_text(activation: Activation, variance: sp.Rational, moments: Moments, gains: Gains) -> str:
    """The same as a table, with the convention beside each gain."""
    pair = gains.pair
    together = (
        [_row(q, getattr(pair, q.key)) for q in PAIR]
        if isinstance(pair, Pair)
        else [["", "", f"none: {pair.reason}"]]
    )
    return "\n\n".join(
        [
            f"{activation.name}: f(x) = {spelled(activation.expression)}{_values(activation)}\n"
            f"pre-activations z ~ N(0, q) with q = {variance}; weights of variance g²/fan",
            _table("Moments", [_row(q, getattr(moments, q.key)) for q in MOMENTS]),
            _table("Gains, without a bias", [_row(q, getattr(gains, q.key)) for q in GAINS]),
            _table("Gain and bias variance for both directions at once", together),
        ]
    )


def _values(activation: Activation) -> str:
    values = ", ".join(f"{symbol} = {value}" for symbol, value in activation.parameters)
    return f" with {values}" if values else ""


def _row(quantity: Quantity, number: Number | Missing) -> list[str]:
    """Name, formula, and lines of values: the closed form, the digits with their radius, the meaning."""
    if isinstance(number, Missing):
        return [quantity.key.replace("_", " "), quantity.symbol, f"none: {number.reason}"]
    exact = "" if number.exact is None or number.exact.is_Rational else f"= {spelled(number.exact)}"
    fraction = number.exact is not None and number.exact.is_Rational and number.radius != "0"
    within = "exact" if number.radius == "0" else f"± {number.radius}"
    lines = [f"{number.value}  {within}", f"= {number.exact}" if fraction else exact, quantity.meaning]
    return [quantity.key.replace("_", " "), quantity.symbol, *(line for line in lines if line)]


def _table(title: str, rows: list[list[str]]) -> str:
    first, second = (max(len(row[i]) for row in rows) for i in (0, 1))
    lines = [title, "-" * len(title)]
    for name, symbol, *values in rows:
        lines.append(f"  {name:<{first}}  {symbol:<{second}}  {values[0]}".rstrip())
        lines += [f"  {'':<{first}}  {'':<{second}}  {value}" for value in values[1:]]
    return "\n".join(lines)
