"""The exact variance of an increment given its past, from Gaussian moments.

With U = h(z)^2 / E h(z)^2, h being f or f' and z ~ N(0, q): Var U = E h^4/(E h^2)^2 - 1, the excess. Forward, A is
the mean of n independent U: Var A = excess/n. Backward, B = M T with M such a mean for f' and T chi-squared over
its d degrees of freedom, independent of it: Var B = (1 + excess/n)(1 + 2/d) - 1. (Without the constant (g/g*)^2,
which scales a variance by its square.)

Other laws. Forward, for f of degree 1 and a symmetric law of kurtosis kappa, z = s w.x + b given x has E z^4 =
3 q^2 + (kappa - 3) s^4 sum x^4, so that 1 + excess is multiplied by E z^4/(3 q^2). For a Haar-orthogonal W, z is a
part of a uniform direction in m = max(n_in, n_out) dimensions: E U_i U_j = m/(m + 2), and E U_i^2 is the
Gaussian one times that: Var A = (1 + excess/n) m/(m + 2) - 1. Backward, a positive kappa - 3 adds (kappa - 3)
sum delta^4/|delta|^4, for Gaussian gradients, to the 2 of T. In everything else z is Gaussian up to O(1/width),
and the Gaussian values are used: the guard of `verify.sequential.dispersion` watches them. Where all units of
a layer share their weights they count as one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import torch
from scipy.interpolate import CubicSpline

from verify.accumulate import Array
from verify.problem import Problem
from verify.theory import Theory

# The excess at the q that networks visit is read from a cubic spline of its logarithm in log2 q: knots per octave,
# and octaves to both sides of the claim's q. Its relative error is of order 1e-6 for smooth activations;
# beyond, the last knot's value is taken.
_KNOTS = 4
_OCTAVES = 24
# An increment of less variance than this share of 1/n is taken for a constant one, which gets the weight of its units.
_CONSTANT = 0.01
_TINY = 1e-12
# Increments of a larger excess are left out; twice the excess at the claim's q is never too large.
_WILD = 100.0


@dataclass(frozen=True)
class Variances:
    """Variances of the increments of a problem at any q, without the constant (g/g*)^2.

    >>> from derive.catalogue import activation
    >>> from verify.claim import Claim
    >>> from verify.problem import resolve
    >>> relu = Variances(resolve(Claim(activation("relu"), widths=(10, 10))))
    >>> relu.at("forward", np.zeros((1, 1)))
    array([[0.5]])
    """

    problem: Problem

    def at(self, direction: str, log_q: Array, fourth: Array | None = None) -> Array:
        """The variance at log2 q, (..., layers); inf where it is not known, or so large that the increment is left out.

        Leaving an increment out by its q is allowed, since the past alone decides it. Little is lost, and the
        third cumulants of the others stay bounded.
        `fourth` is Var[w]^2 sum x^4/q^2 of each layer's input, where it was measured.
        """
        excess = self._of(direction)(log_q)
        return np.where(excess <= self.wildest(direction), self.of_excess(direction, excess, fourth), np.inf)

    def of_excess(self, direction: str, excess: Array, fourth: Array | None = None) -> Array:
        """The same from the excess of each layer."""
        variance = self._backward(excess) if direction == "backward" else self._forward(excess, fourth)
        return np.where(variance >= _CONSTANT / self.units, variance, 1 / self.units)

    def wildest(self, direction: str) -> float:
        """The excess beyond which an increment says too little."""
        here = np.array([math.log2(self.problem.variance)])
        return max(_WILD, 2 * float(self._of(direction)(here)[0]))

    def _of(self, direction: str) -> Callable[[Array], Array]:
        return self._slope_excess if direction == "backward" else self._excess

    @cached_property
    def units(self) -> Array:
        """Independent units of each layer's output."""
        return self._counted(self._widths[1:])

    @cached_property
    def free(self) -> Array:
        """Free directions of each layer's input: see `verify.increments`."""
        return self._counted(np.maximum(self._widths[:-1] - self.problem.claim.batch, 0))

    def _forward(self, excess: Array, fourth: Array | None) -> Array:
        claim = self.problem.claim
        if claim.weights.haar and claim.activation.degree_one is not None:
            largest = np.maximum(self._widths[1:], self._widths[:-1])
            return np.asarray((excess / self.units + 1) * largest / (largest + 2) - 1)
        if not fourth_matters(self.problem):
            return excess / self.units
        more = 1 + self._kurtosis * (self._fourth if fourth is None else fourth) / 3
        return np.asarray(((1 + excess) * more - 1) / self.units)

    def _backward(self, excess: Array) -> Array:
        spread = 2 + np.maximum(self._kurtosis, 0) * 3 * (1 + excess) / self.units
        free = np.where(self.free > 0, spread / np.maximum(self.free, 1), 0.0)
        return np.asarray((1 + excess / self.units) * (1 + free) - 1)

    @cached_property
    def _widths(self) -> Array:
        return np.array(self.problem.claim.widths, dtype=np.float64)

    def _counted(self, widths: Array) -> Array:
        return np.minimum(widths, 1) if self.problem.claim.weights.shared else widths

    @cached_property
    def _kurtosis(self) -> float:
        """kappa - 3, and 0 where the law does not say."""
        kurtosis = self.problem.claim.weights.kurtosis
        return kurtosis - 3 if math.isfinite(kurtosis) else 0.0

    @cached_property
    def _fourth(self) -> Array:
        """Var[w]^2 sum x^4/q^2 as it is in wide layers at the claim's q: x is a uniform direction first, then f(z)."""
        part = 1 - np.array(self.problem.bias_variances) / self.problem.variance
        inside = (1 + self._excess(np.zeros(1))[0]) / self._widths[1:-1]
        shares = np.concatenate([[3 / (self._widths[0] + 2)], np.minimum(inside, 1.0)])
        return np.asarray(part**2 * shares)

    @cached_property
    def _excess(self) -> Callable[[Array], Array]:
        return excess(self.problem.theory, False, self.problem.variance)

    @cached_property
    def _slope_excess(self) -> Callable[[Array], Array]:
        return excess(self.problem.theory, True, self.problem.variance)


def fourth_matters(problem: Problem) -> bool:
    """Whether the variance of an increment depends on the fourth moment of the weights, and on it alone."""
    law = problem.claim.weights
    known = math.isfinite(law.kurtosis) and law.kurtosis != 3
    return (
        known
        and problem.claim.activation.degree_one is not None
        and not (law.gaussian or law.haar or law.shared)
    )


@lru_cache(maxsize=8)
def excess(theory: Theory, derivative: bool, centre: float) -> Callable[[Array], Array]:
    """E h^4/(E h^2)^2 - 1 as a function of log2 q; h is f, or f' if `derivative`. inf where it is not finite."""
    if theory.slopes is not None:
        constant = float(excess_at(theory, derivative, np.ones(1))[0])
        return lambda log_q: np.full(np.shape(log_q), constant)
    middle = math.log2(centre)
    knots = np.linspace(middle - _OCTAVES, middle + _OCTAVES, 2 * _OCTAVES * _KNOTS + 1)
    values = excess_at(theory, derivative, np.exp2(knots))
    usable = np.isfinite(values)
    if usable.sum() < 2:
        return lambda log_q: np.full(np.shape(log_q), np.inf)
    knots, values = knots[usable], np.log(np.maximum(values[usable], _TINY))
    spline, ends = CubicSpline(knots, values), (knots[0], knots[-1])
    lost = (not usable[0], not usable[-1])
    return lambda log_q: _read(spline, ends, lost, log_q)


def _read(spline: CubicSpline, ends: tuple[float, float], lost: tuple[bool, bool], log_q: Array) -> Array:
    found: Array = np.exp(spline(np.clip(log_q, *ends)))
    unknown = (lost[0] & (log_q < ends[0])) | (lost[1] & (log_q > ends[1])) | np.isnan(log_q)
    return np.where(unknown, np.inf, found)


def excess_at(theory: Theory, derivative: bool, q: Array) -> Array:
    """The excess at each q, by quadrature."""
    points = torch.from_numpy(q)
    fourth, second = (theory.even(order, derivative, points) for order in (4, 2))
    found: Array = (fourth / second**2 - 1).numpy()
    return found


def shapes(variances: Variances, direction: str, q: Array) -> tuple[float, float]:
    """The largest k = kappa_3/(2 v^2) of the increments, upwards and downwards, at these q (..., layers).

    kappa_3 is their third cumulant for Gaussian weights. 1, as for chi-squared variables, where it is not finite.
    """
    theory, derivative = variances.problem.theory, direction == "backward"
    points = torch.from_numpy(q)
    second, fourth, sixth = (theory.even(order, derivative, points).numpy() for order in (2, 4, 6))
    with np.errstate(invalid="ignore", divide="ignore"):
        excess, third = fourth / second**2 - 1, sixth / second**3
    cumulant = (third - 3 * excess - 1) / variances.units**2
    variance = excess / variances.units
    if derivative:
        free = np.where(variances.free > 0, 1 / np.maximum(variances.free, 1), 0.0)
        of_mean = 1 + 3 * variance + cumulant
        cumulant = of_mean * (1 + 2 * free) * (1 + 4 * free) - 3 * (1 + variance) * (1 + 2 * free) + 2
        variance = (1 + variance) * (1 + 2 * free) - 1
    usable = (
        np.isfinite(cumulant)
        & (variance >= _CONSTANT / variances.units)
        & (excess <= variances.wildest(direction))
    )
    k = cumulant[usable] / (2 * variance[usable] ** 2)
    return (max(float(k.max()), 0.0), max(-float(k.min()), 0.0)) if len(k) else (1.0, 0.0)
