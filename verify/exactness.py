"""What is exact at a finite width, and what a verdict means where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from verify.problem import Problem
from verify.statistics import Outcome
from verify.verdict import TestRow


def exactness(problem: Problem) -> str:
    """What the expectation of the increments rests on, in words."""
    if problem.claim.weights.gaussian:
        return "exact at every width: weights and biases are Gaussian"
    if is_exact(problem, "forward"):
        return (
            "forward exact at every width (symmetric law, activation of degree 1); backward up to O(1/width)"
        )
    return "up to O(1/width): pre-activations are Gaussian only in the limit where the weights are not"


def is_exact(problem: Problem, direction: str) -> bool:
    """Whether the expectation of a direction's increments holds at every width (see `verify.increments`)."""
    law = problem.claim.weights
    symmetric_enough = problem.claim.activation.degree_one is not None and law.symmetric
    return law.gaussian or (direction == "forward" and symmetric_enough and not law.shared)


def finite_width(problem: Problem, verdict: Outcome, rows: Sequence[TestRow]) -> dict[str, Any]:
    """Which directions are exact here, and what that says about the verdict: None where nothing has to be added."""
    exact = {direction: is_exact(problem, direction) for direction in problem.directions}
    return {
        "exact": exact,
        "note": _note(problem, verdict, [row for row in rows if not exact[row.direction]]),
    }


def _note(problem: Problem, verdict: Outcome, inexact: Sequence[TestRow]) -> str | None:
    if problem.claim.weights.shared:
        return None
    if verdict == "refuted" and any(row.verdict == "refuted" for row in inexact):
        return (
            "refuted at this width: weights that are not Gaussian meet the condition up to a finite-width effect "
            "only, so either the theory is wrong or the width is small; a sweep over widths tells them apart"
        )
    seen = [r for r in inexact if r.layer is None and not r.interval[0] <= 1 <= r.interval[1]]
    if verdict == "confirmed" and seen:
        sizes = ", ".join(f"{100 * (row.estimate**0.5 - 1):+.3f}% {row.direction}" for row in seen)
        return (
            f"confirmed with a finite-width effect: at this width the gain is off by {sizes}, inside the margin, where "
            "weights that are not Gaussian are exact in the limit only; a sweep over widths shows how it falls"
        )
    return None
