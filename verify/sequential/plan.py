"""How many networks a sequential run needs at most, and how many it is expected to draw.

At information V the total W = theta (V + S) has S nearly N(0, V); the confidence sequence lies inside the band where
S is between two borders that depend on V alone. So power is a normal probability, and the expected number that of the
first look at which a Gaussian walk is between them. A run that stops earlier only decides more often.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from verify.accumulate import Array
from verify.levels import Levels
from verify.sequential.evidence import Sides
from verify.statistics import Band

Truth = NDArray[np.bool_]

# Simulated walks for the expected number, and their seed.
_WALKS = 2000
_SEED = 20


@dataclass(frozen=True)
class Rate:
    """Of one direction: the information that a network brings at least, by which a run is planned, and the shapes of
    its increments (up, down); `typical` is the information on average, where that is more."""

    information: float
    shapes: tuple[float, float]
    typical: float | None = None


@dataclass(frozen=True)
class Rules:
    """What a plan is made for."""

    levels: Levels
    margin: float

    @property
    def band(self) -> Band:
        """The values of (g/g*)^2 within the margin."""
        return Band.of(self.margin)

    @property
    def wrong(self) -> tuple[float, float]:
        """(g/g*)^2 at twice the margin, below and above."""
        return (1 - 2 * self.margin) ** 2, (1 + 2 * self.margin) ** 2


@dataclass(frozen=True)
class Ends:
    """The confidence sequence reaches from W/high to W/low at these looks (looks,); low may be negative."""

    information: Array
    low: Array
    high: Array

    def inside(self, total: Array, band: Band) -> Truth:
        """Where the interval lies inside the band: total W, (..., looks)."""
        return (total >= band.low * self.high) & (total <= band.high * self.low)

    def outside(self, total: Array, band: Band) -> Truth:
        """Where it lies wholly outside."""
        return (total > band.high * self.high) | (total < band.low * self.low)


def ends(rate: Rate, numbers: Sequence[int], rules: Rules) -> Ends:
    """Of the whole of a direction, at these numbers of networks; tuned to the last."""
    reached = np.array(numbers, dtype=np.float64)
    sides = Sides.tuned(rate.information * reached[-1:], rules.levels.pooled_tail, rate.shapes)
    information = (rate.information if rate.typical is None else rate.typical) * reached
    above, below = (side.critical(information, sides.level) for side in (sides.above, sides.below))
    return Ends(information, information - below, information + above)


def most(rates: Sequence[Rate], rules: Rules) -> int:
    """The smallest number of networks that decides with the planned power at the last look alone."""
    enough = 1
    while not _all_decide(rates, enough, rules):
        enough *= 2
    short = enough // 2
    while enough - short > 1:
        middle = (short + enough) // 2
        short, enough = (short, middle) if _all_decide(rates, middle, rules) else (middle, enough)
    return max(enough, 2)


def _all_decide(rates: Sequence[Rate], nets: int, rules: Rules) -> bool:
    allowed = 0.9 * rules.levels.miss
    return all(max(misses(rate, nets, rules)) <= allowed for rate in rates)


def misses(rate: Rate, nets: int, rules: Rules) -> tuple[float, float]:
    """The probabilities not to confirm at zero error, and not to refute at twice the margin."""
    found, band = ends(rate, [nets], rules), rules.band
    spread, low, high = (float(part[0]) for part in (found.information, found.low, found.high))
    root = math.sqrt(spread)
    unsure = ndtr((band.low * high - spread) / root) + ndtr((spread - band.high * low) / root)
    below, above = rules.wrong
    missed = max(
        ndtr((spread - band.low * low / below) / root), ndtr((band.high * high / above - spread) / root)
    )
    return float(unsure), float(missed)


def expected(rates: Sequence[Rate], numbers: Sequence[int], rules: Rules) -> tuple[float, float]:
    """Networks drawn on average at zero error, and at twice the margin on its worse side.

    By `_WALKS` walks of a fixed seed a direction, so to about 2%.
    """
    found = [ends(rate, numbers, rules) for rate in rates]
    rng = np.random.default_rng(_SEED)
    walks = [_walks(part.information, rng) for part in found]
    controlled = np.logical_and.reduce([_controlled(f, w, rules) for f, w in zip(found, walks, strict=True)])
    confirmed = [f.inside(w, rules.band) for f, w in zip(found, walks, strict=True)]
    right = _average(np.logical_and.reduce(confirmed) & controlled, numbers)
    wrong = []
    for truth in rules.wrong:
        refuted = [f.outside(truth * w, rules.band) for f, w in zip(found, walks, strict=True)]
        wrong.append(_average(np.logical_or.reduce(refuted) & controlled, numbers))
    return right, max(wrong)


def _walks(information: Array, rng: np.random.Generator) -> Array:
    """W at the mean 1: (walks, looks)."""
    steps = np.sqrt(np.diff(information, prepend=0.0))
    walks: Array = information + np.cumsum(rng.standard_normal((_WALKS, len(steps))) * steps, axis=1)
    return walks


def _controlled(found: Ends, walks: Array, rules: Rules) -> Truth:
    """Where the negative control passes."""
    below, above = (found.outside(error * walks, rules.band) for error in rules.wrong)
    return below & above


def _average(decided: Truth, numbers: Sequence[int]) -> float:
    first = np.where(decided.any(axis=1), decided.argmax(axis=1), len(numbers) - 1)
    return float(np.array(numbers)[first].mean())
