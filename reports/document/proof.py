"""The blocks of one theorem: what it says, its assumptions, its numbered lines, its countermodels."""

from __future__ import annotations

from derive.proof.statement import Assumption, Setting, Step, Theorem
from reports.document.pieces import (
    Json,
    Prose,
    Strong,
    bullets,
    cell,
    column,
    formula,
    formula_cell,
    heading,
    inline_parts,
    lead,
    paragraph,
    parts,
    rich,
    table,
)
from reports.document.words import count
from reports.proofs.common import (
    EXACTLY_WHERE,
    MINIMAL,
    check_words,
    condition,
    continued,
    countermodel_words,
    is_approximate,
    shown_relation,
    step_words,
)
from reports.render.text import RELATIONS as WORDS
from reports.render.typst import RELATIONS


def section(theorems: tuple[Theorem, ...]) -> Json:
    """The section of all derivations: what is proved, how to read a line, then theorem by theorem."""
    overview = [
        {
            "scope": t.name,
            "title": t.title,
            "formula": formula(t.conclusion),
            "parts": inline_parts(t.conclusion),
        }
        for t in theorems
    ]
    blocks = [_how_to_read(theorems), {"kind": "overview", "items": overview}]
    return {"title": "Derivation", "blocks": blocks + [block for t in theorems for block in _theorem(t)]}


def _how_to_read(theorems: tuple[Theorem, ...]) -> Json:
    lines = sum(len(theorem.steps) for theorem in theorems)
    kinds = {step.check.kind for theorem in theorems for step in theorem.steps}
    said = "; ".join(words for kind, words in _CHECKS.items() if kind in kinds)
    return lead(
        f"{count(len(theorems), 'result').capitalize()} in {count(lines, 'line')}. Beside each line stand its rule, "
        f"the assumptions and lines that it uses, and how it was checked by a second means: {said}. Every assumption "
        "comes with a world in which the others hold and the result fails, so none of them can be dropped."
    )


_CHECKS = {
    "finite models": "in exact arithmetic, both sides, in small finite worlds in which the assumptions hold",
    "algebra": "by computer algebra",
    "enclosure": "by a rigorous enclosure and a second quadrature",
}


def _theorem(theorem: Theorem) -> list[Json]:
    return [
        {"kind": "theorem", "scope": theorem.name, "title": theorem.title},
        paragraph(Prose(theorem.summary)),
        *_setting(theorem.setting),
        *_assumptions(theorem),
        heading("Proof"),
        {"kind": "steps", "scope": theorem.name, "items": [_step(s, on) for s, on in continued(theorem)]},
        {"kind": "conclusion", "parts": parts(theorem.conclusion)},
        *_condition(theorem),
        *_countermodels(theorem),
        *([bullets(*([Prose(remark)] for remark in theorem.remarks))] if theorem.remarks else []),
    ]


def _condition(theorem: Theorem) -> list[Json]:
    found = condition(theorem)
    return [] if found is None else [paragraph(f"{EXACTLY_WHERE} ", found, ".")]


def _setting(setting: tuple[Setting, ...]) -> list[Json]:
    if not setting:
        return []
    items = [
        rich(Prose(s.statement))
        if s.formula is None
        else rich(Prose(s.statement.rstrip(".;: ")), ": ", s.formula)
        for s in setting
    ]
    return [{"kind": "setting", "items": items}]


def _assumptions(theorem: Theorem) -> list[Json]:
    items = [_assumption(a) for a in theorem.assumptions]
    return (
        [heading("Assumptions"), {"kind": "assumptions", "scope": theorem.name, "items": items}]
        if items
        else []
    )


def _assumption(assumption: Assumption) -> Json:
    return {
        "id": assumption.id,
        "statement": rich(Prose(assumption.statement)),
        "formula": None if assumption.formula is None else formula(assumption.formula),
        "used": step_words(assumption.steps),
    }


def _step(step: Step, continues: bool) -> Json:
    left = [] if continues else parts(step.before)
    first, *rest = parts(step.after, is_approximate(step))
    right = {
        "m": f"{RELATIONS[shown_relation(step)]} {first['m']}",
        "alt": f"{WORDS[shown_relation(step)]} {first['alt']}",
    }
    return {
        "number": step.number,
        "parts": [*left, right, *rest],
        "rule": step.rule[:1].upper() + step.rule[1:],
        "justification": rich(Prose(step.justification.rstrip("."))),
        "facts": list(step.facts),
        "lines": list(step.lines),
        "check": check_words(step.check).removeprefix("checked ").removeprefix("by ").removeprefix("on "),
        "passed": step.check.passed,
    }


def _countermodels(theorem: Theorem) -> list[Json]:
    if not theorem.assumptions:
        return []
    columns = [
        column(""),
        column("Dropped, and a world where the result then fails", wide=True),
        column("Left side", "right"),
        column("Right side", "right"),
    ]
    rows = [_countermodel(a) for a in theorem.assumptions]
    caption = Prose(f"{theorem.title}. {MINIMAL}")
    return [heading("Countermodels"), table(columns, rows, caption, breakable=True)]


def _countermodel(assumption: Assumption) -> list[Json]:
    model = assumption.countermodel
    world = cell(Strong(assumption.name), ": ", Prose(countermodel_words(model)))
    badge = {"badge": assumption.id, "tone": "plain"}
    return [badge, world, formula_cell(model.left), formula_cell(model.right)]
