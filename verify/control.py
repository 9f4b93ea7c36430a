"""The negative control: the same draws must refute a theory that is off by twice the margin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from verify.accumulate import Moments
from verify.levels import Levels
from verify.power import Power
from verify.problem import Problem
from verify.statistics import Band, Estimate, interval, outcome, pooled_estimate


def negative_control(problem: Problem, plan: Power, increments: Mapping[str, Moments]) -> dict[str, Any]:
    """Re-analyse the increments as if the gain that was drawn were off by twice the margin, either way.

    The planted theory says that the right gain is g / (1 -+ 2 margin), g being the drawn one, so that a wrong
    gain in the claim does not spoil the control. Every direction must come out refuted both times.
    """
    margin = problem.claim.margin
    tail = Levels(1 - problem.claim.confidence, len(problem.directions), 1).pooled_tail
    runs = []
    for direction in problem.directions:
        found = pooled_estimate(increments[direction], np.array(plan.variances[direction]))
        runs += [_planted(direction, found, sign * 2 * margin, tail) for sign in (-1, 1)]
    return {
        "statement": f"a theory whose gain is off by {200 * margin:g}% is refuted by the same draws",
        "passed": all(run["verdict"] == "refuted" for run in runs),
        "runs": runs,
    }


def _planted(direction: str, found: Estimate | None, error: float, tail: float) -> dict[str, Any]:
    """One re-analysis; `error` is -+ twice the margin."""
    facts: dict[str, Any] = {"direction": direction, "planted_error": error, "predicted": 1.0}
    if found is None:
        return facts | {"estimate": None, "standard_error": None, "interval": None, "verdict": "inconclusive"}
    estimate = found.scaled((1 + error) ** 2)
    bounds = interval(estimate, tail)
    return facts | {
        "estimate": estimate.mean,
        "standard_error": estimate.standard_error,
        "interval": list(bounds),
        "verdict": outcome(bounds, Band.of(abs(error) / 2)),
    }
