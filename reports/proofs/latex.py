"""A proof in LaTeX, to paste into a paper; it needs amsmath and amssymb and no other package."""

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
from reports.render.latex import RELATIONS, LatexPrinter, escape, latex


def write(theorem: Theorem) -> str:
    """The theorem as LaTeX source."""
    parts = [
        "% needs \\usepackage{amsmath,amssymb}",
        rf"\subsection*{{{escape(theorem.title)}}}",
        escape(theorem.summary),
        _list("Setting", [(None, _with(s.statement, s.formula)) for s in theorem.setting]),
        _list("Assumptions", [(a.id, _assumption(a)) for a in theorem.assumptions]),
        _list("Derivation", [(f"({s.number})", _step(s, on)) for s, on in continued(theorem)]),
        "\\paragraph{Conclusion}\n" + _equation(theorem.conclusion),
        *([] if condition(theorem) is None else [f"{EXACTLY_WHERE}\n" + _equation(condition(theorem))]),
        _list("Why each assumption is needed", [(a.id, _need(a)) for a in theorem.assumptions], MINIMAL),
        _list("Remarks", [(None, escape(remark)) for remark in theorem.remarks]),
    ]
    return "\n\n".join(part for part in parts if part)


def _list(title: str, items: list[tuple[str | None, str]], lead: str = "") -> str:
    if not items:
        return ""
    lines = [rf"  \item{'{}' if label is None else f'[{label}]'} {body}" for label, body in items]
    return "\n".join(
        [rf"\paragraph{{{title}}} {lead}".rstrip(), r"\begin{itemize}", *lines, r"\end{itemize}"]
    )


def _with(prose: str, formula: sp.Basic | None) -> str:
    return escape(prose) if formula is None else f"{escape(prose)} ${latex(formula)}$"


def _assumption(assumption: Assumption) -> str:
    return rf"{_with(assumption.statement, assumption.formula)} \emph{{({step_words(assumption.steps)})}}"


def _step(step: Step, continues: bool) -> str:
    after = LatexPrinter(approximate=is_approximate(step)).doprint(step.after)
    left = "" if continues else latex(step.before) + " "
    formula = rf"$\displaystyle {left}{RELATIONS[shown_relation(step)]} {after}$"
    because = rf"\emph{{{escape(step.rule)}}}: {escape(step.justification.rstrip('.'))}"
    used = f" [{reasons(step)}]" if reasons(step) else ""
    return f"{formula}\\\\\n    {because}{used}; {check_words(step.check)}."


def _need(assumption: Assumption) -> str:
    model = assumption.countermodel
    sides = f"Left side ${latex(model.left)}$, right side ${latex(model.right)}$."
    return f"``{escape(assumption.name)}'' dropped: {escape(countermodel_words(model))} {sides}"


def _equation(statement: sp.Basic | None) -> str:
    return "\\begin{equation*}\n" + latex(statement) + "\n\\end{equation*}"
