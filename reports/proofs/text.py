"""A proof for the terminal: no line wider than 96 columns unless a formula is."""

from __future__ import annotations

from textwrap import fill

from derive.proof.statement import Assumption, Setting, Step, Theorem
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
from reports.render.text import RELATIONS, TextPrinter, text

WIDTH = 96


def write(theorem: Theorem) -> str:
    """The theorem as text."""
    parts = [
        f"{theorem.title}\n{'=' * len(theorem.title)}\n{_fill(theorem.summary)}",
        _section("Setting", [_setting(s) for s in theorem.setting]),
        _section("Assumptions", [_assumption(a) for a in theorem.assumptions]),
        _section("Derivation", [_step(step, on) for step, on in continued(theorem)]),
        _section("Conclusion", [f"  {text(theorem.conclusion)}", *_condition(theorem)]),
        _section("Why each assumption is needed", _needs(theorem)),
        _section("Remarks", [_item(remark) for remark in theorem.remarks]),
    ]
    return "\n\n".join(part for part in parts if part)


def _fill(prose: str, first: str = "", rest: str | None = None) -> str:
    return fill(prose, WIDTH, initial_indent=first, subsequent_indent=first if rest is None else rest)


def _section(title: str, blocks: list[str]) -> str:
    return "\n".join([title, "-" * len(title), *blocks]) if blocks else ""


def _item(prose: str) -> str:
    return _fill(prose, "  - ", "    ")


def _setting(setting: Setting) -> str:
    formula = "" if setting.formula is None else f"\n        {text(setting.formula)}"
    return _item(setting.statement) + formula


def _assumption(assumption: Assumption) -> str:
    head = _fill(
        f"{assumption.statement}  ({step_words(assumption.steps)})", f"  {assumption.id:<4}", " " * 6
    )
    return head if assumption.formula is None else f"{head}\n        {text(assumption.formula)}"


def _step(step: Step, continues: bool) -> str:
    label = f"  ({step.number})".ljust(7)
    left = "" if continues else _broken(step.before, "", TextPrinter()) + f"\n{' ' * 7}"
    sign = RELATIONS[shown_relation(step)]
    printer = TextPrinter(approximate=is_approximate(step))
    used = f" [{reasons(step)}]" if reasons(step) else ""
    because = f"{step.rule}: {step.justification.rstrip('.')}{used}; {check_words(step.check)}"
    return f"{label}{left}{_broken(step.after, f'{sign} ', printer)}\n{_fill(because, ' ' * 11)}"


def _broken(expr: object, sign: str, printer: TextPrinter) -> str:
    """A formula, cut before signs where it is wider than the line."""
    lines: list[str] = []
    for part in printer.parts(expr):
        if lines and len(lines[-1]) + len(part) < WIDTH - 8:
            lines[-1] += f" {part}"
        else:
            lines.append(part)
    return sign + f"\n{' ' * (7 + len(sign))}".join(lines)


def _needs(theorem: Theorem) -> list[str]:
    return [_fill(MINIMAL, "  "), *map(_need, theorem.assumptions)] if theorem.assumptions else []


def _need(assumption: Assumption) -> str:
    model = assumption.countermodel
    world = _fill(
        f'"{assumption.name}" dropped: {countermodel_words(model)}', f"  {assumption.id:<4}", " " * 6
    )
    return f"{world}\n        left side {text(model.left)}, right side {text(model.right)}"


def _condition(theorem: Theorem) -> list[str]:
    found = condition(theorem)
    return [] if found is None else [f"  {EXACTLY_WHERE}  {text(found)}"]
