"""E f^2 and E f'^2 at many q from one set of samples of f: floats for a search, never for a certificate.

Gauss-Legendre panels, one for each factor of 2 in |x| from 2^-24 to 2^12 and cut at every kink, serve all q
at once. They are good to many digits where f is smooth on the scale of x; a function that oscillates far out
is sampled too coarsely there. What is found with them is certified in ball arithmetic afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import exp, inf, isfinite, isnan, pi, sqrt

import sympy as sp
from flint import acb, arb, ctx

from derive.moments.program import value
from derive.moments.smooth import Smooth, smooth_parts

_NODES = 12
_OCTAVES = range(-24, 13)
_OUTER = 2.0 ** (_OCTAVES[-1] - 1)
_STEPS = 60  # at most, of the search for a root
_CLOSE = 1e-13  # relative; what the samples are good for
_SHARE = 1e-9  # of the total, beyond which the outermost panels mean that the integral is cut off


@dataclass(frozen=True)
class Sampled:
    """Nodes, weights, and the logarithms of f^2 and f'^2 there (minus infinity for 0)."""

    nodes: tuple[float, ...]
    weights: tuple[float, ...]
    value: tuple[float, ...]
    slope: tuple[float, ...]

    def second(self, q: float) -> float:
        """E f(sqrt(q) Z)^2, infinity where it does not look finite.

        >>> round(sampled(sp.tanh(sp.Symbol("x", real=True))).second(1.0), 8)
        0.39429449
        """
        return self._mean(self.value, q)

    def derivative_second(self, q: float) -> float:
        """E f'(sqrt(q) Z)^2, likewise."""
        return self._mean(self.slope, q)

    def _mean(self, logs: tuple[float, ...], q: float) -> float:
        total = outer = 0.0
        for x, weight, size in zip(self.nodes, self.weights, logs, strict=True):
            exponent = size - x * x / (2 * q)
            if exponent > 300:
                return inf
            term = weight * exp(exponent)
            total += term
            outer += term if abs(x) > _OUTER else 0.0
        return inf if outer > _SHARE * total else total / sqrt(2 * pi * q)


@lru_cache(maxsize=16)
def sampled(function: sp.Expr) -> Sampled:
    """The samples of a function of x alone; raises `UnsupportedError` where it has no evaluation."""
    with ctx.workprec(64):
        rows = [row for part in smooth_parts(function) for row in _of_part(part)]
    return Sampled(*(tuple(column) for column in zip(*rows, strict=True)))


def _of_part(part: Smooth) -> Iterator[tuple[float, float, float, float]]:
    low, high = (_end(end) for end in (part.low, part.high))
    constants, rule = part.program.ready(), _rule()
    for left, right in pairwise(_panels(low, high)):
        for node, weight in rule:
            x = (left + right) / 2 + (right - left) / 2 * node
            f, slope = part.program.run(acb(x), constants, False)
            yield x, weight * (right - left) / 2, _log_square(f.real), _log_square(slope.real)


def _end(end: sp.Expr) -> float:
    if end in (sp.oo, -sp.oo):
        return float(end)
    return float(value(end).real)


def _panels(low: float, high: float) -> list[float]:
    """The ends of the panels inside [low, high]."""
    octaves = [2.0**k for k in _OCTAVES]
    every = [-x for x in reversed(octaves)] + [0.0] + octaves
    ends = (max(low, every[0]), min(high, every[-1]))
    return [ends[0], *(x for x in every if ends[0] < x < ends[1]), ends[1]] if ends[0] < ends[1] else []


@lru_cache(maxsize=1)
def _rule() -> tuple[tuple[float, float], ...]:
    pairs = [arb.legendre_p_root(_NODES, k, weight=True) for k in range(_NODES)]
    return tuple((float(node), float(weight)) for node, weight in pairs)


def _log_square(number: arb) -> float:
    size = float(abs(number.mid()).log().mid()) if number.mid() != 0 else -inf
    return inf if isnan(size) else 2 * size


def crossings(function: Callable[[float], float], grid: Sequence[float]) -> Iterator[tuple[float, bool]]:
    """The places where a function changes its sign along a grid, refined, and whether upwards.

    >>> [(round(at, 6), rising) for at, rising in crossings(lambda x: x * x - 2, [1.0, 1.2, 1.6])]
    [(1.414214, True)]
    """
    signs = ((at, here > 0) for at in grid if (here := function(at)) != 0 and not isnan(here))
    for (low, below), (high, above) in pairwise(signs):
        if below != above:
            yield _refined(function, low, high), above


def _refined(function: Callable[[float], float], low: float, high: float) -> float:
    """The root between two places of opposite signs, by the Illinois rule, or by halving where a value is
    not finite. (Dowell and Jarratt 1971.)"""
    below, above, last = function(low), function(high), low
    for _ in range(_STEPS):
        middle = _chord(low, high, below, above)
        here = function(middle)
        if here == 0 or abs(middle - last) <= _CLOSE * abs(middle):
            break
        if (here > 0) == (above > 0):
            low_weight = 0.5 if last == high else 1.0
            high, above, below = middle, here, below * low_weight
        else:
            high_weight = 0.5 if last == low else 1.0
            low, below, above = middle, here, above * high_weight
        last = middle
    return middle


def _chord(low: float, high: float, below: float, above: float) -> float:
    """Where the chord crosses 0; the middle where it has no finite ends."""
    if not (isfinite(below) and isfinite(above)):
        return (low + high) / 2
    at = (low * above - high * below) / (above - below)
    return at if low < at < high else (low + high) / 2
