"""The phase analysis of an activation: what its variance map, its gradient factor and depth make of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy as sp
from flint import ctx

from derive.activation import Activation
from derive.decimals import rational
from derive.errors import BadInput
from derive.gains import Gains, Pair, gains
from derive.jumps import UnplacedJumpError, jumps
from derive.moments import moments
from derive.moments.enclosure import NoEnclosureError
from derive.moments.engine import checked_digits, positive_variance
from derive.moments.program import value
from derive.number import Missing, Number
from derive.phase.depth_scales import Depth50, depth50, depth_scales
from derive.phase.feasible import feasible
from derive.phase.fixed_points import FixedPoint, Search, fixed_points
from derive.phase.no_go import no_go
from derive.phase.result import Critical, Phase, Regime
from derive.phase.variance_map import VarianceMap
from derive.stability import chi, kind, slope


def phase(
    activation: Activation,
    variance: object = 1,
    gain: object = None,
    bias_variance: object = None,
    digits: int = 15,
) -> Phase:
    """The phase analysis at q = `variance`, by default at its forward gain without a bias.

    `gain` is a `Number` such as `gains` gives, or a positive rational; `bias_variance` a `Number` or a
    rational that is not negative. Raises `BadInput` for anything else.

    >>> from derive.catalogue import activation
    >>> found = phase(activation("relu"))
    >>> found.kind, found.regime, found.every_q
    ('neutral', 'critical', True)
    """
    q = positive_variance(variance)
    gained = gains(activation, q, checked_digits(digits))
    g = gained.forward if gain is None else as_number(gain, "the gain", digits, positive=True)
    v = as_number(0 if bias_variance is None else bias_variance, "the bias variance", digits)
    at = Setting(activation, q, g, v, digits)
    search, point, every_q = (
        _without_gain(g)
        if isinstance(g, Missing)
        else _with_gain(at, VarianceMap(activation, g, v), gain is None)
    )
    return _assembled(at, gained, search, point, every_q)


@dataclass(frozen=True)
class Setting:
    """What was asked for."""

    activation: Activation
    q: sp.Rational
    gain: Number | Missing
    bias_variance: Number
    digits: int


def as_number(given: object, what: str, digits: int, positive: bool = False) -> Number:
    """A `Number` as it is, or a rational as one; raises `BadInput` for one that is negative, or 0 where it
    has to be positive."""
    if isinstance(given, Number):
        return given
    exact = rational(given, what)
    if exact < 0 or (positive and exact == 0):
        least = "above 0" if positive else "0 or more"
        raise BadInput(f"{what} is {exact}, and that is no variance or gain of anything; give {least}")
    with ctx.workdps(digits + 20):
        return Number(exact, exact, value(exact).real, digits)


Found = tuple[Search, FixedPoint | Missing, bool]


def _without_gain(gain: Missing) -> Found:
    return Search((), 0.0, 0.0, gain.reason, None), gain, False


def _with_gain(at: Setting, of: VarianceMap, default: bool) -> Found:
    """The fixed points, with q itself among them in exact form where it is one; and the one to study."""
    search = fixed_points(of, at.digits, float(at.q))
    if not _holds(at, of, default):
        return search, _attracting(search), False
    here = _at_q(at, of, search)
    every_q = at.activation.degree_one is not None and here.slope == _as_one(here.slope)
    others = [point for point in search.points if not _same(point, here)]
    points = tuple(sorted([*others, here], key=lambda point: float(point.q)))
    return replace(search, points=points), here, every_q


def _as_one(slope: Number | Missing) -> Number | Missing | None:
    """The slope itself where it is exactly 1."""
    return slope if isinstance(slope, Number) and slope.exact == 1 else None


def _holds(at: Setting, of: VarianceMap, default: bool) -> bool:
    """Whether F(q) = q: by construction at the forward gain, otherwise as far as the balls can tell."""
    if default and at.bias_variance.exact == 0:
        return True
    with ctx.workdps(at.digits + 20):
        try:
            return bool(of.excess(value(at.q).real, at.digits).contains(0))
        except NoEnclosureError:
            return False


def _at_q(at: Setting, of: VarianceMap, search: Search) -> FixedPoint:
    asked = (at.activation, of.gain, of.bias_variance, at.q, at.digits)
    found = slope(*asked)
    with ctx.workdps(at.digits + 20):
        q = Number(at.q, at.q, value(at.q).real, at.digits)
    bare = FixedPoint(q, found, kind(found), chi(*asked), None)
    alone = next((point.alone for point in search.points if _same(point, bare)), None)
    return replace(bare, alone=alone)


def _same(point: FixedPoint, other: FixedPoint) -> bool:
    return bool(point.q.ball.overlaps(other.q.ball))


def _attracting(search: Search) -> FixedPoint | Missing:
    stable = [point for point in search.points if point.kind == "stable"]
    if not stable:
        return Missing("q is not a fixed point at this gain and bias variance, and no stable one was found")
    return stable[-1]


def _assembled(
    at: Setting, gained: Gains, search: Search, point: FixedPoint | Missing, every_q: bool
) -> Phase:
    f, q, digits = at.activation, at.q, at.digits
    centre, steep, growth = _figures(point)
    return Phase(
        activation=f,
        variance=q,
        gain=at.gain,
        bias_variance=at.bias_variance,
        holds=isinstance(centre, Number) and centre.exact == q,
        studied=centre,
        slope=steep,
        kind=kind(steep),
        chi=growth,
        regime=regime(growth),
        every_q=every_q,
        jumps=jumping(f),
        fixed_points=search.points,
        searched=(search.low, search.high),
        stopped=search.stopped,
        escapes=search.escapes,
        critical=_critical(at, gained),
        depth_scales=depth_scales(steep, _correlations(f, growth)),
        depth50=_depth50(at, centre, steep),
        no_go=no_go(f, q, digits),
        note=search.note,
        feasible=feasible(q, moments(f, q, digits), gained, _forward_slope(at, gained)),
    )


def _figures(point: FixedPoint | Missing) -> tuple[Number | Missing, Number | Missing, Number | Missing]:
    return (point, point, point) if isinstance(point, Missing) else (point.q, point.slope, point.chi)


def _correlations(f: Activation, growth: Number | Missing) -> Number | Missing:
    """chi as the slope of the correlation map at 1, which it is where f does not jump."""
    return Missing("f jumps, so the correlation map is infinitely steep at 1") if jumping(f) else growth


def jumping(f: Activation) -> bool:
    """Whether f jumps somewhere, or cannot be shown not to."""
    try:
        return bool(jumps(f))
    except UnplacedJumpError:
        return True


def _forward_slope(at: Setting, gained: Gains) -> Number | Missing:
    if isinstance(gained.forward, Missing):
        return gained.forward
    return slope(at.activation, gained.forward, 0, at.q, at.digits)


def _depth50(at: Setting, centre: Number | Missing, steep: Number | Missing) -> Depth50 | Missing:
    if isinstance(at.gain, Missing) or isinstance(centre, Missing):
        return Missing("there is no fixed point to start near")
    return depth50(VarianceMap(at.activation, at.gain, at.bias_variance), centre, steep)


def regime(chi: Number | Missing) -> Regime:
    """Ordered where chi < 1, chaotic where chi > 1, critical where it is exactly 1 (Poole et al. 2016)."""
    word: dict[str, Regime] = {"stable": "ordered", "neutral": "critical", "unstable": "chaotic"}
    return word.get(kind(chi), "undecided")


def _critical(at: Setting, gained: Gains) -> Critical | Missing:
    pair = gained.pair
    if not isinstance(pair, Pair):
        return pair
    steep = slope(at.activation, pair.gain, pair.bias_variance, at.q, at.digits)
    return Critical(_squared(pair.gain), pair.bias_variance, steep, kind(steep))


def _squared(gain: Number) -> Number:
    with ctx.workdps(gain.digits + 20):
        exact, symbolic = (None if part is None else part**2 for part in (gain.exact, gain.symbolic))
        return Number(exact, symbolic, gain.ball**2, gain.digits, gain.reason)
