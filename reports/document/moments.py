"""The section of exact and certified numbers: moments, gains, and the plot of the activation."""

from __future__ import annotations

import sympy as sp

from derive.activation import Activation
from derive.gains import Gains, Pair
from derive.moments import Moments
from derive.number import Missing, Number
from derive.proof.terms import E, Var
from reports.document import elsewhere
from reports.document.pieces import (
    Json,
    Prose,
    Strong,
    callout,
    cell,
    column,
    digits,
    figure,
    formula_cell,
    paragraph,
    table,
)
from reports.render.notation import UnprintableError

_Z, _Q, _G, _V = sp.symbols("z q g v")
_F, _FPRIME = sp.Function("f"), sp.Function("fprime")
_SECOND, _SLOPE = E(_F(_Z) ** 2), E(_FPRIME(_Z) ** 2)

_MOMENTS = (
    ("mean", E(_F(_Z)), "mean"),
    ("second", _SECOND, "second moment"),
    ("derivative_second", _SLOPE, "of the derivative"),
)
_GAINS = (
    ("forward", sp.sqrt(_Q / _SECOND), "holds the second moment of the pre-activations (He et al. 2015)"),
    ("backward", 1 / sp.sqrt(_SLOPE), "holds the second moment of the gradient (He et al. 2015)"),
    ("centred", sp.sqrt(_Q / Var(_F(_Z))), "holds the variance about the mean (Brock et al. 2021)"),
)


def section(activation: Activation, variance: sp.Rational, moments: Moments, gains: Gains) -> Json:
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
        _moments(moments),
        figure(
            "activation.svg",
            _alt(activation),
            "The activation and its derivative, as back-propagation takes it. "
            "Shaded: where the pre-activations lie.",
        ),
        _gains(gains),
        _pair(gains.pair),
        *elsewhere.blocks(activation, variance),
    ]
    return {"title": "Moments and gains", "blocks": blocks}


def _alt(activation: Activation) -> str:
    return f"Two panels: {activation.name} and its derivative, between -4 and 4 standard deviations."


def _columns(*heads: str) -> list[Json]:
    return [column(heads[0]), column(heads[1]), column(heads[2], wide=True), column("Radius", "right")]


def _moments(moments: Moments) -> Json:
    rows = [
        [formula_cell(symbol, large=True), *_number(getattr(moments, key))] for key, symbol, _ in _MOMENTS
    ]
    return table(_columns("Moment", "Closed form", "Digits"), rows, "Gaussian moments.")


def _gains(gains: Gains) -> Json:
    rows = []
    for key, symbol, meaning in _GAINS:
        rows.append(
            [
                cell(Strong(key), ", ", meaning),
                formula_cell(symbol, large=True),
                *_number(getattr(gains, key)),
            ]
        )
    columns = [
        column("Gain and its convention", wide=True),
        column("Formula"),
        column("Closed form"),
        column("Digits"),
        column("Radius", "right"),
    ]
    return table(
        columns,
        rows,
        "Gains: weights have variance ",
        _G**2,
        " divided by the fan. The same activation "
        "has several gains in public use; each row says which condition it meets.",
    )


def _number(number: Number | Missing) -> list[Json]:
    if isinstance(number, Missing):
        return [cell("none"), cell(number.reason), cell("")]
    radius = "exact" if number.radius == "0" else number.radius
    return [closed_form(number), digits(number.value), digits(radius)]


def closed_form(number: Number) -> Json:
    """The closed form of a number, or a dash."""
    if number.exact is None:
        return cell("none known")
    try:
        return formula_cell(number.exact, large=True)
    except UnprintableError:  # a form in a function that has no notation here; sympy's spelling is exact
        return digits(str(number.exact))


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
