"""The section of exact and certified numbers: moments, gains, and the plot of the activation."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from derive.activation import Activation
from derive.gains import Gains, Pair
from derive.moments import Moments
from derive.number import Missing, Number
from derive.proof.terms import E, Var
from derive.published import Comparison
from reports.conventions import GAINS, Quantity
from reports.document import published
from reports.document.pieces import (
    Json,
    Prose,
    Strong,
    callout,
    cell,
    column,
    figure,
    formula_cell,
    paragraph,
    small,
    stack,
    table,
)
from reports.document.values import value_cell

_Z, _Q, _G, _V, _S = sp.symbols("z q g v s")
_F, _FPRIME = sp.Function("f"), sp.Function("fprime")
_SECOND, _SLOPE = E(_F(_Z) ** 2), E(_FPRIME(_Z) ** 2)

_MOMENTS = {"mean": E(_F(_Z)), "second": _SECOND, "derivative_second": _SLOPE}
_FORMULAS = {
    "forward": sp.sqrt(_Q / _SECOND),
    "backward": 1 / sp.sqrt(_SLOPE),
    "centred": sp.sqrt(_Q / Var(_F(_Z))),
    "compromise": sp.sqrt(2 / (_SECOND / _Q + _SLOPE)),
    "geometric": (_SECOND * _SLOPE / _Q) ** sp.Rational(-1, 4),
    "self_consistent": sp.Eq(E(_F(_S * sp.Symbol("Z")) ** 2), 1),
}


def section(
    activation: Activation,
    variance: sp.Rational,
    moments: Moments,
    gains: Gains,
    stated: Sequence[Comparison] = (),
) -> Json:
    """Both tables, the plot, and what there is for both directions at once."""
    blocks = [
        paragraph(
            "Every digit below is certified: ball arithmetic encloses each integral, the radius bounds the "
            "distance of the printed number from the truth, and a closed form is shown only where it meets "
            "its enclosure. Here ",
            _Z,
            " is normal with mean 0 and variance ",
            sp.Eq(_Q, variance),
            ".",
        ),
        figure(
            "activation.svg",
            _alt(activation),
            "The activation and its derivative, as back-propagation takes it. "
            "Shaded: where the pre-activations lie.",
            floating=False,
        ),
        _moments(moments),
        *_auxiliary(moments),
        _gains(gains),
        _pair(gains.pair),
        *published.blocks(stated),
    ]
    return {"title": "Moments and gains", "blocks": blocks}


def _alt(activation: Activation) -> str:
    return f"Two panels: {activation.name} and its derivative, between -4 and 4 standard deviations."


def _moments(moments: Moments) -> Json:
    rows = [
        [formula_cell(symbol, large=True), value_cell(getattr(moments, key))]
        for key, symbol in _MOMENTS.items()
    ]
    caption = "Gaussian moments: closed form where there is one, and certified digits."
    return table([column("Moment"), column("Value", wide=True)], rows, caption)


def _auxiliary(moments: Moments) -> list[Json]:
    """What the functions are in which reductions are stated."""
    found = [getattr(moments, key) for key in _MOMENTS]
    used = {
        function.func.__name__
        for number in found
        if isinstance(number, Number) and number.reduction is not None
        for function in number.reduction.atoms(sp.core.function.AppliedUndef)
    }
    if "K" not in used:
        return []
    sigma, q = sp.Function("sigmaprime"), sp.Symbol("q")
    return [
        paragraph(
            "Here ",
            sp.Eq(sp.Function("K")(q), E(sigma(_Z)), evaluate=False),
            ", the mean of the logistic function's derivative, has no closed form that we know of; the moments above "
            "reduce to it and to its derivatives in ",
            _Q,
            ".",
        )
    ]


def _gains(gains: Gains) -> Json:
    rows = [
        [
            _convention(quantity),
            formula_cell(_FORMULAS[quantity.key]),
            value_cell(getattr(gains, quantity.key), narrow=True),
        ]
        for quantity in GAINS
    ]
    columns = [column("Gain", wide=True), column("Convention"), column("Value", wide=True)]
    return table(
        columns,
        rows,
        "Gains: weights have variance ",
        _G**2,
        " divided by the fan. The same activation "
        "has several gains in public use; each row says which condition it meets, and who goes by it.",
        breakable=True,
    )


def _convention(quantity: Quantity) -> Json:
    words = cell(Strong(quantity.name), ", ", quantity.meaning)
    return stack(words, small(quantity.users)) if quantity.users else words


def _pair(pair: Pair | Missing) -> Json:
    if isinstance(pair, Missing):
        return callout(
            "No gain and bias variance serve both directions here",
            "open",
            "The backward gain fixes ",
            _G,
            ", and then the bias variance would have to be ",
            sp.Eq(_V, _Q - _G**2 * _SECOND),
            ". ",
            Prose(f"{pair.reason[:1].upper()}{pair.reason[1:]}."),
        )
    if pair.bias_variance.exact == 0:
        return callout(
            "One gain serves both directions",
            "good",
            "The forward and the backward gain are equal, so no bias is needed: ",
            sp.Eq(_Q, _G**2 * _SECOND),
            " and ",
            sp.Eq(_G**2 * _SLOPE, 1),
            " hold together.",
        )
    return callout(
        "Both directions need a bias",
        "plain",
        "The backward gain ",
        *_equals(_G, pair.gain),
        " with biases of variance ",
        *_equals(_V, pair.bias_variance),
        " keeps both: ",
        sp.Eq(_V + _G**2 * _SECOND, _Q),
        " and ",
        sp.Eq(_G**2 * _SLOPE, 1),
        ".",
    )


def _equals(symbol: sp.Symbol, number: Number) -> list[sp.Basic]:
    return [sp.Eq(symbol, shortened(number), evaluate=False)]


def shortened(number: Number, places: int = 6) -> sp.Expr:
    """The number for a sentence: exact if it is rational, else its first decimals, marked as cut."""
    if number.exact is not None and number.exact.is_Rational:
        return number.exact
    return sp.Symbol(cut(number.value, places))


def cut(digits: str, places: int) -> str:
    """Decimal digits cut, not rounded, after some places.

    >>> cut("1.46741359163", 6)
    '1.467413…'
    """
    whole, _, decimals = digits.partition(".")
    return f"{whole}.{decimals[:places]}…"
