"""How many networks a run of fixed size needs, judged by Student's t, and how surely that many decide."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import chdtri, ndtr, ndtri, stdtrit

from verify.levels import Levels


@dataclass(frozen=True)
class Size:
    """What the power of a pooled test depends on: the standard deviation per network, and the layers."""

    deviation: float
    layers: int


def planned(sizes: list[Size], levels: Levels, margin: float) -> int:
    """The smallest number of networks at which every direction decides with the planned power."""
    enough = 2
    while not _all_decide(sizes, enough, levels, margin):
        enough *= 2
    short = enough // 2
    while enough - short > 1:
        middle = (short + enough) // 2
        short, enough = (short, middle) if _all_decide(sizes, middle, levels, margin) else (middle, enough)
    return enough


def _all_decide(sizes: list[Size], nets: int, levels: Levels, margin: float) -> bool:
    return all(_decides(size, nets, levels, margin) for size in sizes)


def _decides(size: Size, nets: int, levels: Levels, margin: float) -> bool:
    """Whether the interval, at an unluckily large standard error, is short enough three times over: to lie
    inside the band at zero error, and beyond it at twice the margin on either side. A tenth of the
    allowed miss goes to the standard error, the rest to the estimate."""
    freedom = size.layers * (nets - 1)
    t = float(stdtrit(freedom, 1 - levels.pooled_tail))
    swell = math.sqrt(float(chdtri(freedom, 0.1 * levels.miss)) / freedom)
    inside = t * swell + _normal_quantile(1 - 0.45 * levels.miss)
    beyond = t * swell + _normal_quantile(1 - 0.9 * levels.miss)
    error = size.deviation / math.sqrt(nets)
    return inside * error <= _room_inside(margin) and all(
        beyond * error * truth <= room for truth, room in _beyond(margin)
    )


def _room_inside(margin: float) -> float:
    return 1 - (1 - margin) ** 2


def _beyond(margin: float) -> list[tuple[float, float]]:
    """(true value of (g/g*)^2, its distance from the band) at twice the margin below and above."""
    low, high = (1 - 2 * margin) ** 2, (1 + 2 * margin) ** 2
    return [(low, (1 - margin) ** 2 - low), (high, high - (1 + margin) ** 2)]


def confirm(sizes: list[Size], nets: int, levels: Levels, margin: float) -> float:
    """A lower bound on the probability to confirm at zero error, all directions together."""
    misses = [2 * _miss(size, nets, levels, _room_inside(margin)) for size in sizes]
    return max(0.0, 1 - sum(misses) - levels.layers)


def refute(sizes: list[Size], nets: int, levels: Levels, margin: float) -> float:
    """A lower bound on the probability to refute when one direction is off by twice the margin."""
    misses = [_miss(size, nets, levels, room, truth) for size in sizes for truth, room in _beyond(margin)]
    return max(0.0, 1 - max(misses))


def _miss(size: Size, nets: int, levels: Levels, room: float, truth: float = 1.0) -> float:
    """The probability that the end of an interval is not within `room` of the truth, on one side."""
    t = float(stdtrit(size.layers * (nets - 1), 1 - levels.pooled_tail))
    return float(ndtr(t - room * math.sqrt(nets) / (size.deviation * truth)))


def _normal_quantile(probability: float) -> float:
    return float(ndtri(probability))
