"""The correlation map at a fixed point q*: what one layer makes of the correlation of two inputs.

C(c) = (v + g^2 E[f(u) f(v)]) / q*, u and v ~ N(0, q*) with correlation c; C(1) = 1 and C'(1) = chi(q*) for continuous f
(Poole et al. 2016, eq. 5 and 6). C is a power series in c with coefficients that are not negative, so it is
convex on [0, 1] with C(0) >= 0: where chi <= 1 the correlation of any two inputs goes to 1 if C(c) > c
below; where chi > 1 there is exactly one other fixed point c* in [0, 1), and it attracts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from derive.covariance import covariance_curve
from derive.jumps import UnplacedJumpError, jumps
from derive.number import Missing, Number
from derive.phase.variance_map import VarianceMap, sharp

POINTS = tuple(sp.Rational(k, 20) for k in range(-20, 21))
_ROUNDS = 4  # of the search for c*, each with 20 times the resolution of the last


@dataclass(frozen=True)
class CorrelationMap:
    """C at a list of correlations (floats of certified balls, for a plot), its slope chi at c = 1, and the
    correlation c* to which two different inputs are driven, with C'(c*)."""

    correlations: tuple[float, ...]
    values: tuple[float, ...]
    chi: Number | Missing
    limit: float | None
    slope_at_limit: float | None

    def to_json(self) -> dict[str, object]:
        """The points, the slope at 1 and the limit."""
        return {
            "correlations": list(self.correlations),
            "values": list(self.values),
            "chi": self.chi.to_json(),
            "limit": self.limit,
            "slope_at_limit": self.slope_at_limit,
        }


def correlation_map(
    of: VarianceMap, q: sp.Rational, chi: Number | Missing, correlations: Sequence[sp.Rational] = POINTS
) -> CorrelationMap | Missing:
    """The map at a rational fixed point q; `Missing` where there is no covariance.

    >>> from flint import arb
    >>> from derive.catalogue import activation
    >>> one, zero = (Number(sp.Integer(k), None, arb(k), 15) for k in (1, 0))
    >>> found = correlation_map(VarianceMap(activation("identity"), one, zero), sp.Integer(1), one)
    >>> [round(value, 9) for value in found.values[::20]]
    [-1.0, 0.0, 1.0]
    """
    curve = _values(of, q, correlations)
    if isinstance(curve, Missing):
        return curve
    limit = _limit(of, q, chi)
    steep = _steepness(of, q, limit) if limit is not None and limit < 1 else None
    return CorrelationMap(tuple(map(float, correlations)), tuple(curve), chi, limit, steep)


def _values(
    of: VarianceMap, q: sp.Rational, correlations: Sequence[sp.Rational], derivative: bool = False
) -> list[float] | Missing:
    """C, or C' where the derivative is asked for."""
    found = covariance_curve(of.activation, q, list(correlations), derivative)
    if isinstance(found, Missing):
        return found
    square, bias = float(sharp(of.gain) ** 2), float(sharp(of.bias_variance))
    if derivative:
        return [square * float(ball) for ball in found]
    return [(bias + square * float(ball)) / float(q) for ball in found]


def _limit(of: VarianceMap, q: sp.Rational, chi: Number | Missing) -> float | None:
    """1 where C'(1) <= 1; the fixed point below 1 where C'(1) > 1; None where it cannot be told from 1. For
    continuous f it is chi; where f jumps, C is infinitely steep at 1, which chi, f' almost everywhere, misses."""
    try:
        infinite = bool(jumps(of.activation))
    except UnplacedJumpError:
        return None
    if not infinite:
        if isinstance(chi, Missing) or (chi.exact != 1 and chi.ball.contains(1)):
            return None
        if chi.exact == 1 or chi.ball < 1:
            return 1.0
    low, high = sp.Integer(0), sp.Integer(1)
    for _ in range(_ROUNDS):
        points = [low + (high - low) * k / 20 for k in range(21)]
        found = _values(of, q, points)
        if isinstance(found, Missing):
            return None
        step = (high - low) / 20
        above = [c for c, here in zip(points[:-1], found, strict=False) if here > c]
        low = above[-1] if above else low
        high = min(low + step, high)
    return float(low)


def _steepness(of: VarianceMap, q: sp.Rational, limit: float) -> float | None:
    found = _values(of, q, [sp.Rational(limit)], derivative=True)
    return None if isinstance(found, Missing) else found[0]
