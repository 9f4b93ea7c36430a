"""The fixed points of a variance map: found on a grid, then certified, with what each means in depth.

Samples of f give F(q) - q on a grid of q in steps of sqrt(2); each sign change points at a root that interval
Newton certifies, and as the only one near. Two roots within one step may be missed; the range that was
searched is part of the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

import sympy as sp
from flint import arb, ctx

from derive.activation import X
from derive.jumps import UnplacedJumpError
from derive.moments import moment
from derive.moments.enclosure import NoEnclosureError
from derive.moments.smooth import smooth_parts
from derive.number import Missing, Number
from derive.phase.variance_map import VarianceMap, sharp
from derive.roots import NoRootError, Root, newton
from derive.sampled import crossings
from derive.stability import Kind, kind

SEARCHED = (2.0**-20, 2.0**14)
_GRID = tuple(range(-40, 29))  # powers of sqrt(2)
_ROUGH = 6  # digits
_CLOSER = 12
_ROUNDING = 1e-11
_DOUBT = 1e-6  # the relative radius given to a root that is seen and not certified


@dataclass(frozen=True)
class FixedPoint:
    """A q with F(q) = q; F'(q) with its kind, and chi(q). It is the only one for q in `alone`, or that could
    not be shown."""

    q: Number
    slope: Number | Missing
    kind: Kind
    chi: Number | Missing
    alone: tuple[float, float] | None

    def to_json(self) -> dict[str, object]:
        """The numbers as in every other JSON of this package; `alone` as two floats."""
        numbers: dict[str, object] = {"q": self.q.to_json(), "slope": self.slope.to_json()}
        return numbers | {"kind": self.kind, "chi": self.chi.to_json(), "alone": self.alone}


@dataclass(frozen=True)
class Search:
    """The fixed points in a range of q, from below, and where the map could not be evaluated."""

    points: tuple[FixedPoint, ...]
    low: float
    high: float
    stopped: str | None  # why the search ended early, if it did
    escapes: bool | None  # whether F(q) > q at the upper end of the range

    def to_json(self) -> dict[str, object]:
        """Points, range, and what happens above it."""
        return {
            "points": [point.to_json() for point in self.points],
            "searched": [self.low, self.high],
            "stopped": self.stopped,
            "escapes": self.escapes,
        }


def fixed_points(of: VarianceMap, digits: int = 15) -> Search:
    """All fixed points that a grid over 2^-20 <= q <= 2^14 shows, and q = 0 where it is one.

    >>> from derive.catalogue import activation
    >>> from derive.gains import forward_gain
    >>> tanh = activation("tanh")
    >>> none = Number(sp.Integer(0), None, arb(0), 15)
    >>> found = fixed_points(VarianceMap(tanh, forward_gain(tanh, 1), none))
    >>> [(round(float(p.q), 9), p.kind) for p in found.points]
    [(0.0, 'unstable'), (1.0, 'stable')]
    """
    grid, stopped = _grid(of)
    zero = at_zero(of, digits)
    found = [_certified(of, *crossing, digits) for crossing in crossings(lambda q: excess(of, q), grid)]
    points = ([zero] if zero else []) + found
    escapes = excess(of, grid[-1]) > 0 if grid else None
    return Search(tuple(points), SEARCHED[0], grid[-1] if grid else SEARCHED[0], stopped, escapes)


def excess(of: VarianceMap, q: float) -> float:
    """F(q) - q in floats, from samples of f; 0 where it is no more than their rounding."""
    found = of.approximate(q) - q
    return found if abs(found) > _ROUNDING * q else 0.0


def _grid(of: VarianceMap) -> tuple[list[float], str | None]:
    """The grid as far as F is finite on it, with the reason where it ends early."""
    grid: list[float] = []
    for power in _GRID:
        q = 2.0 ** (power / 2)
        if not isfinite(of.approximate(q)):
            return [*grid, *_closer(of, grid[-1:], q)], _reason(of, q)
        grid.append(q)
    return grid, None


def _closer(of: VarianceMap, last: list[float], high: float) -> Iterator[float]:
    """Points towards the q where F is infinite, since F may still cross q on the way."""
    for low in last:
        near = low
        for _ in range(_CLOSER):
            middle = (near + high) / 2
            if isfinite(of.approximate(middle)):
                near = middle
                yield near
            else:
                high = middle


def _reason(of: VarianceMap, q: float) -> str:
    found = moment(of.activation, "second", sp.Rational(q), _ROUGH)
    return (
        found.reason if isinstance(found, Missing) else f"E f^2 is out of reach of the samples at q = {q:.4g}"
    )


def _certified(of: VarianceMap, near: float, rising: bool, digits: int) -> FixedPoint:
    with ctx.workdps(digits + 20):
        try:
            return at_root(of, newton(of.excess, of.excess_slope, arb(near), digits + 3), digits)
        except (NoRootError, NoEnclosureError, UnplacedJumpError) as error:
            seen = Number(None, None, arb(near, near * _DOUBT), digits, f"seen, not certified: {error}")
            return FixedPoint(seen, Missing(str(error)), "undecided", Missing(str(error)), None)


def at_root(of: VarianceMap, root: Root, digits: int) -> FixedPoint:
    """A fixed point from its certified root."""
    reason = (
        f"a certified root of F(q) = q: the only one for q from {root.alone[0]:.4g} to {root.alone[1]:.4g}"
    )
    q = Number(None, None, root.ball, digits, reason)
    slope = Number(None, None, of.slope(root.ball, digits + 3), digits, "taken at a certified root")
    chi = Number(None, None, of.chi(root.ball, digits + 3), digits, "taken at a certified root")
    return FixedPoint(q, slope, kind(slope), chi, root.alone)


def at_zero(of: VarianceMap, digits: int) -> FixedPoint | None:
    """q = 0, where v = 0 and f(0+) = f(0-) = 0. F(q)/q -> g^2 (f'(0+)^2 + f'(0-)^2)/2 is then both the slope
    and chi; `Missing` where a one-sided derivative is not finite."""
    sides = _at_origin(of)
    if of.bias_variance.exact != 0 or any(f != 0 for f, _ in sides):
        return None
    slope = _slope_at_zero(of, [derivative for _, derivative in sides], digits)
    zero = Number(sp.Integer(0), sp.Integer(0), arb(0), digits)
    return FixedPoint(zero, slope, kind(slope), slope, None)


def _at_origin(of: VarianceMap) -> list[tuple[sp.Expr, sp.Expr]]:
    """(f, f') at 0 from the left and from the right."""
    parts = smooth_parts(of.activation.numeric())
    left = next((p for p in reversed(parts) if p.low.is_negative), parts[0])
    right = next((p for p in parts if p.high.is_positive), parts[-1])
    return [(p.formulas[0].subs(X, 0), p.formulas[1].subs(X, 0)) for p in (left, right)]


def _slope_at_zero(of: VarianceMap, derivatives: list[sp.Expr], digits: int) -> Number | Missing:
    if not all(derivative.is_finite for derivative in derivatives):
        return Missing("f has no finite one-sided derivatives at 0")
    mean = sum(derivative**2 for derivative in derivatives) / 2
    exact = None if of.gain.exact is None else of.gain.exact**2 * mean
    factor = Number(mean, None, arb(0), digits)
    with ctx.workdps(digits + 20):
        ball = sharp(of.gain) ** 2 * sharp(factor)
    return Number(exact, None, ball, digits, None if exact is not None else of.gain.reason)
