"""A number in a table: its closed form or reduction, its certified digits, or why there is none."""

from __future__ import annotations

import sympy as sp

from derive.number import Missing, Number
from reports.answer import readable, without_form
from reports.document.pieces import Json, Prose, cell, certified, small, stack, wrapped
from reports.document.words import capital
from reports.render.notation import UnprintableError
from reports.render.text import spelled, text

LONGEST = (
    700  # characters of a formula in plain text; a longer one would not be read, and is in the attachment
)
LONG, SHORT = 160, 12  # of a form for every q, in a wide and in a narrow column
_Q = sp.Symbol("q", positive=True)


def value_cell(number: Number | Missing, narrow: bool = False) -> Json:
    """All that is known of a number, on a few lines; in a `narrow` column without what is long or said elsewhere."""
    if isinstance(number, Missing):
        return missing_cell(number, narrow)
    shown = certified(number.value, number.radius)
    lines = [*_forms(number, SHORT if narrow else LONG), shown]
    if len(lines) == 1 and number.reason and not narrow:
        lines.append(small(Prose(f"{capital(without_form(number.reason))}.")))
    return stack(*lines)


def missing_cell(number: Missing, narrow: bool = False) -> Json:
    """Why there is no number; in a narrow column only from which q a moment is infinite, where that is why."""
    if narrow and number.infinite_from is not None:
        return cell(
            "none: a moment is infinite from ", sp.Eq(_Q, number.infinite_from, evaluate=False), " on."
        )
    return cell("none: ", Prose(f"{number.reason}."))


def _forms(number: Number, longest: int) -> list[Json]:
    """The form at the q of the report, and the one for every q where that is another and no longer than that."""
    if number.exact is None:
        return [] if number.reduction is None else [form_cell(number.reduction)]
    plain = number.exact.is_Rational and str(number.exact) == number.value
    best = readable(number)
    here = [] if plain else [form_cell(best)]
    everywhere = number.symbolic
    if everywhere is None or everywhere == best or len(spelled(everywhere)) > longest:
        return here
    return [*here, stack(small("at every ", _Q, ":"), form_cell(everywhere))]


def form_cell(expr: sp.Expr) -> Json:
    """A formula of any length; sympy's spelling where it holds what has no notation."""
    try:
        length = len(text(expr))
    except UnprintableError:
        return {"d": str(expr)[:LONGEST]}
    if length > LONGEST:
        return cell(f"a closed form of {length} signs, in the attached data")
    return wrapped(expr)
