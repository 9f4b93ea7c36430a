"""The negative control: the same draws must refute a theory that is off by twice the margin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from verify.accumulate import Moments
from verify.levels import Levels
from verify.power import Power
from verify.problem import Problem
from verify.sequential.findings import whole_of
from verify.sequential.information import Information
from verify.statistics import Band, interval, outcome, pooled_estimate


def negative_control(
    problem: Problem,
    plan: Power,
    increments: Mapping[str, Moments],
    information: Mapping[str, Information] | None = None,
) -> dict[str, Any]:
    """Re-analyse the increments as if the gain that was drawn were off by twice the margin, either way.

    The planted theory says that the right gain is g / (1 -+ 2 margin), g being the drawn one, so that a wrong
    gain in the claim does not spoil the control. Every direction must come out refuted both times.
    """
    margin = problem.claim.margin
    tail = Levels(1 - problem.claim.confidence, len(problem.directions), 1).pooled_tail
    runs = []
    for direction in problem.directions:
        for error in (-2 * margin, 2 * margin):
            if information is None:
                found = _fixed(plan, direction, increments[direction], error, tail)
            else:
                found = _sequential(plan, direction, information[direction], error, tail)
            runs.append({"direction": direction, "planted_error": error, "predicted": 1.0} | found)
    return {
        "statement": f"a theory whose gain is off by {200 * margin:g}% is refuted by the same draws",
        "passed": all(run["verdict"] == "refuted" for run in runs),
        "runs": runs,
    }


def _fixed(plan: Power, direction: str, found: Moments, error: float, tail: float) -> dict[str, Any]:
    """One re-analysis by Student's t; `error` is -+ twice the margin."""
    pooled = pooled_estimate(found, np.array(plan.variances[direction]))
    if pooled is None:
        return _NOTHING
    estimate = pooled.scaled((1 + error) ** 2)
    return _read(estimate.mean, estimate.standard_error, interval(estimate, tail), error)


def _sequential(plan: Power, direction: str, found: Information, error: float, tail: float) -> dict[str, Any]:
    """One re-analysis by the confidence sequence."""
    if not found.weight.any():
        return _NOTHING
    evidence = whole_of(plan, direction, found, (1 + error) ** 2, tail)
    low, high = (float(end[0]) for end in evidence.interval())
    return _read(float(evidence.estimate[0]), float(evidence.standard_error[0]), (low, high), error)


_NOTHING = {"estimate": None, "standard_error": None, "interval": None, "verdict": "inconclusive"}


def _read(mean: float, deviation: float, bounds: tuple[float, float], error: float) -> dict[str, Any]:
    return {
        "estimate": mean,
        "standard_error": deviation,
        "interval": list(bounds),
        "verdict": outcome(bounds, Band.of(abs(error) / 2)),
    }
