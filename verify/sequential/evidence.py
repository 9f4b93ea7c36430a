"""Confidence sequences and e-values for the mean of increments, several tests side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from verify.accumulate import Array
from verify.sequential.mixture import Mixture, cumulant
from verify.statistics import Band


@dataclass(frozen=True)
class Sides:
    """The mixtures that test for a mean above and below, at one level each."""

    above: Mixture
    below: Mixture
    level: float

    @classmethod
    def tuned(cls, information: Array, level: float, shapes: tuple[float, float]) -> Sides:
        """For the information (tests,) that is planned; `shapes` are k upwards and downwards."""
        above, below = (Mixture.tuned(information, level, shape) for shape in shapes)
        return cls(above, below, level)


@dataclass(frozen=True)
class Evidence:
    """Sums of tests (tests,): information V = sum 1/v, total W = sum X/v, and the factor on the variance.

    At a mean theta the standardised deviation is S = W/theta - V, of variance V times the factor.
    """

    information: Array
    total: Array
    factor: Array
    sides: Sides

    @property
    def estimate(self) -> Array:
        """The weighted mean of the increments; nan without information."""
        return np.divide(
            self.total, self.information, out=np.full_like(self.total, np.nan), where=self.information > 0
        )

    @property
    def standard_error(self) -> Array:
        """By the exact variance."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Array = self.estimate * np.sqrt(self.factor / self.information)
        return found

    def interval(self) -> tuple[Array, Array]:
        """The confidence sequence: it misses on each side with probability `sides.level`, at all looks together."""
        spread = self.information * self.factor
        high = self.information + self.sides.above.critical(spread, self.sides.level)
        low = self.information - self.sides.below.critical(spread, self.sides.level)
        lower = np.maximum(self.total, 0.0) / high
        upper = np.where(low > 0, np.maximum(self.total, 0.0) / np.where(low > 0, low, 1.0), np.inf)
        return lower, upper

    def log_e(self, band: Band) -> Array:
        """log of the e-value against "the mean lies in the band".

        The process upwards falls with the mean, so over the band it is least at the upper border; the one
        downwards at the lower. Half the sum of both is an e-value at every mean in the band.
        """
        spread = self.information * self.factor
        above = self.sides.above.log_e(self.total / band.high - self.information, spread)
        below = self.sides.below.log_e(self.information - self.total / band.low, spread)
        found: Array = np.logaddexp(above, below) - np.log(2)
        return found

    def far(self, band: Band) -> Array:
        """The chance that, from now on, the interval ever lies beyond the far border, the truth being at the near one.

        Between borders a factor r apart, the process against one is a process against the other at the rate
        r lambda, times exp(V (h(r lambda) - h(lambda) - lambda |r - 1|)), which falls as information grows.
        """
        r = band.high / band.low
        late = [
            _late(self.sides.below, r, self.information),
            _late(self.sides.above, 1 / r, self.information),
        ]
        found: Array = self.sides.level * np.maximum(*late)
        return found


def _late(mixture: Mixture, r: float, information: Array) -> Array:
    """The largest of those factors over the rates, at most 1."""
    rates, shape = mixture.rates, mixture.shape
    falling = cumulant(r * rates, shape) - cumulant(rates, shape) - rates * abs(r - 1)
    exponent = falling * information[..., None]
    found: Array = np.exp(np.minimum(0.0, exponent.max(axis=-1)))
    return found
