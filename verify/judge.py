"""From increments to tests and a verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtrit

from verify.accumulate import Array, Moments
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


@dataclass(frozen=True)
class _Found:
    """An estimate of (g/g*)^2 for a direction, as a whole (layer None) or at a layer (0-based)."""

    direction: str
    layer: int | None
    estimate: Estimate
    networks: int


@dataclass(frozen=True)
class _Rules:
    """What the estimates are held against."""

    problem: Problem
    band: Band
    levels: Levels


def judge(problem: Problem, plan: Power, increments: Mapping[str, Moments], nets: int) -> Judgement:
    """Test each direction as a whole and layer by layer. `increments` are without the constant (g/g*)^2."""
    measured = {d: increments[d].scaled(problem.ratio(d)) for d in problem.directions}
    whole = [found for d, m in measured.items() for found in _whole(d, m, plan.variances[d])]
    layers = [
        found
        for d, m in measured.items()
        for found in _layers(d, m, problem.ratio(d) ** 2 * np.array(plan.variances[d]))
    ]
    levels = Levels(1 - problem.claim.confidence, len(measured), max(1, len(layers)))
    rules = _Rules(problem, Band.of(problem.claim.margin), levels)
    rows = [*_whole_rows(whole, rules), *_layer_rows(layers, whole, rules)]
    verdict = _combined(rows, len(problem.directions))
    more = _more_replicates(rows, rules, nets, plan.planned) if verdict == "inconclusive" else None
    return Judgement(verdict, tuple(rows), _reasons(rows, problem, more), more)


def _whole(direction: str, moments: Moments, planned: list[float]) -> list[_Found]:
    """The pooled estimate of a direction: one, or none where no layer has two networks."""
    estimate = pooled_estimate(moments, np.array(planned))
    return [] if estimate is None else [_Found(direction, None, estimate, int(moments.count.max()))]


def _layers(direction: str, moments: Moments, planned: Array) -> list[_Found]:
    """The estimates of the layers that have two networks or more.

    `planned` is the derived variance of one increment at the claim's q. The standard error is at least what it
    gives: where nearly all networks of a narrow net are dead, the few that are left can agree by chance, and
    a sample variance of zero would turn their agreement into certainty.
    """
    return [
        _Found(direction, layer, _floored(estimate, planned[layer], count), count)
        for layer, (estimate, count) in enumerate(
            zip(layer_estimates(moments), moments.count.astype(int).tolist(), strict=True)
        )
        if estimate is not None
    ]


def _floored(estimate: Estimate, planned: float, count: int) -> Estimate:
    return replace(estimate, standard_error=max(estimate.standard_error, math.sqrt(planned / count)))


def _whole_rows(whole: list[_Found], rules: _Rules) -> list[TestRow]:
    rows = []
    for found in whole:
        bounds = interval(found.estimate, rules.levels.pooled_tail)
        rows.append(_row(found, bounds, rules, None, outcome(bounds, rules.band)))
    return rows


def _layer_rows(layers: list[_Found], whole: list[_Found], rules: _Rules) -> list[TestRow]:
    """A layer refutes if its Holm-adjusted p-value is at most the layers' level."""
    far = sum(far_tail(found.estimate, rules.levels.pooled_tail, rules.band) for found in whole)
    level = rules.levels.layers_after(far)
    adjusted = holm([composite_p(found.estimate, rules.band) for found in layers])
    return [
        _row(
            found,
            interval(found.estimate, rules.levels.layer_tail),
            rules,
            p_value,
            "refuted" if p_value <= level else "inconclusive",
        )
        for found, p_value in zip(layers, adjusted, strict=True)
    ]


def _row(
    found: _Found, bounds: tuple[float, float], rules: _Rules, adjusted: float | None, verdict: Outcome
) -> TestRow:
    factor = None if found.layer is None else _predicted_factor(rules.problem, found.direction, found.layer)
    estimate = found.estimate
    return TestRow(
        name=f"{found.direction}, " + ("all layers" if found.layer is None else f"layer {found.layer + 1}"),
        direction=found.direction,
        layer=None if found.layer is None else found.layer + 1,
        estimate=estimate.mean,
        standard_error=estimate.standard_error,
        degrees_of_freedom=estimate.freedom,
        predicted=1.0,
        interval=(max(0.0, bounds[0]), bounds[1]),  # a ratio of squares is not negative
        p_value=composite_p(estimate, rules.band),
        adjusted_p_value=adjusted,
        verdict=verdict,
        networks=found.networks,
        factor=None if factor is None else factor * estimate.mean,
        factor_interval=None if factor is None else (factor * max(0.0, bounds[0]), factor * bounds[1]),
        predicted_factor=factor,
    )


def _predicted_factor(problem: Problem, direction: str, layer: int) -> float:
    """fan_in over the layer's fan forward, fan_out over it backward: 1 where the mode suits the direction."""
    widths = problem.claim.widths
    return widths[layer if direction == "forward" else layer + 1] / problem.fans[layer]


def _combined(rows: list[TestRow], directions: int) -> Outcome:
    if any(row.verdict == "refuted" for row in rows):
        return "refuted"
    confirmed = sum(row.layer is None and row.verdict == "confirmed" for row in rows)
    return "confirmed" if confirmed == directions else "inconclusive"


def _more_replicates(rows: list[TestRow], rules: _Rules, nets: int, planned: int) -> int:
    """How many more networks would decide if the estimates stayed; at least what the plan still lacks."""
    if nets < planned:  # too few to extrapolate from: the plan knows better
        return planned - nets
    needed = planned
    for row in rows:
        if row.layer is None and row.verdict == "inconclusive":
            gap = min(abs(row.estimate - rules.band.low), abs(row.estimate - rules.band.high))
            t = float(stdtrit(row.degrees_of_freedom, 1 - rules.levels.pooled_tail))
            factor = (t * row.standard_error / max(gap, 1e-9)) ** 2
            needed = max(needed, math.ceil(nets * min(factor, _MANY)))
    return max(1, min(needed, _MANY) - nets)


def _reasons(rows: list[TestRow], problem: Problem, more: int | None) -> tuple[str, ...]:
    margin = f"{100 * problem.claim.margin:g}%"
    whole = [row for row in rows if row.layer is None]
    reasons = [f"{r.direction}: {_error(r)}, {_PLACE[r.verdict]} the margin of {margin}" for r in whole]
    missing = [d for d in problem.directions if d not in {row.direction for row in whole}]
    reasons += [f"{d}: no layer had two networks with a signal to measure" for d in missing]
    refuting = [row for row in rows if row.layer is not None and row.verdict == "refuted"]
    reasons += [f"{r.name}: {_error(r)}, outside {margin} (Holm-adjusted)" for r in refuting[:3]]
    if len(refuting) > 3:
        reasons.append(f"{len(refuting)} of {len(rows) - len(whole)} layer tests refute")
    if more is not None:
        reasons.append(f"about {more} more replicates would decide")
    return tuple(reasons)


_PLACE = {
    "confirmed": "inside",
    "refuted": "wholly outside",
    "inconclusive": "across the border of",
}


def _error(row: TestRow) -> str:
    """The error of the gain as a percentage, with its interval."""
    low, middle, high = (
        100 * (math.copysign(math.sqrt(abs(value)), value) - 1)
        for value in (row.interval[0], row.estimate, row.interval[1])
    )
    return f"the gain is off by {_percent(middle)} (interval {_percent(low)} to {_percent(high)})"


def _percent(value: float) -> str:
    return f"{value:+.3f}%" if abs(value) < 1000 else f"{value:+.3g}%"
