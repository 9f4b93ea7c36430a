"""The fixed points of a variance map: found on a grid, then certified, with what each means in depth.

A grid of q in steps of sqrt(2) is searched for sign changes of F(q) - q; each gives a root that interval
Newton certifies as the only one near. Two roots within one step may be missed; the range is part of the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import sympy as sp
from flint import arb, ctx

from derive.activation import X
from derive.jumps import UnplacedJumpError
from derive.moments.enclosure import NoEnclosureError
from derive.moments.smooth import smooth_parts
from derive.number import Missing, Number
from derive.phase.variance_map import VarianceMap, sharp
from derive.roots import NoRootError, Root, certified_root
from derive.stability import Kind, kind

SEARCHED = (2.0**-20, 2.0**14)
_GRID = tuple(range(-40, 29))  # powers of sqrt(2)
_ROUGH = 6
_CLOSER = 6


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
    signs, stopped = _signs(of)
    zero = at_zero(of, digits)
    points = ([zero] if zero else []) + list(_roots(of, signs, digits))
    high = float(signs[-1][0]) if stopped and signs else SEARCHED[1]
    return Search(tuple(points), SEARCHED[0], high, stopped, signs[-1][1] if signs else None)


Signs = list[tuple[arb, bool]]


def _signs(of: VarianceMap) -> tuple[Signs, str | None]:
    """Whether F(q) > q along the grid, where it can be told, up to the first q where F has no ball."""
    signs: Signs = []
    last: arb | None = None
    for power in _GRID:
        q = (arb(2) ** (arb(power) / 2)).mid()
        try:
            _note(of, q, signs)
        except NoEnclosureError as error:
            _approach(of, last, q, signs)
            return signs, f"at q = {float(q):.4g}: {error}"
        last = q
    return signs, None


def _note(of: VarianceMap, q: arb, signs: Signs) -> None:
    excess = of.excess(q, _ROUGH)
    if not excess.contains(0):
        signs.append((q, bool(excess > 0)))


def _approach(of: VarianceMap, low: arb | None, high: arb, signs: Signs) -> None:
    """Halve the step towards the q where F is infinite, since F may still cross q on the way."""
    for _ in range(_CLOSER if low is not None else 0):
        middle = ((low + high) / 2).mid()
        try:
            _note(of, middle, signs)
            low = middle
        except NoEnclosureError:
            high = middle


def _roots(of: VarianceMap, signs: Signs, digits: int) -> Iterator[FixedPoint]:
    for (low, below), (high, above) in pairwise(signs):
        if below != above:
            yield _certified(of, low, high, above, digits)


def _certified(of: VarianceMap, low: arb, high: arb, rising: bool, digits: int) -> FixedPoint:
    with ctx.workdps(digits + 20):
        try:
            root = certified_root(of.excess, of.excess_slope, low, high, rising, digits + 3)
        except (NoRootError, NoEnclosureError, UnplacedJumpError) as error:
            between = Number(None, None, low.union(high), digits, f"only its existence is certified: {error}")
            return FixedPoint(between, Missing(str(error)), "undecided", Missing(str(error)), None)
        return at_root(of, root, digits)


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
