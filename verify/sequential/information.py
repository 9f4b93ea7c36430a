"""Sums over networks that a sequential test needs: increments weighted by their exact conditional precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from verify.accumulate import Array


@dataclass(frozen=True)
class Information:
    """Per layer, (layers,), with w = 1/v for the variance v of an increment X given its past:

    count of networks, weight = sum w, first = sum w (X - 1), second = sum w (X - 1)^2 and
    fourth = sum w^2 (X - 1)^4. The increments are without the constant (g/g*)^2, so that theory gives X mean 1.
    """

    count: Array
    weight: Array
    first: Array
    second: Array
    fourth: Array

    @classmethod
    def of(cls, sample: Array, variance: Array) -> Information:
        """From increments and their variances, both (nets, layers); what is not finite is left out.

        >>> Information.of(np.array([[1.5], [np.nan]]), np.array([[0.25], [0.25]])).first
        array([2.])
        """
        used = np.isfinite(sample) & (variance > 0) & np.isfinite(variance)
        weight = np.where(used, 1 / np.where(used, variance, 1.0), 0.0)
        away = np.where(used, sample - 1, 0.0)
        square = weight * away**2
        return cls(
            used.sum(axis=0).astype(np.float64),
            weight.sum(axis=0),
            (weight * away).sum(axis=0),
            square.sum(axis=0),
            (square**2).sum(axis=0),
        )

    def merged(self, other: Information) -> Information:
        """The sums of both samples together."""
        return Information(
            self.count + other.count,
            self.weight + other.weight,
            self.first + other.first,
            self.second + other.second,
            self.fourth + other.fourth,
        )

    @property
    def total(self) -> Array:
        """sum w X per layer."""
        return self.weight + self.first

    @property
    def residuals(self) -> Array:
        """sum w (X/m - 1)^2 per layer about its own weighted mean m: as many as there are networks, less one, if the
        variances are right."""
        with np.errstate(invalid="ignore", divide="ignore"):
            away = self.first / self.weight
            centred = self.second - 2 * away * self.first + away**2 * self.weight
            return np.where(self.count > 1, centred / (1 + away) ** 2, 0.0)
