"""A proof in Markdown with dollar mathematics, as GitHub, Jupyter and most wikis show it."""

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
from reports.render.latex import RELATIONS, LatexPrinter, latex

_SPECIAL = "\\`*_[]<>#|$~"


def write(theorem: Theorem) -> str:
    """The theorem as Markdown."""
    parts = [f"## {escape(theorem.title)}", escape(theorem.summary), "### Setting"]
    parts += ["\n".join(f"- {_with(s.statement, s.formula)}" for s in theorem.setting)]
    parts += ["### Assumptions", "\n".join(map(_assumption, theorem.assumptions)), "### Derivation"]
    parts += [_step(step, on) for step, on in continued(theorem)]
    parts += ["### Conclusion", _display(latex(theorem.conclusion))]
    if (solved := condition(theorem)) is not None:
        parts += [EXACTLY_WHERE, _display(latex(solved))]
    parts += ["### Why each assumption is needed", MINIMAL, _countermodels(theorem)]
    if theorem.remarks:
        parts += ["### Remarks", "\n".join(f"- {escape(remark)}" for remark in theorem.remarks)]
    return "\n\n".join(part for part in parts if part)


def escape(prose: str) -> str:
    """Prose for Markdown: characters with a meaning of their own get a backslash.

    >>> print(escape("w[i] costs $2"))
    w\\[i\\] costs \\$2
    """
    return "".join(f"\\{c}" if c in _SPECIAL else c for c in " ".join(prose.split()))


def _with(prose: str, formula: sp.Basic | None) -> str:
    return escape(prose) if formula is None else f"{escape(prose)} ${latex(formula)}$"


def _display(formula: str) -> str:
    return f"$$\n{formula}\n$$"


def _assumption(assumption: Assumption) -> str:
    said = _with(assumption.statement, assumption.formula)
    return f"- **{assumption.id}** {said} ({step_words(assumption.steps)})"


def _step(step: Step, continues: bool) -> str:
    after = LatexPrinter(approximate=is_approximate(step)).doprint(step.after)
    left = "" if continues else latex(step.before) + " "
    formula = rf"{left}{RELATIONS[shown_relation(step)]} {after} \tag{{{step.number}}}"
    because = f"**{escape(step.rule)}**: {escape(step.justification.rstrip('.'))}"
    used = f" [{escape(reasons(step))}]" if reasons(step) else ""
    return f"{_display(formula)}\n\n{because}{used}; {check_words(step.check)}."


def _countermodels(theorem: Theorem) -> str:
    rows = ["| | dropped | world | left side | right side |", "|---|---|---|---|---|"]
    for a in theorem.assumptions:
        sides = " | ".join(f"${latex(side)}$" for side in (a.countermodel.left, a.countermodel.right))
        rows.append(f"| {a.id} | {escape(a.name)} | {escape(countermodel_words(a.countermodel))} | {sides} |")
    return "\n".join(rows) if theorem.assumptions else ""
