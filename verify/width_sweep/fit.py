"""Estimates at several widths, and the weighted curve in powers of 1/n through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import chdtrc, fdtrc, stdtrit

from verify.accumulate import Array

# A curve is refused where its points scatter as widely as this part of true curves' points do.
GATE = 0.01
SYMMETRIC, SKEWED = (1.0,), (0.5, 1.0)


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
    """estimate = intercept + sum of c_k / n^(p_k), by least squares with weights 1/SE^2.

    `coefficients` has the intercept first, `covariance` theirs, `powers` the p. `chi_squared` is the weighted sum of
    squares about the curve, `freedom` the number of widths less that of coefficients, `p_value` that of the curve
    being true. `dropped` are the widths left out. `error_freedom` is that of the standard errors, the least of the
    points'.
    """

    powers: tuple[float, ...]
    coefficients: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    chi_squared: float
    freedom: int
    p_value: float
    error_freedom: float
    widths: tuple[int, ...]
    dropped: tuple[int, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the points lie on the curve as far as their errors let one tell."""
        return self.p_value > GATE

    @property
    def intercept(self) -> float:
        """The estimate that is left as the width grows."""
        return self.coefficients[0]

    @property
    def errors(self) -> tuple[float, ...]:
        """The standard errors of the coefficients."""
        return tuple(float(row[k]) ** 0.5 for k, row in enumerate(self.covariance))

    @property
    def width_p_value(self) -> float:
        """The p-value of "the width does nothing": all coefficients but the intercept are zero (an F test)."""
        found, square = np.array(self.coefficients[1:]), np.array(self.covariance)[1:, 1:]
        terms = len(found)
        return float(fdtrc(terms, self.error_freedom, found @ np.linalg.solve(square, found) / terms))

    def interval(self, tail: float) -> tuple[float, float]:
        """The interval of the intercept that misses with probability `tail` on each side."""
        reach = float(stdtrit(self.error_freedom, 1 - tail)) * self.errors[0]
        return self.intercept - reach, self.intercept + reach

    def share(self, width: int) -> tuple[float, float]:
        """(value, standard error) at a width of what the curve adds to the intercept, relative to it."""
        terms = np.array([width**-power for power in self.powers])
        square = terms @ np.array(self.covariance)[1:, 1:] @ terms
        value = float(terms @ np.array(self.coefficients[1:]))
        return value / self.intercept, float(square) ** 0.5 / abs(self.intercept)


def fewest(powers: Sequence[float]) -> int:
    """How many widths a fit needs: one more than coefficients, so that something is left to test the curve with."""
    return len(powers) + 2


def fitted(points: Sequence[Point], powers: tuple[float, ...] = SYMMETRIC) -> Fit:
    """The curve through `fewest(powers)` points or more.

    >>> points = [Point(n, 10, 1 + 2 / n, 0.01, 1e6) for n in (10, 20, 40)]
    >>> fit = fitted(points)
    >>> [round(value, 12) for value in fit.coefficients], fit.passed
    ([1.0, 2.0], True)
    """
    y = np.array([point.estimate for point in points])
    errors = np.array([point.standard_error for point in points])
    weights = np.maximum(errors, np.finfo(np.float64).eps * np.abs(y)) ** -2
    columns = _design([point.width for point in points], powers)
    units = columns.max(axis=0)
    covariance = np.linalg.inv((columns / units).T @ (weights[:, None] * columns / units)) / np.outer(
        units, units
    )
    found = covariance @ columns.T @ (weights * y)
    chi_squared, freedom = float((weights * (y - columns @ found) ** 2).sum()), len(points) - len(found)
    return Fit(
        powers=powers,
        coefficients=tuple(found.tolist()),
        covariance=tuple(tuple(row) for row in covariance.tolist()),
        chi_squared=chi_squared,
        freedom=freedom,
        p_value=float(chdtrc(freedom, chi_squared)),
        error_freedom=min(point.freedom for point in points),
        widths=tuple(point.width for point in points),
    )


def _design(widths: Sequence[int], powers: Sequence[float]) -> Array:
    n = np.array(widths, dtype=np.float64)
    return np.stack([n**-power for power in (0.0, *powers)], axis=1)


def amplified(widths: Sequence[int], powers: Sequence[float]) -> float:
    """The variance of the intercept over that of one point, the points having equal errors.

    >>> round(amplified((64, 128, 256), SYMMETRIC), 12)
    1.5
    """
    columns = _design(widths, powers)
    columns = columns / columns.max(axis=0)
    return float(np.linalg.inv(columns.T @ columns)[0, 0])


def gated(points: Sequence[Point], powers: tuple[float, ...]) -> Fit:
    """The curve through all points; where it fails, the smallest width is left out, once, if enough are left then.

    The rule is fixed beforehand: higher powers of 1/n, which the curve lacks, weigh most at the smallest width.
    """
    ordered = sorted(points, key=lambda point: point.width)
    fit = fitted(ordered, powers)
    if fit.passed or len(ordered) <= fewest(powers):
        return fit
    return replace(fitted(ordered[1:], powers), dropped=(ordered[0].width,))
