"""What the pictures of the phase analysis are drawn from: maps, paths through depth, and gains over q.

The points are midpoints of certified balls at a few digits, more than a picture shows.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import sympy as sp

from derive.activation import Activation
from derive.moments import moment
from derive.number import Missing, Number
from derive.phase import Phase
from derive.phase.variance_map import VarianceMap, curve
from reports.figures.correlation import Correlation
from reports.figures.gain_curve import Curve
from reports.figures.variance_map import Map, Path

_PLACES, _STEPS, _LAYERS, _DIGITS = 60, 60, 30, 6
_DECADES, _PER_DECADE = 2, 8
_STARTS = (sp.Rational(2, 5), sp.Rational(17, 10))


def map_of(phase: Phase, title: str) -> Map | None:
    """The variance map between 0 and a little above its fixed points; None where it cannot be drawn."""
    known = phase.variance_map
    if known is None:
        return None
    fixed = [(float(point.q), point.kind) for point in phase.fixed_points]
    high = _height(float(phase.variance), [q for q, _ in fixed])
    step = sp.Rational(round(high * 1000), 1000 * _PLACES)
    places = [step * k for k in range(1, _PLACES + 1)]
    found = curve(known, places, _DIGITS)
    drawn = [(float(q), float(v)) for q, v in zip(places, found, strict=True) if isinstance(v, Number)]
    if len(drawn) < 2:
        return None
    q, mapped = map(list, zip(*_with_origin(known, drawn), strict=True))
    inside = [(place, kind) for place, kind in fixed if place <= q[-1]]
    paths = [Path(_path(q, mapped, float(start * phase.variance))) for start in _STARTS]
    return Map(title, q, mapped, inside, paths)


def _height(variance: float, fixed: Sequence[float]) -> float:
    """Up to twice the q of the report, and further for a fixed point that is not much further."""
    near = [q for q in fixed if q < 4 * variance]
    return max(2.0 * variance, 1.25 * max(near, default=0.0))


def _with_origin(known: VarianceMap, drawn: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The limit at q = 0 in front, where f is continuous there and so f(0)^2 is it."""
    here = known.activation.numeric().subs(sp.Symbol("x", real=True), 0)
    if here.has(sp.nan, sp.zoo) or not here.is_real:
        return drawn
    start = float(known.bias_variance) + float(known.gain) ** 2 * float(here) ** 2
    (q0, first), (q1, second) = drawn[:2]
    near = abs(start - first) <= 3 * abs(second - first) * max(1.0, q0 / (q1 - q0)) + 1e-9
    return [(0.0, start), *drawn] if near else drawn


def _path(q: Sequence[float], mapped: Sequence[float], start: float) -> list[float]:
    """q after each layer, read off the drawn curve, until it leaves the picture or stands still."""
    values = [start]
    for _ in range(_STEPS):
        after = _read(q, mapped, values[-1])
        if after is None or abs(after - values[-1]) < 1e-4 * q[-1]:
            break
        values.append(after)
    return values


def _read(q: Sequence[float], mapped: Sequence[float], at: float) -> float | None:
    if not q[0] <= at <= q[-1]:
        return None
    right = min(max(bisect_right(q, at), 1), len(q) - 1)
    share = (at - q[right - 1]) / (q[right] - q[right - 1])
    return mapped[right - 1] + share * (mapped[right] - mapped[right - 1])


def gain_curves(activation: Activation, variance: sp.Rational) -> tuple[list[float], list[Curve]]:
    """Forward, backward and centred gain at places from variance/100 to 100 variance, the variance among them."""
    count = _DECADES * _PER_DECADE
    shares = [sp.Rational(round(10**6 * 10 ** (k / _PER_DECADE)), 10**6) for k in range(-count, count + 1)]
    places = [variance * share for share in shares]
    rows = [tuple(_gains(activation, q)) for q in places]
    names = ("forward", "backward", "centred")
    return [float(q) for q in places], [Curve(n, [row[i] for row in rows]) for i, n in enumerate(names)]


def _gains(activation: Activation, q: sp.Rational) -> Iterator[float | None]:
    mean, second, slope = (_moment(activation, kind, q) for kind in ("mean", "second", "derivative_second"))
    yield _root(float(q), second)
    yield _root(1.0, slope)
    yield _root(float(q), None if second is None or mean is None else second - mean**2)


def _moment(activation: Activation, kind: str, q: sp.Rational) -> float | None:
    found = moment(activation, kind, q, _DIGITS)  # type: ignore[arg-type]
    return None if isinstance(found, Missing) else float(found)


def _root(above: float, below: float | None) -> float | None:
    return math.sqrt(above / below) if below is not None and below > 1e-12 else None


def correlations(name: str, points: Sequence[float], values: Sequence[float]) -> Correlation:
    """The part of a correlation map from 0 to 1."""
    kept = [(c, v) for c, v in zip(points, values, strict=True) if c >= 0]
    return Correlation(name, [c for c, _ in kept], [v for _, v in kept])


def correlation_path(one: Correlation, start: float = 0.5) -> list[float]:
    """The correlation of two inputs after each of thirty layers, read off the drawn map."""
    values = [start]
    for _ in range(_LAYERS):
        after = _read(one.before, one.after, values[-1])
        values.append(values[-1] if after is None else after)
    return values
