"""How many networks a claim needs, and how surely that many decide it.

The variance of an increment follows from Gaussian fourth moments: of A it is (E f^4/(E f^2)^2 - 1)/n, of B
that of M T, with n units and d free directions: (1 + k/n)(1 + 2/d) - 1, k = E f'^4/(E f'^2)^2 - 1. Uniform
weights have lighter tails than Gaussian ones, so the Gaussian variance is the larger and serves for both;
several inputs of one net count as one, since in a deep net they become alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.special import chdtri, ndtr, ndtri, stdtrit

from derive.errors import BadInput
from derive.number import Missing
from verify.accumulate import Array
from verify.levels import Levels
from verify.prediction import planned_q
from verify.problem import Problem
from verify.samplers.cost import normals_per_net

# Where the fixed point is not stable, networks wander: the largest variance within these factors of q counts,
# as far as networks get to in the layers before, which is this many standard deviations of log q.
_WANDER = (1 / 256, 1 / 64, 1 / 16, 1 / 4, 1.0, 4.0, 16.0, 64.0)
_REACH = 5.0


@dataclass(frozen=True)
class Power:
    """The plan of a run.

    `planned` is the number of networks by the power formula, `replicates` the number drawn; `normals` how
    many random numbers that takes; `confirm` and `refute` bound from below the probabilities to confirm at
    zero error and to refute at twice the margin. `variances` maps a direction to the planned variance of
    one increment per layer.
    """

    replicates: int
    planned: int
    normals: int
    confirm: float
    refute: float
    variances: dict[str, list[float]]

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "replicates": self.replicates,
            "planned_replicates": self.planned,
            "normals": self.normals,
            "confirm_probability": self.confirm,
            "refute_probability": self.refute,
            "confirm_at": "zero error of the gain",
            "refute_at": "an error of the gain of twice the margin",
            "increment_variances": self.variances,
        }


@dataclass(frozen=True)
class Size:
    """What the power of a pooled test depends on: the standard deviation per network, and the layers."""

    deviation: float
    layers: int


def power(problem: Problem) -> Power:
    """Plan a run; raises `BadInput` where the variance of an increment is not finite.

    >>> from derive.catalogue import activation
    >>> from verify.claim import Claim
    >>> from verify.problem import resolve
    >>> plan = power(resolve(Claim(activation("relu"))))
    >>> 200 < plan.replicates < 260, plan.confirm >= 0.9999, plan.refute >= 0.9999
    (True, True, True)
    """
    _refuse_heavy_tails(problem)
    claim, q = problem.claim, planned_q(problem)
    variances = {
        direction: planned_variances(problem, direction, q).tolist() for direction in problem.directions
    }
    levels = Levels(1 - claim.confidence, len(variances), len(variances) * claim.depth)
    sizes = [_size(problem, variance, q) for variance in variances.values()]
    planned = _planned(sizes, levels, claim.margin)
    nets = claim.replicates or planned
    confirm = _confirm(sizes, nets, levels, claim.margin)
    refute = _refute(sizes, nets, levels, claim.margin)
    return Power(
        nets, planned, nets * normals_per_net(claim, any(problem.bias_variances)), confirm, refute, variances
    )


def _refuse_heavy_tails(problem: Problem) -> None:
    law = problem.claim.weights
    if math.isinf(law.kurtosis):
        raise BadInput(
            f"the law {law.name} has an infinite fourth moment, so the variance of an increment is infinite and no "
            "number of replicates bounds the error: take nu > 4, or another law"
        )


def planned_variances(problem: Problem, direction: str, predicted: Array) -> Array:
    """The variance of one increment (without the constant (g/g*)^2) per layer, at its predicted q; positive."""
    widths = np.array(problem.claim.widths, dtype=np.float64)
    variance = _excess(problem, direction == "backward", predicted) / widths[1:]
    if direction == "backward":
        free = widths[:-1] - problem.claim.batch
        variance = (1 + variance) * (1 + np.where(free > 0, 2 / np.maximum(free, 1), 0.0)) - 1
    # A layer whose increment is a constant gets the weight of its units instead of an infinite one.
    return np.where(variance > 0, variance, 1 / widths[1:])


def _excess(problem: Problem, derivative: bool, predicted: Array) -> Array:
    """h^4's mean over the square of h^2's, less 1, at the q predicted for each layer; h is f or f'."""
    excess = _excess_at(problem, derivative, torch.from_numpy(_factors(problem, predicted) * predicted))
    if not bool(excess.isfinite().all()):
        raise BadInput(
            f"the power calculation needs finite fourth moments of {problem.claim.activation.name} at the "
            "variances that depth is predicted to reach: give a smaller --gain or fewer layers"
        )
    return excess.clamp(min=0).max(dim=0).values.numpy()


def _excess_at(problem: Problem, derivative: bool, q: torch.Tensor) -> torch.Tensor:
    fourth = problem.theory.expectation("derivative_fourth" if derivative else "fourth", q)
    second = problem.theory.expectation("derivative_second" if derivative else "second", q)
    return fourth / second**2 - 1


def _factors(problem: Problem, predicted: Array) -> Array:
    """Where networks get to in each layer, as factors of its predicted q, one column a layer.

    To first order log q gains excess/n of variance in a layer, and what it had is multiplied by the square of
    F'. The first layer has its q exactly. A function that is flat about 0 has no finite plan without this: its
    increments vary without bound as q goes to 0.
    """
    if problem.stability.kind in ("stable", "neutral"):
        return np.ones((1, len(predicted)))
    slope = problem.stability.slope
    steep = 2.0 if isinstance(slope, Missing) else abs(float(slope))
    gained = _excess_at(problem, False, torch.from_numpy(predicted)).clamp(min=0).numpy()
    spread = [0.0]
    for excess, n in zip(gained[:-1], problem.claim.widths[1:-1], strict=True):
        spread.append(min(steep**2 * spread[-1] + excess / n, 1e3))
    far: Array = np.exp(_REACH * np.sqrt(spread))
    within: Array = np.clip(np.array(_WANDER)[:, None], 1 / far, far)
    return within


def _size(problem: Problem, variance: list[float], predicted: Array) -> Size:
    """Layers add their precision, in proportion to the networks that still live there."""
    shares = [problem.theory.flat_share(q) for q in predicted.tolist()]
    living = np.cumprod(
        [1.0] + [1 - share**n for share, n in zip(shares, problem.claim.widths[1:], strict=True)]
    )
    precision = float((living[:-1] / np.array(variance)).sum())
    return Size(precision**-0.5, len(variance))


def _planned(sizes: list[Size], levels: Levels, margin: float) -> int:
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


def _confirm(sizes: list[Size], nets: int, levels: Levels, margin: float) -> float:
    """A lower bound on the probability to confirm at zero error, all directions together."""
    misses = [2 * _miss(size, nets, levels, _room_inside(margin)) for size in sizes]
    return max(0.0, 1 - sum(misses) - levels.layers)


def _refute(sizes: list[Size], nets: int, levels: Levels, margin: float) -> float:
    """A lower bound on the probability to refute when one direction is off by twice the margin."""
    misses = [_miss(size, nets, levels, room, truth) for size in sizes for truth, room in _beyond(margin)]
    return max(0.0, 1 - max(misses))


def _miss(size: Size, nets: int, levels: Levels, room: float, truth: float = 1.0) -> float:
    """The probability that the end of an interval is not within `room` of the truth, on one side."""
    t = float(stdtrit(size.layers * (nets - 1), 1 - levels.pooled_tail))
    return float(ndtr(t - room * math.sqrt(nets) / (size.deviation * truth)))


def _normal_quantile(probability: float) -> float:
    return float(ndtri(probability))
