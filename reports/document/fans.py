"""The section on unequal widths: every layer's factor, forward and backward, under each way to count the fan."""

from __future__ import annotations

from itertools import pairwise

import sympy as sp

from reports.document.pieces import Json, cell, column, digits, figure, paragraph, table
from reports.document.words import count, network, plain_percent
from reports.figures import fans as fans_figure
from reports.plan import Outcome
from verify import TestRow

_N_IN, _N_OUT = sp.symbols("n_in n_out")
FILE = "fans.svg"


def section(outcomes: tuple[Outcome, ...]) -> tuple[Json, dict[str, bytes]]:
    """The section and its picture. Each outcome is one fan mode on the same widths, in both directions."""
    widths = outcomes[0].verdict.claim["widths"]
    shapes = [f"{n_in} → {n_out}" for n_in, n_out in pairwise(widths)]
    picture = fans_figure.draw(shapes, *([_mode(o, d) for o in outcomes] for d in ("forward", "backward")))
    blocks = [_method(outcomes, widths), _picture(), _table(outcomes, shapes)]
    return {"title": "The conflict and the compromise, measured", "blocks": blocks}, {FILE: picture}


def _method(outcomes: tuple[Outcome, ...], widths: list[int]) -> Json:
    networks = sum(outcome.verdict.provenance["replicates"] for outcome in outcomes)
    return paragraph(
        f"{count(networks, 'network').capitalize()} of {network(widths)} are drawn "
        f"({outcomes[0].verdict.claim['sampling']}), with weights of variance 1/fan, the fan counted in "
        f"{count(len(outcomes), 'way')}. In every layer the second moment per unit is multiplied by ",
        _N_IN,
        "/fan going forward and by ",
        _N_OUT,
        "/fan going backward. One choice is exact forward, one backward, and the average makes equal and opposite "
        "errors in both.",
    )


def _mode(outcome: Outcome, direction: str) -> fans_figure.Mode:
    rows = outcome.verdict.layers(direction)
    return fans_figure.Mode(
        name=outcome.verdict.claim["mode"],
        measured=[row.factor or 0.0 for row in rows],
        predicted=[row.predicted_factor or 0.0 for row in rows],
        intervals=[row.factor_interval or (0.0, 0.0) for row in rows],
    )


def _picture() -> Json:
    alt = "Measured and predicted factor of every layer under fan_in, fan_out and fan_avg, forward and backward."
    return figure(
        FILE,
        alt,
        "The factor of each layer. Bars: predicted. Points and lines: measured, with joint intervals. At 1 the second "
        "moment passes unchanged.",
    )


def _table(outcomes: tuple[Outcome, ...], shapes: list[str]) -> Json:
    columns = [column("Layer"), column("Fan"), *(_pair("Forward", _N_IN)), *(_pair("Backward", _N_OUT))]
    rows = [_row(o, index, shape) for index, shape in enumerate(shapes) for o in outcomes]
    confidence = outcomes[0].verdict.claim["confidence"]
    return table(
        columns,
        rows,
        f"Predicted and measured factors. Intervals hold together over a run (confidence {plain_percent(confidence)}).",
        breakable=True,
    )


def _pair(direction: str, size: sp.Symbol) -> list[Json]:
    return [column([f"{direction}: ", size, "/fan"], "right"), column("measured", "right", wide=True)]


def _row(outcome: Outcome, index: int, shape: str) -> list[Json]:
    ways = [outcome.verdict.layers(direction)[index] for direction in ("forward", "backward")]
    first = cell(shape) if outcome.verdict.claim["mode"] == "fan_in" else cell("")
    return [first, cell(outcome.verdict.claim["mode"]), *(part for way in ways for part in _measured(way))]


def _measured(row: TestRow) -> list[Json]:
    low, high = row.factor_interval or (0.0, 0.0)
    shown = f"{row.factor or 0.0:#.4g} ({low:#.3g}–{high:#.3g})"
    return [digits(f"{row.predicted_factor or 0.0:#.5g}"), digits(shown)]
