"""Estimates with standard errors, intervals and p-values, and the equivalence verdict made of them.

The unit is the network. Skewed increments make the tails of Student's t wrong exactly where many layers are
tested, so t is first freed of its skewness by Hall's transformation (P. Hall, On the removal of skewness by
transformation, JRSS B 54, 1992, equation 2.2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import stdtr, stdtrit

from verify.accumulate import Array, Moments

Outcome = Literal["confirmed", "refuted", "inconclusive"]


@dataclass(frozen=True)
class Estimate:
    """A mean with its standard error, the degrees of freedom of that, and the skewness of the mean."""

    mean: float
    standard_error: float
    freedom: float
    skewness: float = 0.0

    def scaled(self, factor: float) -> Estimate:
        """The estimate of the quantity times a positive factor."""
        return replace(self, mean=self.mean * factor, standard_error=self.standard_error * factor)


@dataclass(frozen=True)
class Band:
    """The values of (g/g*)^2 that an error of the gain within the margin allows."""

    low: float
    high: float

    @classmethod
    def of(cls, margin: float) -> Band:
        """From a relative margin of the gain.

        >>> Band.of(0.5)
        Band(low=0.25, high=2.25)
        """
        return cls((1 - margin) ** 2, (1 + margin) ** 2)


def layer_estimates(moments: Moments) -> list[Estimate | None]:
    """One estimate per layer; None where fewer than two networks count.

    The skewness of a layer is estimated from all layers: sums of independent units have third moments in
    proportion to their squared variances, and the constant is common to layers of any width.
    """
    variance, shape = moments.variance, _skewness_constant(moments)
    return [
        Estimate(mean, math.sqrt(v / count), count - 1, shape * math.sqrt(v / count)) if count > 1 else None
        for mean, v, count in zip(
            moments.mean.tolist(), variance.tolist(), moments.count.tolist(), strict=True
        )
    ]


def pooled_estimate(moments: Moments, planned_variance: Array) -> Estimate | None:
    """The mean over layers, weighted by networks / planned variance of one increment; None without data.

    Increments of different layers are uncorrelated, so the variances of the layer means add. Degrees of
    freedom by Satterthwaite's formula.
    """
    used = moments.count > 1
    if not used.any():
        return None
    count, variance = moments.count[used], moments.variance[used]
    weights = count / planned_variance[used]
    weights = weights / weights.sum()
    parts = weights**2 * variance / count
    error = float(np.sqrt(parts.sum()))
    if error == 0:
        return Estimate(float(weights @ moments.mean[used]), 0.0, float((count - 1).sum()))
    third = weights**3 * _skewness_constant(moments) * variance**2 / count**2
    freedom = parts.sum() ** 2 / (parts**2 / (count - 1)).sum()
    return Estimate(float(weights @ moments.mean[used]), error, float(freedom), float(third.sum()) / error**3)


def _skewness_constant(moments: Moments) -> float:
    """Third central moment over squared variance, all layers together; 0 below three networks."""
    used = moments.count > 2
    bottom = float((moments.variance[used] ** 2).sum())
    return float(moments.third[used].sum()) / bottom if bottom > 0 else 0.0


def interval(estimate: Estimate, tail: float) -> tuple[float, float]:
    """The interval that misses with probability `tail` on each side.

    >>> low, high = interval(Estimate(1.0, 0.1, 1e9), 0.025)
    >>> round(low, 3), round(high, 3)
    (0.804, 1.196)
    """
    t = float(stdtrit(estimate.freedom, 1 - tail))
    upper, lower = (_unskewed_inverse(side, estimate.skewness) for side in (t, -t))
    return estimate.mean - upper * estimate.standard_error, estimate.mean - lower * estimate.standard_error


def composite_p(estimate: Estimate, band: Band) -> float:
    """The p-value against "the true value lies in the band": its supremum over the band.

    With the distance d of the estimate beyond the nearer border, the supremum is at that border: the
    probability of a distance d on its side, plus that of the same distance on the far side.
    """
    if estimate.standard_error == 0:
        return 1.0 if band.low <= estimate.mean <= band.high else 0.0
    beyond_high, beyond_low = estimate.mean - band.high, band.low - estimate.mean
    width = band.high - band.low
    if beyond_high >= beyond_low:
        return min(1.0, _upper(estimate, beyond_high) + _lower(estimate, -beyond_high - width))
    return min(1.0, _lower(estimate, -beyond_low) + _upper(estimate, beyond_low + width))


def _upper(estimate: Estimate, deviation: float) -> float:
    """The probability that an estimate deviates from the truth by at least this."""
    t = _unskewed(deviation / estimate.standard_error, estimate.skewness)
    return float(stdtr(estimate.freedom, -t))


def _lower(estimate: Estimate, deviation: float) -> float:
    """The probability that an estimate deviates from the truth by at most this."""
    t = _unskewed(deviation / estimate.standard_error, estimate.skewness)
    return float(stdtr(estimate.freedom, t))


def _unskewed(t: float, skewness: float) -> float:
    """Hall's cubic: t + g t^2/3 + g^2 t^3/27 + g/6, g the skewness of the mean; monotone in t."""
    return t + skewness * t**2 / 3 + skewness**2 * t**3 / 27 + skewness / 6


def _unskewed_inverse(value: float, skewness: float) -> float:
    """The t that `_unskewed` takes to a value."""
    if abs(skewness) < 1e-9:
        return value
    return 3 / skewness * (float(np.cbrt(1 + skewness * (value - skewness / 6))) - 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the given order.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, running = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        running = max(running, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = running
    return adjusted


def outcome(bounds: tuple[float, float], band: Band) -> Outcome:
    """Confirmed if the interval lies inside the band, refuted if wholly outside, else inconclusive.

    >>> outcome((0.999, 1.001), Band.of(0.005)), outcome((1.02, 1.03), Band.of(0.005))
    ('confirmed', 'refuted')
    """
    low, high = bounds
    if band.low <= low and high <= band.high:
        return "confirmed"
    return "refuted" if high < band.low or low > band.high else "inconclusive"


def far_tail(estimate: Estimate, tail: float, band: Band) -> float:
    """The probability that an interval lies wholly beyond the far border, the truth being at the near one."""
    if estimate.standard_error == 0:
        return 0.0
    t = float(stdtrit(estimate.freedom, 1 - tail))
    return float(stdtr(estimate.freedom, -t - (band.high - band.low) / estimate.standard_error))
