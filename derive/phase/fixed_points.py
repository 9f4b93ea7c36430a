"""The fixed points of a variance map: found on a grid, then certified, with what each means in depth.

Readings of F(q) - q on a grid of q in steps of sqrt(2), or of 2 where every reading is a ball, change their
sign at a root. Interval Newton certifies it as the only one near, or signs in balls certify that there is
one; what neither bears out is left out. Two roots within one step may be missed; the range that was searched
is part of the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite, isnan
from time import monotonic

import sympy as sp
from flint import arb, ctx

from derive.activation import X
from derive.jumps import UnplacedJumpError
from derive.moments import moment
from derive.moments.enclosure import NoEnclosureError
from derive.moments.smooth import smooth_parts
from derive.number import Missing, Number
from derive.phase.readings import Readings, readings
from derive.phase.variance_map import VarianceMap, sharp
from derive.roots import Balls, NoRootError, Root, newton, sign_change
from derive.sampled import crossings
from derive.stability import Kind, kind

SEARCHED = (2.0**-20, 2.0**14)
_GRID = tuple(range(-40, 29))  # powers of sqrt(2)
_ROUGH = 6  # digits
_CLOSER = 12
_PATIENCE = 1.5  # seconds for a grid of balls


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
    note: str | None = None  # why there may be more fixed points than these; a sentence without a full stop

    def to_json(self) -> dict[str, object]:
        """Points, range, and what happens above it."""
        return {
            "points": [point.to_json() for point in self.points],
            "searched": [self.low, self.high],
            "stopped": self.stopped,
            "escapes": self.escapes,
            "note": self.note,
        }


def fixed_points(of: VarianceMap, digits: int = 15, near: float = 1.0) -> Search:
    """All fixed points that a grid over 2^-20 <= q <= 2^14 shows, each certified, and q = 0 where it is one.
    Samples of f are trusted only if they are good at q = `near` too.

    >>> from derive.catalogue import activation
    >>> from derive.gains import forward_gain
    >>> tanh = activation("tanh")
    >>> none = Number(sp.Integer(0), None, arb(0), 15)
    >>> found = fixed_points(VarianceMap(tanh, forward_gain(tanh, 1), none))
    >>> [(round(float(p.q), 9), p.kind) for p in found.points]
    [(0.0, 'unstable'), (1.0, 'stable')]
    """
    read = readings(of, near)
    grid, stopped, given_up = _grid(read)
    zero = at_zero(of, digits)
    seen = [_certified(of, *crossing, digits) for crossing in crossings(read.excess, grid)]
    points = [point for point in (zero, *seen) if point is not None]
    low, high = (grid[0], grid[-1]) if grid else (SEARCHED[0], SEARCHED[0])
    note = _note(seen.count(None), stopped if given_up else None)
    return Search(tuple(points), low, high, stopped, _escapes(read, grid), note)


def _note(dropped: int, given_up: str | None) -> str | None:
    if given_up is not None:
        return given_up
    if dropped:
        return f"the search was coarse: candidates that could not be certified are left out ({dropped})"
    return None


def _escapes(read: Readings, grid: list[float]) -> bool | None:
    over = read.excess(grid[-1]) if grid else 0.0
    return None if over == 0 or isnan(over) else over > 0


def _grid(read: Readings) -> tuple[list[float], str | None, bool]:
    """The grid where F is finite; the reason where it ends early, and whether that was for want of time."""
    grid: list[float] = []
    end = monotonic() + _PATIENCE
    first = 2.0 ** (_GRID[0] / 2)
    for power in _GRID[:: 2 if read.certified else 1]:
        q = 2.0 ** (power / 2)
        if read.certified and monotonic() > end:
            slow = f"the search was given up at q = {q:.2g}: E f^2 takes too long to enclose"
            return grid, slow, True
        if isfinite(read.value(q)):
            grid.append(q)
        elif grid:
            if read.certified:
                return grid, f"E f^2 could not be enclosed narrowly at q = {q:.4g}", False
            return [*grid, *_closer(read, grid[-1], q)], _reason(read.of, q), False
    return grid, None if grid else _reason(read.of, first), False


def _closer(read: Readings, low: float, high: float) -> Iterator[float]:
    """Points towards the q where F is infinite, since F may still cross q on the way."""
    near = low
    for _ in range(_CLOSER):
        middle = (near + high) / 2
        if isfinite(read.value(middle)):
            near = middle
            yield near
        else:
            high = middle


def _reason(of: VarianceMap, q: float) -> str:
    found = moment(of.activation, "second", sp.Rational(q), _ROUGH)
    return found.reason if isinstance(found, Missing) else f"E f^2 is out of reach at q = {q:.4g}"


def _certified(of: VarianceMap, near: float, rising: bool, digits: int) -> FixedPoint | None:
    """The fixed point near a candidate; None where nothing certifies it."""
    with ctx.workdps(digits + 20):
        try:
            return at_root(of, newton(of.excess, of.excess_slope, arb(near), digits + 3), digits)
        except (NoRootError, NoEnclosureError, UnplacedJumpError):
            return _by_signs(of, near, rising, digits)


def _by_signs(of: VarianceMap, near: float, rising: bool, digits: int) -> FixedPoint | None:
    try:
        ball = sign_change(of.excess, near, rising, digits)
        return _at_ball(of, ball, "a certified sign change of F(q) - q: a root at least", None, digits)
    except (NoRootError, NoEnclosureError):
        return None


def at_root(of: VarianceMap, root: Root, digits: int) -> FixedPoint:
    """A fixed point from its certified root."""
    reason = (
        f"a certified root of F(q) = q: the only one for q from {root.alone[0]:.4g} to {root.alone[1]:.4g}"
    )
    return _at_ball(of, root.ball, reason, root.alone, digits)


def _at_ball(
    of: VarianceMap, ball: arb, reason: str, alone: tuple[float, float] | None, digits: int
) -> FixedPoint:
    slope, chi = (_known(function, ball, digits) for function in (of.slope, of.chi))
    return FixedPoint(Number(None, None, ball, digits, reason), slope, kind(slope), chi, alone)


def _known(function: Balls, ball: arb, digits: int) -> Number | Missing:
    try:
        return Number(None, None, function(ball, digits + 3), digits, "taken at a certified root")
    except (NoEnclosureError, UnplacedJumpError) as error:
        return Missing(str(error))


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
