"""The section of verdicts, with the negative controls set apart."""

from __future__ import annotations

from typing import Any

from reports.document.cover import tone
from reports.document.pieces import Json, badge_cell, cell, column, digits, figure, heading, paragraph, table
from reports.document.words import capital, error, error_interval, plain_percent
from reports.document.words import percent as signed
from reports.figures import intervals as intervals_figure
from reports.plan import Outcome
from reports.verdicts import gain_error


def section(outcomes: tuple[Outcome, ...]) -> tuple[Json, dict[str, bytes]]:
    """The section and its picture."""
    margin = outcomes[0].verdict.claim["margin"]
    controls = _control_blocks(outcomes, margin)
    blocks = [
        paragraph(
            "The error is that of the gain against what theory asks for in each layer. A claim is confirmed where the "
            "interval of this error lies inside the margin, refuted where it lies wholly outside or a single layer's "
            "does after Holm's correction, and inconclusive otherwise."
        ),
        _table(outcomes),
        *controls,
    ]
    drawn = {"intervals.svg": intervals_figure.draw(_figure_rows(outcomes), 100 * margin)} if controls else {}
    return {"title": "Verdict", "blocks": blocks}, drawn


def _control_blocks(outcomes: tuple[Outcome, ...], margin: float) -> list[Json]:
    """Of runs that claim a condition; where its failure is claimed, a theory off by the margin controls nothing."""
    if any(outcome.trial.fails for outcome in outcomes):
        return []
    passed = all(_passed(outcome) for outcome in outcomes)
    return [
        heading("Negative control", 2),
        paragraph(
            "A test that cannot fail proves nothing. So the same draws are held against a theory whose gain is off by ",
            f"{plain_percent(2 * margin)}, twice the margin, in either direction. Each must be refuted",
            ", and is." if passed else "; here not every one is, so the run was too small.",
        ),
        figure(
            "intervals.svg",
            "Intervals of the claims inside the margin, and of the controls outside.",
            _caption(),
        ),
        _controls(outcomes),
    ]


def _passed(outcome: Outcome) -> bool:
    return bool(outcome.verdict.negative_control["passed"])


def _table(outcomes: tuple[Outcome, ...]) -> Json:
    columns = [
        column("Claim", wide=True),
        column("Networks", "right"),
        column("Gain off by", "right"),
        column("Interval", "right"),
        column("Margin", "right"),
        column("Verdict"),
    ]
    rows = [_row(o, test) for o in outcomes for test in o.verdict.pooled]
    return table(columns, rows, "All claims, each over all layers together.")


def _row(outcome: Outcome, test: Any) -> list[Json]:
    return [
        cell(f"{capital(outcome.trial.label)}, {test.direction}"),
        digits(str(test.networks)),
        digits(error(test)),
        digits(error_interval(test.interval)),
        digits(f"±{plain_percent(outcome.verdict.claim['margin'])}"),
        badge_cell(test.verdict, tone(outcome, test.verdict)),
    ]


def _figure_rows(outcomes: tuple[Outcome, ...]) -> list[intervals_figure.Row]:
    rows = []
    for outcome in outcomes:
        label = outcome.trial.label
        rows += [
            _interval(f"{label}, {t.direction}", t.estimate, t.interval, False)
            for t in outcome.verdict.pooled
        ]
    for outcome in outcomes:
        for run in _measured_controls(outcome):
            label = f"{outcome.trial.label}, {run['direction']}, {signed(100 * run['planted_error'], 1)}"
            rows.append(_interval(label, run["estimate"], run["interval"], True))
    return rows


def _interval(label: str, estimate: float, bounds: Any, control: bool) -> intervals_figure.Row:
    low, high = (gain_error(end) for end in bounds)
    return intervals_figure.Row(label, gain_error(estimate), (low, high), control)


def _measured_controls(outcome: Outcome) -> list[Json]:
    return [run for run in outcome.verdict.negative_control["runs"] if run["estimate"] is not None]


def _caption() -> str:
    return (
        "Green: the claims. Red: the controls, with the error that was planted. A control must lie wholly outside the "
        "margin, which is shaded."
    )


def _controls(outcomes: tuple[Outcome, ...]) -> Json:
    columns = [
        column("Control on the draws of", wide=True),
        column("Planted error", "right"),
        column("Found", "right"),
        column("Interval", "right"),
        column("Must be refuted"),
    ]
    rows = [_control(o, run) for o in outcomes for run in _measured_controls(o)]
    return table(columns, rows, "Theories that are wrong by twice the margin.", breakable=True)


def _control(outcome: Outcome, run: Json) -> list[Json]:
    refuted = run["verdict"] == "refuted"
    return [
        cell(f"{capital(outcome.trial.label)}, {run['direction']}"),
        digits(signed(100 * run["planted_error"], 1)),
        digits(signed(gain_error(run["estimate"]))),
        digits(error_interval(run["interval"])),
        badge_cell("and is" if refuted else f"is {run['verdict']}", "good" if refuted else "bad"),
    ]
