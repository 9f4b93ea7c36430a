"""An e-process for the mean of increments whose variance is known, as a mixture over its rate.

Let Y_i be the increments over their mean: E[Y_i | past] = 1, Var[Y_i | past] = v_i, w_i = 1/v_i, and
S_t = sum w_i (Y_i - 1), V_t = sum w_i, the information. For a rate lambda > 0 let

    M_t = exp(lambda S_t - V_t h(lambda)),   h(lambda) = (-log(1 - k lambda) - k lambda) / k^2,

k = kappa_3 / (2 v^2) with the third cumulant kappa_3 of Y. V h is the cumulant generating function of centred
gamma variables of variance v and third cumulant kappa_3. So M_t is a supermartingale of mean at most 1 wherever
that of w (Y - 1) is at most this, and Ville's inequality P(some M_t >= 1/alpha) <= alpha makes tests and
intervals from it valid at every stopping time (Howard, Ramdas, McAuliffe, Sekhon 2021, Ann. Stat. 49:
definition 1 and table 3, the sub-gamma and gamma cases; mixtures over the rate: Robbins 1970, Ann. Math. Stat. 41).

What is exact: the mean and the variance v given the past, at the q that a network visits, for Gaussian weights;
k is exact at the planned q, of which the largest counts. For increments that are averages of chi-squared
variables (those of |x| and the identity forward) the whole process is exact. What is approximate: for
other activations the cumulants beyond the third are taken to be at most those of the matched gamma. By
quadrature over the catalogue's activations of at most linear growth at q = 1, V h falls short of the true cumulant
generating function by at most 0.05% at rates to 0.05, which is beyond those of the default margin, and by 1.7%
at 0.25, the largest rate (both SELU). For one that grows faster (x^2) no such process has a finite mean at the
upper side, and there the first three cumulants alone speak for it.
Sample variances never make it invalid: they enter only to enlarge v where they contradict it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from verify.accumulate import Array

# Rates as multiples of the one that is best at the planned information, and the shares of the mixture. The
# maximum is 2% above that of the first rate alone, the expected number of networks a tenth below.
_RATES = np.array([1.0, 2.0])
_SHARES = np.array([0.5, 0.5])
# Beyond the first rate higher cumulants matter. The gamma's generating function ends where k * rate is 1, also for the
# rates times the ratio of the borders of a margin (at most 2.8) at which `Evidence.far` takes it.
_FASTEST = 0.25
_MOST = 0.3
_STEPS = 60


@dataclass(frozen=True)
class Mixture:
    """Rates (tests, rates) and the shape k of one side, for `tests` tests side by side."""

    rates: Array
    shape: float

    @classmethod
    def tuned(cls, information: Array, level: float, shape: float) -> Mixture:
        """For tests at a level that plan to reach this information (tests,)."""
        best = np.sqrt(-2 * np.log(level) / np.maximum(information, 1e-9))
        rates = best[..., None] * _RATES
        return cls(np.minimum(rates, min(_FASTEST, _MOST / shape) if shape > 0 else _FASTEST), shape)

    def log_e(self, deviation: Array, information: Array) -> Array:
        """log M at S = deviation and V = information, both (tests,).

        >>> mixture = Mixture.tuned(np.array([100.0]), 0.01, 0.0)
        >>> mixture.log_e(np.array([0.0]), np.array([0.0]))
        array([0.])
        """
        exponent = self.rates * deviation[..., None] - information[..., None] * self.cumulant
        return _log_sum(exponent + np.log(_SHARES))[0]

    def critical(self, information: Array, level: float) -> Array:
        """The S at which M reaches 1/level, (tests,): Newton's method from the right on a convex, rising function."""
        offset = information[..., None] * self.cumulant - np.log(_SHARES)
        s: Array = ((offset - np.log(level)) / self.rates).min(axis=-1)
        for _ in range(_STEPS):
            exponent = self.rates * s[..., None] - offset
            value, shares = _log_sum(exponent)
            step = (value + np.log(level)) / (shares * self.rates).sum(axis=-1)
            s = s - step
            if (np.abs(step) <= 1e-12 * (1 + np.abs(s))).all():
                break
        return s

    @property
    def cumulant(self) -> Array:
        """h at the rates."""
        return cumulant(self.rates, self.shape)


def _log_sum(exponent: Array) -> tuple[Array, Array]:
    """log of the sum of exp over the last axis, and the share of each term in it."""
    top = exponent.max(axis=-1, keepdims=True)
    terms = np.exp(exponent - top)
    total = terms.sum(axis=-1, keepdims=True)
    return (np.log(total) + top)[..., 0], terms / total


def cumulant(rate: Array, shape: float) -> Array:
    """(-log(1 - k rate) - k rate)/k^2, which is rate^2/2 at k = 0; the rate may be negative."""
    x = shape * rate
    series = rate**2 * (0.5 + x / 3 + x**2 / 4)
    small = np.abs(x) < 1e-4
    exact = (-np.log1p(-x) - x) / np.where(small, 1.0, x) ** 2 * rate**2
    found: Array = np.where(small, series, exact)
    return found
