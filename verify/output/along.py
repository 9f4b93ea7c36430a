"""How much of the squared output gradient of a loss lies along the network's output x.

A gradient that is independent of the network, with independent entries, has the share 1/n there. For a loss on a
random read-out V the share follows from the logits l = V x, which are N(0, m I), m = |x|^2/n: with the error e
(softmax minus one-hot, or l - t) the gradient is V^T e, and x.V^T e = l.e, |V^T e|^2 -> |e|^2 as n grows. So the
share is E[(l.e)^2/|e|^2]/(m n).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import ndtri, softmax
from scipy.stats import qmc

from verify.output.kinds import CLASSES

# A Sobol net of 2^13 logits gives the share of cross-entropy to about three digits.
_POINTS = 13
_SIZES = (1e-12, 1e12)
_NONE = 1e-12


def excess(kind: str, mean_square: float, n: int) -> float:
    """The part of the squared gradient that lies along the output, beyond that of an independent gradient.

    Given the network, E g g^T = alpha I + beta x x^T; this is beta |x|^2 / E |g|^2, to leading order in 1/n.
    `mean_square` is m. At most 1; 0 for a kind that is no loss, and for one unit, where there is no other direction.

    >>> excess("mse", 1.0, 256) * 255
    4.5
    """
    if n == 1 or kind not in ("loss", "mse"):
        return 0.0
    size = float(np.clip(mean_square, *_SIZES))
    times_n = _cross_entropy(size) if kind == "loss" else _squared_error(size)
    return min((times_n - 1) / (n - 1), 1.0)


def _squared_error(m: float) -> float:
    """(C m + 1)/(m + 1): e is N(0, (m + 1) I), and l = e m/(m + 1) + w, w of variance m/(m + 1) per entry."""
    return (CLASSES * m + 1) / (m + 1)


@lru_cache(maxsize=64)
def _cross_entropy(m: float) -> float:
    """E[(l.e)^2/|e|^2]/m for e = softmax(l) - onehot, by a Sobol net in l, exactly over the labels.

    Where the label is what the softmax is sure of, there is no gradient to speak of, and none counts.
    """
    logits = _normals() * m**0.5
    p = softmax(logits, axis=1)
    along = (p * logits).sum(axis=1, keepdims=True) - logits
    square = (p**2).sum(axis=1, keepdims=True) - 2 * p + 1
    there = square > _NONE
    return float((along[there] ** 2 / square[there]).mean()) / m


@lru_cache(maxsize=1)
def _normals() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    points = qmc.Sobol(CLASSES, scramble=True, rng=np.random.default_rng(0)).random_base2(_POINTS)
    return np.asarray(ndtri(points))
