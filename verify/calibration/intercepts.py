"""Claims that hold as the width grows: the intercept of a line in 1/n, swept over and over.

Weights that are not Gaussian make pre-activations that are not, so what is measured is off by O(1/n), and an
interval at one width need not hold the truth. That of the intercept should.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from statistics import fmean, stdev

from verify.calibration.cases import Case, row, same
from verify.calibration.limits import Count
from verify.levels import POWER
from verify.problem import resolve
from verify.width_sweep.fit import GATE
from verify.width_sweep.run import sweep

CONFIDENCE = 0.99
# Widths of a sweep.
WIDTHS = (16, 32, 64)
_DEPTH = 3


def intercept_cases() -> tuple[Case, ...]:
    """Claims that are exact in the limit only."""
    return tuple(
        replace(
            row(function, same(WIDTHS[-1], _DEPTH), direction, 0.03, law=law),
            name=f"{function}, {direction}, {law}",
        )
        for function, direction, law in (
            ("tanh", "forward", "uniform"),
            ("tanh", "backward", "uniform"),
            ("relu", "backward", "uniform"),
            ("selu", "forward", "uniform"),
            ("tanh", "forward", "rademacher"),
            ("gelu", "forward", "rademacher"),
            ("gelu", "forward", "student_t"),
            ("gelu", "forward", "truncated_normal"),
            ("gelu", "forward", "sparse"),
            ("tanh", "forward", "orthogonal"),
        )
    )


@dataclass(frozen=True)
class Swept:
    """Sweeps of one case at one error of the gain (in margins): a task."""

    case: int
    error: int
    seeds: range


@dataclass(frozen=True)
class Line:
    """What one sweep found: the outcome, whether the intercept's interval misses the truth, and the line itself,
    relative to the truth."""

    outcome: str
    missed: bool
    intercept: float
    slope: float


def sweeps(task: Swept) -> list[Line]:
    """All sweeps of a task."""
    return [_line(task, seed) for seed in task.seeds]


def _line(task: Swept, seed: int) -> Line:
    case = intercept_cases()[task.case]
    claim, factor = replace(case.claim, confidence=CONFIDENCE, seed=seed), 1 + task.error * case.margin
    if task.error:
        right = resolve(claim)
        claim = replace(claim, gain=right.gain * factor, bias_variance=right.bias_variance)
    (found,) = sweep(claim, WIDTHS).lines
    low, high = found.interval
    return Line(
        outcome=found.outcome,
        missed=not low <= factor**2 <= high,
        intercept=found.fit.intercept / factor**2,
        slope=found.fit.coefficients[1] / factor**2,
    )


def tasks(each: int, seed: int) -> list[Swept]:
    """`each` sweeps of every case with the right gain, half as many at twice the margin."""
    made = []
    for number in range(len(intercept_cases())):
        start = (seed * len(intercept_cases()) + number) * 10**6
        made.append(Swept(number, 0, range(start, start + each)))
        made.append(Swept(number, 2, range(start + each, start + each + (each + 1) // 2)))
    return made


Found = tuple[tuple[Swept, tuple[Line, ...]], ...]


def intercept_checks(found: Found) -> list[Count]:
    """Intervals hold the truth; the right gain is confirmed, and one that is off by twice the margin refuted.

    A true line is refused by the gate with probability GATE, and then the sweep says nothing.
    """
    lines = [(task, line) for task, part in found for line in part]
    right = [line.outcome for task, line in lines if task.error == 0]
    wrong = [line.outcome for task, line in lines if task.error != 0]
    missed, undecided = sum(line.missed for _, line in lines), GATE + 1 - POWER
    group, not_confirmed = "intercepts", sum(not outcome.startswith("confirmed") for outcome in right)
    return [
        Count(
            group, f"interval at {100 * CONFIDENCE:g}% misses the truth", len(lines), missed, 1 - CONFIDENCE
        ),
        Count(group, "not confirmed at zero error", len(right), not_confirmed, undecided),
        Count(
            group,
            "not refuted at twice the margin",
            len(wrong),
            sum(outcome != "theory refuted" for outcome in wrong),
            undecided,
        ),
    ]


def mean_with_error(values: list[float]) -> tuple[float, float]:
    """The mean and its standard error.

    >>> mean_with_error([1.0, 2.0, 3.0, 4.0])[0]
    2.5
    """
    return fmean(values), stdev(values) / sqrt(len(values))
