"""A positive law of mean 1 with a given variance and third cumulant: a power of a Gaussian.

A mean of n independent positive terms, raised to the power lam = 1 - k3/(3 k2^2) (cumulants k2/n, k3/n^2), has no
skewness to leading order (Wilson and Hilferty 1931 for a chi-squared, where it is 1/3; Jensen and Solomon, JASA 67,
1972, in general). So it is taken as (1 + eta xi)^(1/lam)/c, xi ~ N(0, 1), with eta and c such that mean and variance
are exactly those given; lam -> 0 is the log-normal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from verify.accumulate import Array

# A power outside is no help: below, moments of the fitted law may be infinite; above, it is far from positive.
_POWERS = (1e-3, 1.5)
_LEAST = 1e-12
_LARGEST = 300.0
_NODES = 64
_BISECTIONS = 50


@dataclass(frozen=True)
class PowerNormal:
    """log A = log(1 + eta xi)/lam - shift, elementwise over any shape."""

    power: Array
    eta: Array
    shift: Array

    def logs(self, normal: Array) -> Array:
        """log A where xi is `normal`."""
        return log_values(self.power, self.eta, self.shift, normal)


def log_values(power: Array, eta: Array, shift: Array, normal: Array) -> Array:
    """log A for given constants and xi."""
    found: Array = np.log(np.maximum(1 + eta * normal, _LEAST)) / power - shift
    return found


def power_normal(variance: Array, third: Array) -> PowerNormal:
    """The law with mean 1, these variances (positive) and, to leading order, these third cumulants.

    >>> law = power_normal(np.array([2 / 9]), np.array([8 / 81]))  # a mean of nine squared normals
    >>> law.power.round(3)
    array([0.333])
    """
    power = np.clip(1 - third / (3 * variance**2), *_POWERS)
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    weights = weights / weights.sum()
    eta = _root(power, variance, nodes, weights)
    mean, _ = _moments(power, eta, nodes, weights)
    return PowerNormal(power, eta, np.log(mean))


def _root(power: Array, variance: Array, nodes: Array, weights: Array) -> Array:
    """The eta at which the relative variance is the one asked for, by bisection in log eta."""
    start = np.log(power * np.sqrt(variance))
    low, high = start - 1.5, start + 1.5
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        below = _moments(power, np.exp(middle), nodes, weights)[1] < variance
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.exp((low + high) / 2)


def _moments(power: Array, eta: Array, nodes: Array, weights: Array) -> tuple[Array, Array]:
    """(mean, relative variance) of (1 + eta xi)^(1/power)."""
    inside = np.maximum(1 + eta[..., None] * nodes, _LEAST)
    values = np.exp(np.minimum(np.log(inside) / power[..., None], _LARGEST))
    mean: Array = values @ weights
    return mean, (((values - mean[..., None]) / mean[..., None]) ** 2) @ weights
