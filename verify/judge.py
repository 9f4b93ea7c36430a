"""From increments to tests and a verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from verify.accumulate import Moments
from verify.levels import Levels
from verify.power import Power
from verify.problem import Problem
from verify.statistics import (
    Band,
    Estimate,
    Outcome,
    composite_p,
    far_tail,
    holm,
    interval,
    layer_estimates,
    outcome,
    pooled_estimate,
)
from verify.verdict import TestRow

# Beyond this many more networks the estimate is on the border of the margin as far as anyone can tell.
_MANY = 10**9


@dataclass(frozen=True)
class Judgement:
    """The verdict of all tests, with what decided it in words."""

    verdict: Outcome
    rows: tuple[TestRow, ...]
    reasons: tuple[str, ...]
    more_replicates: int | None


def judge(problem: Problem, plan: Power, increments: Mapping[str, Moments], nets: int) -> Judgement:
    """Test every direction as a whole and layer by layer. `increments` are without the constant (g/g*)^2."""
    claim = problem.claim
    measured = {d: increments[d].scaled(problem.ratio(d)) for d in problem.directions}
    pooled = {d: pooled_estimate(m, np.array(plan.variances[d])) for d, m in measured.items()}
    layers = {d: layer_estimates(m) for d, m in measured.items()}
    band = Band.of(claim.margin)
    levels = Levels(1 - claim.confidence, len(measured), max(1, sum(e is not None for es in layers.values() for e in es)))
    whole = [_whole_row(d, e, levels, band, measured[d]) for d, e in pooled.items() if e is not None]
    level = levels.layers_after(sum(far_tail(e, levels.pooled_tail, band) for e in pooled.values() if e is not None))
    each = _layer_rows(problem, layers, measured, levels, level, band)
    verdict = _combined(whole, each, len(problem.directions))
    more = _more_replicates(whole, levels, band, nets, plan) if verdict == "inconclusive" else None
    return Judgement(verdict, (*whole, *each), _reasons(whole, each, problem, more), more)


def _whole_row(direction: str, estimate: Estimate, levels: Levels, band: Band, moments: Moments) -> TestRow:
    bounds = interval(estimate, levels.pooled_tail)
    return TestRow(
        name=f"{direction}, all layers",
        direction=direction,
        layer=None,
        estimate=estimate.mean,
        standard_error=estimate.standard_error,
        degrees_of_freedom=estimate.freedom,
        predicted=1.0,
        interval=bounds,
        p_value=composite_p(estimate, band),
        adjusted_p_value=None,
        verdict=outcome(bounds, band),
        networks=int(moments.count.max()),
    )


def _layer_rows(
    problem: Problem,
    layers: Mapping[str, list[Estimate | None]],
    measured: Mapping[str, Moments],
    levels: Levels,
    level: float,
    band: Band,
) -> list[TestRow]:
    """Rows of all layers that have data; one refutes if its Holm-adjusted p-value is at most `level`."""
    found = [(d, i, e) for d, estimates in layers.items() for i, e in enumerate(estimates) if e is not None]
    p_values = [composite_p(e, band) for _, _, e in found]
    adjusted = holm(p_values)
    return [
        _layer_row(problem, d, i, e, interval(e, levels.layer_tail), p, a, a <= level, int(measured[d].count[i]))
        for (d, i, e), p, a in zip(found, p_values, adjusted, strict=True)
    ]


def _layer_row(
    problem: Problem,
    direction: str,
    index: int,
    estimate: Estimate,
    bounds: tuple[float, float],
    p_value: float,
    adjusted: float,
    refuted: bool,
    networks: int,
) -> TestRow:
    units = problem.claim.widths[index] if direction == "forward" else problem.claim.widths[index + 1]
    factor = units / problem.fans[index]
    return TestRow(
        name=f"{direction}, layer {index + 1}",
        direction=direction,
        layer=index + 1,
        estimate=estimate.mean,
        standard_error=estimate.standard_error,
        degrees_of_freedom=estimate.freedom,
        predicted=1.0,
        interval=bounds,
        p_value=p_value,
        adjusted_p_value=adjusted,
        verdict="refuted" if refuted else "inconclusive",
        networks=networks,
        factor=factor * estimate.mean,
        factor_interval=(factor * bounds[0], factor * bounds[1]),
        predicted_factor=factor,
    )


def _combined(whole: list[TestRow], each: list[TestRow], directions: int) -> Outcome:
    if any(row.verdict == "refuted" for row in (*whole, *each)):
        return "refuted"
    all_confirmed = len(whole) == directions and all(row.verdict == "confirmed" for row in whole)
    return "confirmed" if all_confirmed else "inconclusive"


def _more_replicates(whole: list[TestRow], levels: Levels, band: Band, nets: int, plan: Power) -> int:
    """How many more networks would decide if the estimates stayed: at least what the plan still lacks."""
    needed = plan.planned
    for row in whole:
        gap = min(abs(row.estimate - band.low), abs(row.estimate - band.high))
        t = float(stdtrit(row.degrees_of_freedom, 1 - levels.pooled_tail))
        if row.verdict == "inconclusive":
            needed = max(needed, math.ceil(nets * min(_MANY, (t * row.standard_error / max(gap, 1e-12)) ** 2)))
    return max(1, min(needed, _MANY) - nets)


def _reasons(whole: list[TestRow], each: list[TestRow], problem: Problem, more: int | None) -> tuple[str, ...]:
    margin = f"{100 * problem.claim.margin:g}%"
    reasons = [_reason(row, margin) for row in whole]
    missing = [d for d in problem.directions if d not in {row.direction for row in whole}]
    reasons += [f"{d}: no layer had two networks with a signal to measure" for d in missing]
    reasons += [f"{r.name}: {_error(r)}, outside {margin} (Holm-adjusted)" for r in each if r.verdict == "refuted"][:5]
    if more is not None:
        reasons.append(f"about {more} more replicates would decide")
    return tuple(reasons)


def _reason(row: TestRow, margin: str) -> str:
    place = {"confirmed": "inside", "refuted": "wholly outside", "inconclusive": "across the border of"}
    return f"{row.direction}: {_error(row)}, {place[row.verdict]} the margin of {margin}"


def _error(row: TestRow) -> str:
    """The error of the gain as a percentage, with its interval."""
    low, middle, high = (
        100 * (math.copysign(math.sqrt(abs(r)), r) - 1) for r in (row.interval[0], row.estimate, row.interval[1])
    )
    return f"the gain is off by {middle:+.3f}% (interval {low:+.3f}% to {high:+.3f}%)"
