"""The first page: title, the condition in large mathematics, the verdict at a glance, the summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import sympy as sp

from reports.document.pieces import Json, Run, parts, rich
from reports.document.words import TONES, capital, count, error, error_interval, plain_percent
from reports.plan import Document, Outcome, Plan, overall

if TYPE_CHECKING:
    from verify import TestRow


def document_data(plan: Plan, document: Document, outcomes: tuple[Outcome, ...], digest: str) -> Json:
    """All that the template reads."""
    return {
        "title": plan.title,
        "subtitle": document.subtitle,
        "eyebrow": "Derivation, certificate and measurement",
        "keywords": ["initialisation", "gain", "variance", plan.name],
        "description": f"{plan.title}: derived, certified and measured by gainproof.",
        "footer": digest[:16],
        "result": document.result,
        "verdict": verdict_card(outcomes),
        "summary": document.summary,
        "sections": document.sections,
    }


def result_card(label: str, formulas: Sequence[sp.Basic], *note: Run) -> Json:
    """The dark card: one or more conditions, and a note in small type."""
    return {"label": label, "formulas": [parts(formula) for formula in formulas], "note": rich(*note)}


def verdict_card(outcomes: tuple[Outcome, ...]) -> Json:
    """What was measured: each claim with its interval, then margin, confidence and controls."""
    verdict = overall(outcomes)
    rows = [_row(outcome, test) for outcome in outcomes for test in outcome.verdict.pooled]
    return {"badge": verdict, "tone": TONES[verdict], "rows": rows, "terms": _terms(outcomes)}


def _row(outcome: Outcome, test: TestRow) -> Json:
    return {
        "claim": f"{capital(outcome.trial.label)}, {test.direction}",
        "error": error(test),
        "interval": error_interval(test.interval),
        "tone": tone(outcome, test.verdict),
    }


def tone(outcome: Outcome, verdict: str) -> str:
    """The colour of a verdict: a refutation is good news where the report claims the failure."""
    return "good" if outcome.trial.fails and verdict == "refuted" else TONES[verdict]


def _terms(outcomes: tuple[Outcome, ...]) -> list[Json]:
    if not outcomes:
        return rich("No gain holds a direction here, so no network was drawn. The reason is certified.")
    claim = outcomes[0].verdict.claim
    networks = sum(outcome.verdict.provenance["replicates"] for outcome in outcomes)
    controls = all(outcome.verdict.negative_control["passed"] for outcome in outcomes)
    drawn = (
        f"Margin ±{plain_percent(claim['margin'])} of the gain, confidence {plain_percent(claim['confidence'])}, "
        f"{count(networks, 'network')}."
    )
    if any(outcome.trial.fails for outcome in outcomes):
        return rich(f"{drawn} What is claimed is that the condition fails.")
    return rich(
        f"{drawn} Theories off by {plain_percent(2 * claim['margin'])} are "
        f"{'refuted by the same draws, as they must be.' if controls else 'NOT all refuted: the run was too small.'}"
    )
