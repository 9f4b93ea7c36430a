"""The guard: where residuals vary more than the theory derives, the larger variance counts."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from verify.accumulate import Array
from verify.sequential.information import Information

# The chance that a right variance is enlarged, for all tests of one kind together.
_FALSE_ALARM = 1e-4


def enlarged(found: Information) -> Array:
    """The factor, at least 1, by which each layer's variance is to be taken larger: (layers,).

    It is the mean of the squared standardised residuals where that is significantly above 1, by its own
    standard error. It can only widen an interval, so it spoils no error rate.
    """
    degrees = np.maximum(found.count - 1, 1)
    return _factor(found.residuals / degrees, _error(found.second, found.fourth, found.count), len(degrees))


def enlarged_whole(found: Information) -> float:
    """The same for all layers together."""
    degrees = max(float(np.maximum(found.count - 1, 0).sum()), 1.0)
    error = _error(*(part.sum() for part in (found.second, found.fourth, found.count)))
    return float(_factor(found.residuals.sum() / degrees, error, 1))


def _error(second: Array, fourth: Array, count: Array) -> Array:
    """The standard error of the mean squared residual."""
    safe = np.maximum(count, 1)
    found: Array = np.sqrt(np.maximum(fourth / safe - (second / safe) ** 2, 0.0) / safe)
    return found


def _factor(mean: Array, error: Array, tests: int) -> Array:
    threshold = -float(ndtri(_FALSE_ALARM / tests))
    found: Array = np.where((mean > 1 + threshold * error) & (error > 0), mean, 1.0)
    return found
