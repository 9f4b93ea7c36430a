"""Sums over networks, layer by layer, that merge: what is kept of a run does not grow with the replicates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """Count, mean and central power sums per layer, each of shape (layers,)."""

    count: Array
    mean: Array
    squares: Array
    cubes: Array

    @classmethod
    def of(cls, sample: Array) -> Moments:
        """From a sample (nets, layers); what is not finite is left out of its layer. A sum past float64 is inf,
        as squares and cubes are of a trajectory that a wrong law drives off by hundreds of orders.

        >>> Moments.of(np.array([[1.0, 5.0], [3.0, np.nan]])).mean
        array([2., 5.])
        """
        valid = np.isfinite(sample)
        count = valid.sum(axis=0).astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            mean = np.where(valid, sample, 0.0).sum(axis=0) / np.maximum(count, 1)
            centred = np.where(valid, sample - mean, 0.0)
            return cls(count, mean, (centred**2).sum(axis=0), (centred**3).sum(axis=0))

    def merged(self, other: Moments) -> Moments:
        """The sums of both samples together (Pebay 2008, equations 2.1 and 3.1 for orders 2 and 3)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self._merged(other)

    def _merged(self, other: Moments) -> Moments:
        count = self.count + other.count
        safe = np.maximum(count, 1)
        delta = other.mean - self.mean
        product = self.count * other.count / safe
        mean = (self.count * self.mean + other.count * other.mean) / safe
        squares = self.squares + other.squares + delta**2 * product
        cubes = self.cubes + other.cubes + delta**3 * product * (self.count - other.count) / safe
        cubes += 3 * delta * (self.count * other.squares - other.count * self.squares) / safe
        return Moments(count, mean, squares, cubes)

    def scaled(self, factor: float | Array) -> Moments:
        """The sums of the sample times a factor, one for all layers or one each."""
        return Moments(self.count, self.mean * factor, self.squares * factor**2, self.cubes * factor**3)

    @property
    def variance(self) -> Array:
        """The unbiased sample variance per layer; nan where fewer than two networks count."""
        return _over(self.squares, self.count - 1)

    @property
    def third(self) -> Array:
        """The unbiased third central moment per layer (k-statistic); nan below three networks."""
        return _over(self.cubes * self.count, (self.count - 1) * (self.count - 2))


def _over(numerator: Array, denominator: Array) -> Array:
    valid = denominator > 0
    return np.where(valid, numerator / np.where(valid, denominator, 1.0), np.nan)


@dataclass(frozen=True)
class Trajectory:
    """How a positive quantity moves over the layers, relative to its prediction.

    `log_predicted` is log2 of the prediction per layer; `ratio` the moments of quantity / prediction;
    `first_nets` holds log2 of the quantity of the first networks, for quantiles: (nets, layers).
    """

    log_predicted: Array
    ratio: Moments
    first_nets: Array

    @classmethod
    def of(cls, log_values: Array, log_predicted: Array, room: int) -> Trajectory:
        """From log2 of a shard's values (nets, layers); -inf is a true zero, nan or inf past the range."""
        with np.errstate(over="ignore", invalid="ignore"):
            ratio = np.exp2(log_values - log_predicted)
        return cls(log_predicted, Moments.of(ratio), log_values[:room])

    def merged(self, other: Trajectory, room: int) -> Trajectory:
        """Both together, with at most `room` networks kept for quantiles."""
        spare = max(0, room - len(self.first_nets))
        kept = np.concatenate([self.first_nets, other.first_nets[:spare]]) if spare else self.first_nets
        return Trajectory(self.log_predicted, self.ratio.merged(other.ratio), kept)
