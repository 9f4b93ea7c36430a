"""What depth does near a fixed point: depth scales, and a q that is off by one percent after fifty layers.

Schoenholz et al. 2017: a deviation of q shrinks like exp(-l/xi_q) with xi_q = -1/log F'(q*) (eq. 7), that of
a correlation near 1 like exp(-l/xi_c) with xi_c = -1/log chi (eq. 9), in the ordered phase.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

import sympy as sp
from flint import ctx

from derive.number import Missing, Number
from derive.phase.readings import Readings, readings
from derive.phase.variance_map import VarianceMap, sharp

LAYERS = 50
OFF = 0.01
_GONE = 1e9


@dataclass(frozen=True)
class DepthScales:
    """Layers over which a small deviation shrinks by a factor e; `Missing` where it does not shrink, with the
    layers over which it grows by e in the reason."""

    xi_q: Number | Missing
    xi_c: Number | Missing

    def to_json(self) -> dict[str, object]:
        """Both scales."""
        return {"xi_q": self.xi_q.to_json(), "xi_c": self.xi_c.to_json()}


@dataclass(frozen=True)
class Depth50:
    """Fifty layers: the factor F'(q*)^50 of a small deviation of q, and what the map itself makes of a q that
    starts one percent below and above q* (floats: the map iterated on samples of f, or on balls where these are
    too coarse; 0 and inf beyond 1e-9 and 1e9 times the start, None where the map could not be enclosed)."""

    factor: Number | Missing
    below: float | None
    above: float | None

    def to_json(self) -> dict[str, object]:
        """The factor, and where the two starts end: null, with a reason, where that is no number."""
        ends = {"from_below": self.below, "from_above": self.above}
        return {
            "factor": self.factor.to_json(),
            **{name: end if end is not None and isfinite(end) else None for name, end in ends.items()},
            "reasons": {name: why for name, end in ends.items() if (why := _why_no_number(end))},
        }


def _why_no_number(end: float | None) -> str | None:
    if end is None:
        return "the variance map could not be enclosed on the way"
    return None if isfinite(end) else f"q grows beyond {_GONE:.0e} times its start"


def depth_scales(slope: Number | Missing, chi: Number | Missing) -> DepthScales:
    """xi_q and xi_c from F'(q*) and chi(q*).

    >>> from flint import arb
    >>> half = Number(sp.Rational(1, 2), None, arb("0.5"), 15)
    >>> found = depth_scales(half, Number(sp.Integer(1), None, arb(1), 15))
    >>> round(float(found.xi_q), 4), found.xi_c.reason
    (1.4427, 'infinite: chi is exactly 1, so deviations die out more slowly than any exponential')
    """
    return DepthScales(_scale(slope, "F'(q*)"), _scale(chi, "chi"))


def _scale(factor: Number | Missing, name: str) -> Number | Missing:
    if isinstance(factor, Missing):
        return factor
    if factor.exact is not None and abs(factor.exact) == 1:
        return Missing(
            f"infinite: {name} is exactly 1, so deviations die out more slowly than any exponential"
        )
    if factor.exact == 0:
        return Missing(f"none: {name} is 0, so deviations are gone after one layer, to first order")
    with ctx.workdps(factor.digits + 20):
        size = abs(sharp(factor))
        if size < 1:
            exact = None if factor.exact is None else -1 / sp.log(abs(factor.exact))
            return Number(exact, None, -1 / size.log(), factor.digits, factor.reason)
        if size > 1:
            grown = float((1 / size.log()).mid())
            return Missing(f"none: {name} > 1, so deviations grow by a factor e every {grown:.4g} layers")
    return Missing(f"whether {name} is below 1 cannot be told from its certified ball")


def depth50(of: VarianceMap, q: Number, slope: Number | Missing) -> Depth50:
    """The linear factor, and the map iterated from 0.99 q* and 1.01 q*.

    >>> from flint import arb
    >>> from derive.catalogue import activation
    >>> one, zero = (Number(sp.Integer(k), None, arb(k), 15) for k in (1, 0))
    >>> round(depth50(VarianceMap(activation("identity"), one, zero), one, one).above, 9)
    1.01
    """
    read = readings(of, float(q))
    below, above = (_iterated(read, float(q) * (1 + sign * OFF)) for sign in (-1, 1))
    return Depth50(_factor(slope), below, above)


def _factor(slope: Number | Missing) -> Number | Missing:
    if isinstance(slope, Missing):
        return slope
    exact = slope.exact**LAYERS if slope.exact is not None and slope.exact.is_Rational else None
    with ctx.workdps(slope.digits + 20):
        return Number(exact, None, sharp(slope) ** LAYERS, slope.digits, slope.reason)


def _iterated(read: Readings, start: float) -> float | None:
    if start == 0:
        return 0.0
    q = start
    for _ in range(LAYERS):
        last, q = q, read.value(q)
        if not q >= 0:
            return None
        if not 1 / _GONE < q / start < _GONE:
            return inf if q > start else 0.0
        if q == last:
            break
    return q
