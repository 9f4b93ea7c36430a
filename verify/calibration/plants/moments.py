"""Gaussian means by the trapezoidal rule, for the sizes of plants: nothing here is shared with `derive` or `verify`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from verify.accumulate import Array

_GRID = np.linspace(-13.0, 13.0, 200_001)
_WEIGHTS = np.exp(-_GRID * _GRID / 2) / np.exp(-_GRID * _GRID / 2).sum()


def mean_square(function: Callable[[Array], Array], q: float = 1.0) -> float:
    """E function(sqrt(q) Z)^2, to 1e-8 or better for what is continuous.

    >>> round(mean_square(np.tanh), 9), round(mean_square(lambda z: np.maximum(z, 0), 3.0), 7)
    (0.39429449, 1.5)
    """
    return float((function(np.sqrt(q) * _GRID) ** 2 * _WEIGHTS).sum())


def gelu(z: Array) -> Array:
    """x Phi(x)."""
    from scipy.special import ndtr

    values: Array = z * ndtr(z)
    return values


def quick_gelu(z: Array) -> Array:
    """x sigmoid(1.702 x)."""
    values: Array = z / (1 + np.exp(-1.702 * z))
    return values


def gelu_tanh(z: Array) -> Array:
    """The form of GELU with tanh."""
    values: Array = z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))
    return values


def silu(z: Array) -> Array:
    """x sigmoid(x)."""
    values: Array = z / (1 + np.exp(-z))
    return values


def sech2(z: Array) -> Array:
    """The derivative of tanh."""
    values: Array = 1 - np.tanh(z) ** 2
    return values
