"""A claim in, drawn at several widths; what holds as the width grows out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from derive.errors import BadInput
from verify.claim import MOST_UNITS, Claim
from verify.measure import Measurements, Progress, family, measure
from verify.power import Power, power
from verify.problem import Problem, resolve
from verify.run import claim_json
from verify.statistics import pooled_estimate
from verify.width_sweep.composition import composition
from verify.width_sweep.fit import SKEWED, SYMMETRIC, Point, amplified, fewest
from verify.width_sweep.outcome import concluded
from verify.width_sweep.result import Conclusion, Line, Sweep
from verify.workers import one_thread_each

_WORST: tuple[Conclusion, ...] = (
    "theory refuted",
    "inconclusive",
    "confirmed with a finite-width effect",
    "confirmed",
)


@dataclass(frozen=True)
class _Stop:
    """One width of a sweep: the problem there, its plan, and how many networks are drawn."""

    problem: Problem
    plan: Power
    networks: int


def sweep(claim: Claim, widths: Sequence[int], progress: Progress | None = None) -> Sweep:
    """Draw a claim at three widths or more, all layers of a net having the same, and extrapolate in 1/n.

    The pooled estimate of (g/g*)^2 of each direction is fitted by a line in 1/n (by 1/sqrt(n) and 1/n where the
    law of the weights is not symmetric, which takes four widths). Outcomes: "confirmed" (the intercept's interval
    lies inside the margin), "confirmed with a finite-width effect" (the slope is not zero either; its size is given
    at the claim's own width), "theory refuted" (the interval lies outside), else "inconclusive".
    `claim.replicates` networks are drawn per width, or as many as the intercept needs. `progress(done, total)`
    counts networks of all widths. Raises `BadInput` for too few widths, and what `verify` raises.

    >>> from derive.catalogue import activation
    >>> claim = Claim(activation("identity"), widths=(16,) * 3, direction="forward", margin=0.05, confidence=0.99)
    >>> sweep(claim, (8, 16, 32)).outcome
    'confirmed'
    """
    if claim.weights.shared:
        raise BadInput(
            f"under the law {claim.weights.name} all units of a layer are one, whatever the width: nothing is left to "
            "sweep; test one width"
        )
    with one_thread_each() as threads:
        problem, stops = resolve(claim), _stops(claim, _checked(widths, claim))
        total, done, found = sum(stop.networks for stop in stops), 0, []
        for stop in stops:
            found.append(_measured(stop, progress, done, total, threads))
            done += stop.networks
    lines = tuple(_line(problem, direction, stops, found) for direction in problem.directions)
    outcome = min((line.outcome for line in lines), key=_WORST.index)
    return Sweep(
        claim=claim_json(problem),
        widths=tuple(stop.problem.claim.widths[0] for stop in stops),
        lines=lines,
        outcome=outcome,
        statement="; ".join(line.statement for line in lines),
        composition=_composed(problem, stops, found),
    )


def _checked(widths: Sequence[int], claim: Claim) -> list[int]:
    different = sorted(set(widths))
    needed = fewest(_powers(claim))
    if len(different) < needed:
        raise BadInput(
            f"a sweep over {len(different)} widths leaves nothing to test its curve with: give {needed} different "
            "widths or more"
        )
    least = max(4, claim.batch + 2)
    if different[0] < least or different[-1] > MOST_UNITS:
        raise BadInput(
            f"widths {different[0]} to {different[-1]}: a sweep needs {least} to {MOST_UNITS} units a layer; "
            "change the widths or the batch"
        )
    return different


def _stops(claim: Claim, widths: Sequence[int]) -> list[_Stop]:
    """Each width with its share of networks: the same standard error at all of them."""
    problems = [resolve(replace(claim, widths=(width,) * (claim.depth + 1))) for width in widths]
    plans = [power(problem) for problem in problems]
    if claim.replicates is not None:
        return [_Stop(p, plan, claim.replicates) for p, plan in zip(problems, plans, strict=True)]
    more = amplified(widths, _powers(claim))
    return [_Stop(p, plan, math.ceil(more * plan.planned)) for p, plan in zip(problems, plans, strict=True)]


def _powers(claim: Claim) -> tuple[float, ...]:
    """The powers of 1/n by which non-Gaussian pre-activations approach their limit (Edgeworth's expansion): skewed
    weights leave a third cumulant of order 1/sqrt(n) and a fourth of order 1/n, symmetric ones the fourth."""
    return SYMMETRIC if claim.weights.symmetric else SKEWED


def _measured(stop: _Stop, progress: Progress | None, before: int, total: int, threads: int) -> Measurements:
    def report(done: int, _: int) -> None:
        if progress is not None:
            progress(before + done, total)

    found = measure(family(stop.problem), stop.problem, stop.networks, report, threads)
    if found.nets < stop.networks:
        raise KeyboardInterrupt
    return found


def _line(problem: Problem, direction: str, stops: list[_Stop], found: list[Measurements]) -> Line:
    points = [_point(stop, one, direction) for stop, one in zip(stops, found, strict=True)]
    return concluded(problem, direction, points, _powers(problem.claim))


def _composed(problem: Problem, stops: list[_Stop], found: list[Measurements]) -> dict[str, Any] | None:
    if "backward" not in problem.directions or problem.stability.kind not in ("stable", "neutral"):
        return None
    claim, widths = problem.claim, [stop.problem.claim.widths[0] for stop in stops]
    whole = composition(widths, found, _powers(claim), claim.confidence, max(claim.widths[1:]))
    return None if whole is None else whole.to_json()


def _point(stop: _Stop, found: Measurements, direction: str) -> Point:
    moments = found.increments[direction].scaled(stop.problem.ratio(direction))
    estimate = pooled_estimate(moments, np.array(stop.plan.variances[direction]))
    width = stop.problem.claim.widths[0]
    if estimate is None:
        raise BadInput(
            f"at width {width} no layer had two networks with a signal to measure: give larger widths"
        )
    return Point(width, found.nets, estimate.mean, estimate.standard_error, estimate.freedom)
