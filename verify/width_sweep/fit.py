"""Estimates at several widths, and the weighted straight line in 1/n through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import chdtrc, stdtr, stdtrit

from verify.accumulate import Array

# A straight line is refused where its points scatter as widely as this part of true lines' points do.
GATE = 0.01
# No line is fitted through fewer widths: with two of them nothing is left to tell whether it is one.
FEWEST = 3


@dataclass(frozen=True)
class Point:
    """The pooled estimate of (g/g*)^2 at one width, with the degrees of freedom of its standard error."""

    width: int
    networks: int
    estimate: float
    standard_error: float
    freedom: float


@dataclass(frozen=True)
class Fit:
    """estimate = intercept + slope / n^power, by least squares with weights 1/SE^2.

    `chi_squared` is the weighted sum of squares about the line, `freedom` the number of widths less 2, `p_value`
    that of the line being true, and `passed` says that it is above `GATE`. `dropped` are the widths left out.
    `error_freedom` is that of the standard errors, the least of the points'.
    """

    power: float
    intercept: float
    intercept_error: float
    slope: float
    slope_error: float
    covariance: float
    chi_squared: float
    freedom: int
    p_value: float
    error_freedom: float
    widths: tuple[int, ...]
    dropped: tuple[int, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the points lie on a line as far as their errors let one tell."""
        return self.p_value > GATE

    @property
    def slope_p_value(self) -> float:
        """The two-sided p-value of a slope of zero."""
        if self.slope_error == 0:
            return float(self.slope == 0)
        return 2 * float(stdtr(self.error_freedom, -abs(self.slope) / self.slope_error))

    def interval(self, tail: float) -> tuple[float, float]:
        """The interval of the intercept that misses with probability `tail` on each side."""
        reach = float(stdtrit(self.error_freedom, 1 - tail)) * self.intercept_error
        return self.intercept - reach, self.intercept + reach

    def at(self, width: float) -> tuple[float, float]:
        """(value, standard error) of the line at a width."""
        x = width**-self.power
        square = self.intercept_error**2 + 2 * x * self.covariance + (x * self.slope_error) ** 2
        return self.intercept + self.slope * x, max(0.0, square) ** 0.5


def fitted(points: Sequence[Point], power: float) -> Fit:
    """The line through three points or more.

    >>> points = [Point(n, 10, 1 + 2 / n, 0.01, 1e6) for n in (10, 20, 40)]
    >>> fit = fitted(points, 1.0)
    >>> round(fit.intercept, 12), round(fit.slope, 12), fit.passed
    (1.0, 2.0, True)
    """
    x = np.array([point.width for point in points], dtype=np.float64) ** -power
    y = np.array([point.estimate for point in points])
    errors = np.array([point.standard_error for point in points])
    errors = np.where(errors > 0, errors, np.finfo(np.float64).eps * np.abs(y))
    weights = errors**-2
    design = np.stack([np.ones_like(x), x / x.max()], axis=1)
    covariance = np.linalg.inv(design.T @ (weights[:, None] * design))
    return _fit(points, power, design, covariance, y, weights, float(x.max()))


def _fit(
    points: Sequence[Point],
    power: float,
    design: Array,
    covariance: Array,
    y: Array,
    weights: Array,
    unit: float,
) -> Fit:
    """`unit` is what the second column of the design was divided by."""
    intercept, slope = (covariance @ design.T @ (weights * y)).tolist()
    chi_squared = float((weights * (y - design @ [intercept, slope]) ** 2).sum())
    freedom = len(points) - 2
    return Fit(
        power=power,
        intercept=intercept,
        intercept_error=float(covariance[0, 0] ** 0.5),
        slope=slope / unit,
        slope_error=float(covariance[1, 1] ** 0.5) / unit,
        covariance=float(covariance[0, 1]) / unit,
        chi_squared=chi_squared,
        freedom=freedom,
        p_value=float(chdtrc(freedom, chi_squared)),
        error_freedom=min(point.freedom for point in points),
        widths=tuple(point.width for point in points),
    )


def gated(points: Sequence[Point], power: float) -> Fit:
    """The line through all points; where it fails, the smallest width is left out, once, if three are left then.

    The rule is fixed beforehand: higher powers of 1/n, which bend the line, weigh most at the smallest width.
    """
    ordered = sorted(points, key=lambda point: point.width)
    fit = fitted(ordered, power)
    if fit.passed or len(ordered) <= FEWEST:
        return fit
    return replace(fitted(ordered[1:], power), dropped=(ordered[0].width,))
