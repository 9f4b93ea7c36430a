"""The sections on a weight law: what it is, how it is spelled, and what the theorems ask of it."""

from __future__ import annotations

from derive.weights import Standing, WeightLaw
from reports.document.pieces import (
    Json,
    Prose,
    Run,
    badge_cell,
    bullets,
    cell,
    code,
    column,
    heading,
    lead,
    small,
    stack,
    table,
    wrapped,
)
from reports.document.words import capital
from reports.laws.sheet import Line, Sheet, sheet
from reports.render.text import text

_BESIDE = 40  # characters of a formula that leaves room for its value on the line


def sections(law: WeightLaw) -> list[Json]:
    """The law itself, and how it stands to the theorems."""
    found = sheet(law)
    return [_about(found), _asked(found)]


def _about(found: Sheet) -> Json:
    rows = [_row(line) for line in (*found.law, *found.moments, *found.scale)]
    columns = [column("Property"), column("Value", wide=True)]
    return {
        "title": "The law",
        "blocks": [
            table(columns, rows, "The law of one weight, with its exact moments."),
            *_code(found),
            *([bullets(*([Prose(remark)] for remark in found.remarks))] if found.remarks else []),
        ],
    }


def _row(line: Line) -> list[Json]:
    """A formula beside its name; what has no formula is said beside an empty name, or as its value."""
    if line.formula is None:
        return (
            [cell(capital(line.before)), cell(Prose(capital(line.after)))]
            if line.after
            else [cell(""), _words(line)]
        )
    value: Json = wrapped(line.formula)
    after: list[Run] = [Prose(line.after)]
    if line.after.startswith("=") and len(text(line.formula)) < _BESIDE:
        value = cell(line.formula, " ", *after)
    elif line.after:
        value = stack(value, small(*after))
    return [cell(capital(_short(line.before))), value]


def _short(words: str) -> str:
    """The name of a row: what is longer than that is a sentence, of which the formula says the rest."""
    return {
        "A layer divides each draw by the law's standard deviation and multiplies it by": "scale in a layer",
        "A layer takes the weight to be": "scale in a layer",
        "The law fixes its own scale": "scale, fixed by the law",
        "which is the gain": "as a gain",
        "The bias is drawn with": "bias",
    }.get(words, words)


def _words(line: Line) -> Json:
    return cell(Prose(f"{capital(line.before.rstrip('.'))}."))


def _code(found: Sheet) -> list[Json]:
    """The spelling in each framework, one after the other."""
    blocks: list[Json] = [heading("In code", 2)]
    for name, source in found.code:
        blocks += [lead(f"{name}:"), code(source, "python")]
    if found.code_notes:
        blocks.append(bullets(*([Prose(note)] for note in found.code_notes)))
    return blocks


def _asked(found: Sheet) -> Json:
    columns = [column("Theorem"), column("The law"), column("Why", wide=True)]
    rows = [_standing(standing) for standing in found.standings]
    caption = (
        "What each theorem asks of the weights, and whether the law gives it. Assumptions on inputs, output gradient "
        "and activation are left out. Numbers of assumptions are those of ReLU's proofs."
    )
    return {
        "title": "Which theorems hold for it",
        "blocks": [
            lead(
                "A theorem holds for the law where the law meets every assumption that the theorem makes on the "
                "weights. Nothing here is measured; it follows from the law."
            ),
            table(columns, rows, caption, breakable=True),
        ],
    }


def _standing(standing: Standing) -> list[Json]:
    badge = badge_cell("meets all", "good") if standing.met else badge_cell("fails", "bad")
    return [cell(standing.theorem.replace("_", " ")), badge, cell(Prose(f"{capital(standing.why)}."))]
