"""The blocks of one theorem: what it says, its assumptions, its numbered lines, its countermodels."""

from __future__ import annotations

from derive.proof.statement import Assumption, Setting, Step, Theorem
from reports.document.pieces import (
    Json,
    Prose,
    bullets,
    cell,
    column,
    formula,
    formula_cell,
    heading,
    lead,
    paragraph,
    parts,
    rich,
    table,
)
from reports.proofs.common import check_words, continued, countermodel_words, step_words
from reports.render.typst import RELATIONS


def section(theorem: Theorem) -> Json:
    """The section of a theorem."""
    blocks = [
        paragraph(Prose(theorem.summary)),
        *_setting(theorem.setting),
        *_assumptions(theorem),
        lead("Each line names its rule, the assumptions and lines that it uses, and how it was checked."),
        {"kind": "steps", "scope": theorem.name, "items": [_step(s, on) for s, on in continued(theorem)]},
        {"kind": "conclusion", "parts": parts(theorem.conclusion)},
        *_countermodels(theorem),
        *([bullets(*([Prose(remark)] for remark in theorem.remarks))] if theorem.remarks else []),
    ]
    return {"title": theorem.title, "blocks": blocks}


def _setting(setting: tuple[Setting, ...]) -> list[Json]:
    if not setting:
        return []
    items = [
        rich(Prose(s.statement))
        if s.formula is None
        else rich(Prose(s.statement.rstrip(". ")), ": ", s.formula)
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
    first, *rest = parts(step.after)
    sign = {"=": "=", "=>": "implies", "<=>": "if and only if"}[step.relation]
    right = {"m": f"{RELATIONS[step.relation]} {first['m']}", "alt": f"{sign} {first['alt']}"}
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
        column("World", wide=True),
        column("Left side", "right"),
        column("Right side", "right"),
    ]
    rows = [_countermodel(a) for a in theorem.assumptions]
    caption = (
        "No assumption can be dropped: a world for each in which the others hold and the conclusion fails."
    )
    return [heading("Countermodels"), table(columns, rows, caption, breakable=True)]


def _countermodel(assumption: Assumption) -> list[Json]:
    model = assumption.countermodel
    world = cell(Prose(f"Without {assumption.name}: {countermodel_words(model)}"))
    badge = {"badge": assumption.id, "tone": "plain"}
    return [badge, world, formula_cell(model.left), formula_cell(model.right)]
