"""What all layers together do to the gradient, over widths: beside the verdict, never part of it.

Each layer's backward test holds at every width, and yet, unless f is of degree 1, the factors do not compose at a
finite one: what leaves a layer depends on its input. After L layers the squared gradient is off by a part of order
L/n, of either sign. Where q is an unstable fixed point that part grows exponentially with depth, and no curve in 1/n
tells its limit at any width in reach: none is fitted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from verify.measure import Measurements
from verify.width_sweep.fit import Fit, Point, gated
from verify.width_sweep.result import fit_json

SWEPT = "the mean square of the gradient at the input, relative to the output's, over what infinite width predicts"


@dataclass(frozen=True)
class Composition:
    """The points, the curve through them, the interval of its intercept, and what it says."""

    points: tuple[Point, ...]
    fit: Fit
    interval: tuple[float, float]
    statement: str

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "swept": SWEPT,
            "points": [dict(point.__dict__) for point in self.points],
            "fit": fit_json(self.fit, self.interval),
            "statement": self.statement,
        }


def composition(
    widths: Sequence[int],
    found: Sequence[Measurements],
    powers: tuple[float, ...],
    confidence: float,
    at_width: int,
) -> Composition | None:
    """The composition over the widths; None where a width has no mean with a standard error."""
    points = [_point(width, one) for width, one in zip(widths, found, strict=True)]
    good = tuple(point for point in points if point is not None)
    if len(good) < len(points):
        return None
    fit = gated(good, powers)
    interval = fit.interval((1 - confidence) / 2)
    return Composition(good, fit, interval, _statement(fit, interval, at_width))


def _point(width: int, found: Measurements) -> Point | None:
    ratio = found.gradient.ratio
    count, mean, variance = float(ratio.count[0]), float(ratio.mean[0]), float(ratio.variance[0])
    if count < 2 or not math.isfinite(mean) or not variance > 0:
        return None
    return Point(width, found.nets, mean, math.sqrt(variance / count), count - 1)


def _statement(fit: Fit, interval: tuple[float, float], at_width: int) -> str:
    if not fit.passed:
        return (
            "over all layers together the squared gradient does not settle to a curve in 1/n at these widths"
        )
    share, error = fit.share(at_width)
    low, high = interval
    return (
        f"over all layers together the squared gradient is {fit.intercept:.4g} times its prediction as n grows "
        f"(interval {low:.4g} to {high:.4g}), and at width {at_width} another {100 * share:+.3g}% (standard error "
        f"{100 * error:.2g}%) for being finite"
    )
