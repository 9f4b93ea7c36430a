"""A proof in Typst, to paste into a paper; it needs no package."""

from __future__ import annotations

import sympy as sp

from derive.proof.statement import Assumption, Step, Theorem
from reports.proofs.common import (
    EXACTLY_WHERE,
    MINIMAL,
    check_words,
    condition,
    continued,
    countermodel_words,
    is_approximate,
    reasons,
    shown_relation,
    step_words,
)
from reports.render.typst import RELATIONS, TypstPrinter, typst

_SPECIAL = "\\#$*_`<>@~[]=-+/"


def write(theorem: Theorem) -> str:
    """The theorem as Typst source."""
    parts = [
        f"== {escape(theorem.title)}",
        escape(theorem.summary),
        _list("Setting", [f"- {_with(s.statement, s.formula)}" for s in theorem.setting]),
        _list("Assumptions", [f"/ {a.id}: {_assumption(a)}" for a in theorem.assumptions]),
        _list("Derivation", [f"/ ({s.number}): {_step(s, on)}" for s, on in continued(theorem)]),
        f"=== Conclusion\n$ {typst(theorem.conclusion)} $",
        *([] if condition(theorem) is None else [f"{EXACTLY_WHERE}\n$ {typst(condition(theorem))} $"]),
        _list(
            "Why each assumption is needed",
            [MINIMAL + "\n", *(f"/ {a.id}: {_need(a)}" for a in theorem.assumptions)],
        ),
        _list("Remarks", [f"- {escape(remark)}" for remark in theorem.remarks]),
    ]
    return "\n\n".join(part for part in parts if part)


def escape(prose: str) -> str:
    """Prose for Typst markup: characters with a meaning of their own get a backslash.

    >>> print(escape("#panic(1) - *b*"))
    \\#panic(1) \\- \\*b\\*
    """
    return "".join(f"\\{c}" if c in _SPECIAL else c for c in " ".join(prose.split()))


def _list(title: str, items: list[str]) -> str:
    return "\n".join([f"=== {title}", *items]) if items else ""


def _with(prose: str, formula: sp.Basic | None) -> str:
    return escape(prose) if formula is None else f"{escape(prose)} ${typst(formula)}$"


def _assumption(assumption: Assumption) -> str:
    return f"{_with(assumption.statement, assumption.formula)} ({step_words(assumption.steps)})"


def _step(step: Step, continues: bool) -> str:
    after = TypstPrinter(approximate=is_approximate(step)).doprint(step.after)
    left = "" if continues else typst(step.before) + " "
    formula = f"$display({left}{RELATIONS[shown_relation(step)]} {after})$"
    because = f"_{escape(step.rule)}_: {escape(step.justification.rstrip('.'))}"
    used = f" \\[{reasons(step)}\\]" if reasons(step) else ""
    return f"{formula} \\\n  {because}{used}; {check_words(step.check)}."


def _need(assumption: Assumption) -> str:
    model = assumption.countermodel
    sides = f"Left side ${typst(model.left)}$, right side ${typst(model.right)}$."
    return f"_{escape(assumption.name)}_ dropped: {escape(countermodel_words(model))} {sides}"
