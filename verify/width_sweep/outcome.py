"""From a curve in 1/n to one of three outcomes, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from verify.problem import Problem
from verify.statistics import Band, outcome
from verify.width_sweep.fit import Fit, Point, gated
from verify.width_sweep.result import Conclusion, Line

SWEPT = "the pooled estimate of (g/g*)^2 from the increments of all layers, every layer having the width n"
_MOST = 1e6


def concluded(problem: Problem, direction: str, points: Sequence[Point], powers: tuple[float, ...]) -> Line:
    """The line of a direction. `problem` is the claim's own, at its own widths."""
    claim, band = problem.claim, Band.of(problem.claim.margin)
    fit, alpha = gated(points, powers), (1 - problem.claim.confidence) / len(problem.directions)
    interval, width = fit.interval(alpha / 2), max(claim.widths[1:])
    effect, error = _effect(fit, width)
    decided = _decided(fit, interval, band, alpha)
    more = _more(fit, interval, band) if decided == "inconclusive" and fit.passed else None
    return Line(
        direction=direction,
        swept=SWEPT,
        points=tuple(sorted(points, key=lambda point: point.width)),
        fit=fit,
        interval=interval,
        outcome=decided,
        at_width=width,
        effect=effect,
        effect_error=error,
        more=more,
        statement=f"{direction}: {_statement(decided, fit, interval, (width, effect, error), more)}",
    )


def _decided(fit: Fit, interval: tuple[float, float], band: Band, alpha: float) -> Conclusion:
    """Nothing is read off a curve that the points do not lie on."""
    if not fit.passed:
        return "inconclusive"
    found = outcome(interval, band)
    if found == "confirmed":
        return "confirmed with a finite-width effect" if fit.width_p_value <= alpha else "confirmed"
    return "theory refuted" if found == "refuted" else "inconclusive"


def _effect(fit: Fit, width: int) -> tuple[float, float]:
    """The relative error of the gain that being finite makes at a width, with its standard error."""
    share, error = fit.share(width)
    return math.sqrt(max(0.0, 1 + share)) - 1, error / 2


def _more(fit: Fit, interval: tuple[float, float], band: Band) -> float:
    """How many times as many networks would decide, if the intercept stayed where it is."""
    gap = min(abs(fit.intercept - band.low), abs(fit.intercept - band.high))
    half = (interval[1] - interval[0]) / 2
    return min(_MOST, max(1.1, (half / max(gap, 1e-12)) ** 2))


def _statement(
    decided: Conclusion,
    fit: Fit,
    interval: tuple[float, float],
    effect: tuple[int, float, float],
    more: float | None,
) -> str:
    left_out = (
        f", width {fit.dropped[0]} left out since all widths do not lie on the curve" if fit.dropped else ""
    )
    order = "1/n" if fit.powers[0] == 1 else "1/sqrt(n)"
    if not fit.passed:
        return (
            f"inconclusive: the estimates do not lie on a curve in {order} (p = {fit.p_value:.1g}{left_out}); "
            "give larger widths, where what the curve leaves out is smaller"
        )
    limit = (
        f"as n grows the gain is off by {_percent(fit.intercept)} "
        f"(interval {_percent(interval[0])} to {_percent(interval[1])}{left_out})"
    )
    width, size, error = effect
    parts = {
        "confirmed": f"confirmed: {limit}, and no effect of the width is seen",
        "confirmed with a finite-width effect": (
            f"confirmed with a finite-width effect: {limit}, and at width {width} by {100 * size:+.3g}% "
            f"(standard error {100 * error:.1g}%) for being finite, of order {order}"
        ),
        "theory refuted": f"theory refuted: {limit}, which no width explains",
        "inconclusive": f"inconclusive: {limit}, across the border of the margin",
    }
    advice = "" if more is None else f"; about {more:.2g} times as many networks would decide"
    return parts[decided] + advice


def _percent(value: float) -> str:
    """The error of the gain of an estimate of (g/g*)^2."""
    return f"{100 * (math.copysign(math.sqrt(abs(value)), value) - 1):+.3g}%"
