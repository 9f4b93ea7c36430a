"""The answer of `gainproof gain` for a terminal: the convention stands beside each number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

import sympy as sp

from derive.activation import Activation
from derive.gains import Gains, Pair
from derive.moments import Moments
from derive.number import Missing, Number
from derive.stability import Stability, kind
from reports.conventions import GAINS, GATED, GATED_GAINS, MOMENTS, PAIR, Quantity
from reports.render.text import spelled
from reports.tables import DEPTH, growth

if TYPE_CHECKING:
    from derive.gated import GatedGains
    from derive.phase import Phase
    from derive.published import Comparison

WIDTH = 120
_LONG_FORM = 400


def gain_text(activation: Activation, variance: sp.Rational, moments: Moments, gains: Gains) -> str:
    """Moments, gains, and the pair."""
    pair = gains.pair
    together = (
        [_row(q, getattr(pair, q.key), reasons=False) for q in PAIR]
        if isinstance(pair, Pair)
        else [["", "", *_folded(f"none: {pair.reason}")]]
    )
    return "\n\n".join(
        [
            f"{_title(activation)}\npre-activations z ~ N(0, q) with q = {variance}; weights of variance g²/fan"
            + _infeasible(variance, gains),
            table("Moments", [_row(q, getattr(moments, q.key)) for q in MOMENTS]),
            table("Gains, without a bias", [_row(q, getattr(gains, q.key), reasons=False) for q in GAINS]),
            table("Gain and bias variance for both directions at once", together),
        ]
    )


def _infeasible(variance: sp.Rational, gains: Gains) -> str:
    """One line where a direction has no gain at all."""
    lacking = [name for name in ("forward", "backward") if isinstance(getattr(gains, name), Missing)]
    if not lacking:
        return ""
    return (
        f"\ninfeasible at q = {variance}: there is no {' and no '.join(lacking)} gain, for the reason below"
    )


def _title(activation: Activation) -> str:
    formula = "\n  ".join(wrap(spelled(activation.expression), WIDTH)) or ""
    values = ", ".join(f"{spelled(symbol)} = {spelled(value)}" for symbol, value in activation.parameters)
    named = "" if activation.name == str(activation.expression) else f"{activation.name}: "
    return f"{named}f(x) = {formula}{f' with {values}' if values else ''}"


def published_text(rows: Sequence[Comparison]) -> str:
    """What frameworks publish, and how far each is from the gain of its own convention."""
    title = "Published constants, each against the gain of its own convention"
    rows = [row for row in rows if row.published.activation or not isinstance(row.difference, Missing)]
    if not rows:
        return ""
    cells = [
        [c.published.framework, c.value[:10], c.published.convention.replace("_", "-"), off_by(c), _where(c)]
        for c in rows
    ]
    wide = [max(len(row[i]) for row in cells) for i in range(4)]
    lines = [
        "  " + "  ".join(f"{c:<{w}}" for c, w in zip(row, wide, strict=False)) + f"  {row[4]}"
        for row in cells
    ]
    return "\n".join([title, "-" * len(title), *lines])


def off_by(row: Comparison) -> str:
    """The relative error of a published constant, in percent."""
    found = row.difference
    if isinstance(found, Missing):
        return "no such gain"
    return "exact" if found.exact == 0 else _percent(100 * float(found))


def _percent(value: float) -> str:
    """Three significant digits, so that an error of a millionth is not shown as none.

    >>> _percent(-62.3515), _percent(0.000767)
    ('−62.4%', '+0.000767%')
    """
    if math.isinf(value):
        return "beyond any percentage"
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:+.{places}f}%".replace("-", "−")


def _where(row: Comparison) -> str:
    every = ", for any activation" if row.published.activation is None else ""
    return f"{row.published.where}{every}"


def gated_text(found: GatedGains) -> str:
    """Moments and gains of a gated unit h = f(u) v, and what depth does to it."""
    unit = found.unit
    rows = [[q.name, q.symbol, *value_lines(getattr(found, q.key), True), q.meaning] for q in GATED]
    gains = [[q.name, q.symbol, *value_lines(getattr(found, q.key), False), q.meaning] for q in GATED_GAINS]
    held = stability_text(Stability(found.slope, kind(found.slope)), found.variance)
    return "\n\n".join(
        [
            f"{unit.name}: h = {spelled(unit.expression)}, f = {unit.gate.name} ({unit.reference})\n"
            f"u, v ~ N(0, q) independent with q = {found.variance}; both matrices of variance g²/fan",
            table("Moments", rows),
            table("Gains", gains),
            held,
        ]
    )


def stability_text(found: Stability, variance: sp.Rational) -> str:
    """The fixed point of the forward gain, and what it means over depth."""
    if isinstance(found.slope, Missing):
        return _sentence(f"Depth: whether q = {variance} is held stably is not known: {found.slope.reason}.")
    start = (
        f"Depth: at the forward gain q = {variance} is {_KINDS[found.kind]} (F'(q) = {float(found.slope):.6g}"
    )
    grown = growth(found.slope) or 0.0
    return _sentence(f"{start}): over {DEPTH} layers {_meaning(grown)}.")


_KINDS = {
    "stable": "a stable fixed point",
    "unstable": "an unstable fixed point",
    "neutral": "a neutral fixed point",
    "undecided": "a fixed point not told from a neutral one",
}


def _meaning(grown: float) -> str:
    if grown == 1:
        return "a deviation of q neither grows nor dies out"
    if abs(grown) < 1e-3:
        return f"a small deviation of q dies out (a factor of {grown:.1e})"
    return f"a small deviation of q is multiplied by {grown:.3g}, until the map bends"


def phase_text(found: Phase) -> str:
    """The phase analysis in sentences."""
    lines = [*found.sentences, found.no_go.statement]
    return "\n".join(["Phases", "------", *(f"  {line}" for s in lines for line in wrap(s, WIDTH - 2))])


def _sentence(words: str) -> str:
    return "\n".join(wrap(words, WIDTH, subsequent_indent="  "))


def _row(quantity: Quantity, number: Number | Missing, reasons: bool = True) -> list[str]:
    """Name, formula, and lines of values: the digits with their radius, the closed form, the meaning."""
    users = f" ({quantity.users})" if quantity.users else ""
    lines = [*value_lines(number, reasons), *_folded(quantity.meaning + users)]
    return [quantity.name, quantity.symbol, *lines]


def value_lines(number: Number | Missing, reasons: bool) -> list[str]:
    """A number in a few short lines; one that is missing says why, and one without a form says so if asked."""
    if isinstance(number, Missing):
        from_q = number.infinite_from
        if from_q is not None and not reasons:
            return [f"none: a moment is infinite from q = {spelled(from_q)} on"]
        return _folded(f"none: {number.reason}")
    within = "exact" if number.radius == "0" else f"± {number.radius}"
    return [f"{number.value}  {within}", *_form(number, reasons)]


def _form(number: Number, reasons: bool) -> list[str]:
    """The closed form where it says more than the digits, or the reduction, or why there is neither."""
    if number.exact is not None:
        shown = spelled(readable(number))
        return _folded(f"= {shown}") if shown != number.value else []
    if number.reduction is not None:
        return _folded(f"= {spelled(number.reduction)}")
    return _folded(without_form(number.reason)) if reasons and number.reason else []


def readable(number: Number) -> sp.Expr:
    """The closed form at q, or the one in q and the parameters where their values would make it much longer.

    SELU's parameters have 32 digits, and their products in a closed form twice as many.
    """
    exact, symbolic = number.exact, number.symbolic
    if exact is None or symbolic is None or not any(part.q > 10**20 for part in exact.atoms(sp.Rational)):
        return exact
    return min((symbolic, exact), key=lambda form: len(spelled(form)))


def without_form(reason: str) -> str:
    """Why there is no closed form, as a clause.

    >>> without_form("it jumps"), without_form("no closed form is known")
    ('no closed form: it jumps', 'no closed form is known')
    """
    return reason if reason.startswith("no closed form") else f"no closed form: {reason}"


def _folded(words: str) -> list[str]:
    """Lines of a cell; a form that fills a page on the terminal is cut, the JSON has it whole."""
    shown = words if len(words) <= _LONG_FORM else f"{words[:_LONG_FORM]}… (--json has it whole)"
    return wrap(shown, WIDTH - 30, subsequent_indent="  ") or [""]


def table(title: str, rows: Sequence[Sequence[str]]) -> str:
    """Rows of name, formula and lines, under a title."""
    first, second = (max((len(row[i]) for row in rows), default=0) for i in (0, 1))
    lines = [title, "-" * len(title)]
    for name, symbol, *values in rows:
        lines.append(f"  {name:<{first}}  {symbol:<{second}}  {values[0]}".rstrip())
        lines += [f"  {'':<{first}}  {'':<{second}}  {value}" for value in values[1:]]
    return "\n".join(lines)
