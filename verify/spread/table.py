"""What the chains need at any q: the variance map, and the cumulants of an increment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from torch import Tensor

from verify.accumulate import Array
from verify.problem import Problem
from verify.theory import Theory

# Knots per octave of q, of the moments and of the finer grid on which a chain reads them by straight lines.
_KNOTS = 4
_FINE = 32
# Octaves beyond the q that are predicted. Outside the table logarithms go on as straight lines, as they do for
# functions that behave like powers near 0 and far out.
_BELOW, _ABOVE = 24, 8
_REACH = 150.0
# A table of fewer knots knows too little.
_FEWEST = 3


@dataclass(frozen=True)
class Table:
    """Columns over a uniform grid of log2 q that begins at `first`, `per_octave` rows an octave.

    log_second: log E f^2. excess and third: cumulants 2 and 3 of U = f^2/E f^2. part: how much of V = z^2/q is in U,
    Cov(U, V)/2, and rest: the third cumulant of what is left of U without it (for orthogonal weights, else 0).
    zero: the probability that a unit is exactly zero.
    """

    first: float
    per_octave: float
    log_second: Array
    excess: Array
    third: Array
    part: Array
    rest: Array
    zero: Array

    def place(self, log_q: Array) -> tuple[NDArray[np.intp], Array]:
        """(row, share of the next row) for each log2 q; the share leaves [0, 1] outside the table."""
        at = (log_q - self.first) * self.per_octave
        row = np.clip(np.floor(at), 0, len(self.log_second) - 2).astype(np.intp)
        return row, at - row


def table(problem: Problem, log_q: Array) -> Table | None:
    """The table for a problem whose predicted log2 q are these, finite or nan; None where moments are infinite."""
    theory, haar, centre = problem.theory, problem.claim.weights.haar, float(np.log2(problem.variance))
    if theory.slopes is not None:
        return _rows(theory, np.array([-1.0, 0.0, 1.0]), 1.0, haar, 0.0)
    reached = np.append(log_q[np.isfinite(log_q)], 0.0)
    low, high = max(reached.min() - _BELOW, -_REACH), min(reached.max() + _ABOVE, _REACH)
    return _rows(
        theory, np.arange(np.floor(low), np.ceil(high) + 0.5 / _KNOTS, 1 / _KNOTS), _FINE, haar, centre
    )


def _rows(theory: Theory, knots: Array, per_octave: float, haar: bool, centre: float) -> Table | None:
    columns = _columns(theory, knots, haar)
    usable = _around(np.asarray(np.isfinite(columns).all(axis=0)), int(np.argmin(np.abs(knots - centre))))
    knots, columns = knots[usable], columns[:, usable]
    if len(knots) < _FEWEST:
        return None
    fine = np.arange(knots[0], knots[-1] + 0.5 / per_octave, 1 / per_octave)
    smooth = CubicSpline(knots, columns, axis=1)(fine)
    zero = np.interp(fine, knots, [theory.flat_share(2.0**x) for x in knots])
    log_second, excess, third, part, rest = smooth
    return Table(float(fine[0]), per_octave, log_second, excess, third, part, rest, zero)


def _around(good: NDArray[np.bool_], centre: int) -> slice:
    """The longest run of good places around a centre."""
    bad = np.flatnonzero(~good)
    below, above = bad[bad <= centre], bad[bad >= centre]
    return slice(int(below[-1]) + 1 if len(below) else 0, int(above[0]) if len(above) else len(good))


def _columns(theory: Theory, knots: Array, haar: bool) -> Array:
    """log E f^2, excess, third, part and rest at each log2 q: (5, knots). Without `haar` the last two are 0."""
    q = torch.from_numpy(np.exp2(knots))
    f = theory.functions.value
    second, fourth = (theory.expectation(kind, q).numpy() for kind in ("second", "fourth"))
    with np.errstate(all="ignore"):
        u2 = fourth / second**2
        u3 = theory.mean(lambda z: f(z) ** 6, q).numpy() / second**3
        third = u3 - 3 * u2 + 2
        part, rest = _without_square(theory, q, second, u2, third) if haar else (0 * u2, 0 * u2)
        return np.stack([np.log(second), u2 - 1, third, part, rest])


def _without_square(theory: Theory, q: Tensor, second: Array, u2: Array, third: Array) -> tuple[Array, Array]:
    """part and rest, from the mixed central moments of U = f^2/E f^2 and V = z^2/q."""
    f, scale = theory.functions.value, q.numpy()
    uv = theory.mean(lambda z: (f(z) * z) ** 2, q).numpy() / (second * scale)
    u2v = theory.mean(lambda z: f(z) ** 4 * z**2, q).numpy() / (second**2 * scale)
    uv2 = theory.mean(lambda z: f(z) ** 2 * z**4, q).numpy() / (second * scale**2)
    part = (uv - 1) / 2
    c21, c12 = u2v - u2 - 2 * uv + 2, uv2 - 2 * uv - 1
    return part, third - 3 * part * c21 + 3 * part**2 * c12 - 8 * part**3
