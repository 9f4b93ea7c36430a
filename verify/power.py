"""How many networks a claim needs, and how surely that many decide it.

The variances of increments are those of `verify.variance`. By default a run is sequential: it stops when it is
decided, after `replicates` networks at most (`verify.sequential.plan`). Where the claim fixes the number of
replicates, it is judged by Student's t (`verify.fixed.plan`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from derive.errors import BadInput
from derive.number import Missing
from verify.accumulate import Array
from verify.fixed import plan as fixed
from verify.levels import Levels
from verify.prediction import planned_q
from verify.problem import Problem
from verify.samplers.cost import normals_per_net
from verify.sequential import plan as sequential
from verify.sequential.looks import Looks, looks
from verify.shards import nets_per_shard
from verify.variance import Variances, excess_at, shapes

# Where the fixed point is not stable, networks wander: the largest variance within these factors of q counts,
# as far as networks get to in the layers before, which is this many standard deviations of log q.
_WANDER = (1 / 256, 1 / 64, 1 / 16, 1 / 4, 1.0, 4.0, 16.0, 64.0)
_REACH = 5.0
# Nodes of the average over where they typically get to.
_HERMITE = 9


@dataclass(frozen=True)
class Power:
    """The plan of a run.

    `planned` is the number of networks by the power formula, `replicates` the most that are drawn; `normals` how
    many random numbers that takes; `confirm` and `refute` bound from below the probabilities to confirm at
    zero error and to refute at twice the margin. `variances` maps a direction to the planned variance of
    one increment per layer, `living` is the share of networks that live there, `shapes` are those of the
    increments (see `verify.sequential.mixture`). `looks` is None for a run of fixed size; else `expected` holds
    the networks drawn on average at zero error and at twice the margin. `seconds` estimates the time.
    """

    replicates: int
    planned: int
    normals: int
    confirm: float
    refute: float
    variances: dict[str, list[float]]
    living: list[float] = field(default_factory=list)
    shapes: dict[str, tuple[float, float]] = field(default_factory=dict)
    looks: Looks | None = None
    expected: tuple[float, float] | None = None
    seconds: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        right, wrong = self.expected or (self.replicates, self.replicates)
        return {
            "method": "fixed" if self.looks is None else "sequential",
            "replicates": self.replicates,
            "planned_replicates": self.planned,
            "expected_replicates": right,
            "expected_replicates_at_twice_the_margin": wrong,
            "looks": [] if self.looks is None else list(self.looks.numbers),
            "expected_seconds": self.seconds,
            "normals": self.normals,
            "confirm_probability": self.confirm,
            "refute_probability": self.refute,
            "confirm_at": "zero error of the gain",
            "refute_at": "an error of the gain of twice the margin",
            "increment_variances": self.variances,
        }


def power(problem: Problem) -> Power:
    """Plan a run; raises `BadInput` where the variance of an increment is not finite.

    >>> from derive.catalogue import activation
    >>> from verify.claim import Claim
    >>> from verify.problem import resolve
    >>> plan = power(resolve(Claim(activation("relu"))))
    >>> 200 < plan.replicates < 350, plan.confirm >= 0.9999, plan.refute >= 0.9999
    (True, True, True)
    """
    _refuse_heavy_tails(problem)
    q = planned_q(problem)
    variances = {direction: planned_variances(problem, direction, q) for direction in problem.directions}
    return _fixed(problem, variances, q) if problem.claim.replicates else _sequential(problem, variances, q)


def _levels(problem: Problem) -> Levels:
    directions = len(problem.directions)
    return Levels(1 - problem.claim.confidence, directions, directions * problem.claim.depth)


def _fixed(problem: Problem, variances: dict[str, Array], q: Array) -> Power:
    levels, margin, living = _levels(problem), problem.claim.margin, _living(problem, q)
    sizes = [fixed.Size(float((living / v).sum()) ** -0.5, len(v)) for v in variances.values()]
    nets = problem.claim.replicates or 0
    return Power(
        replicates=nets,
        planned=fixed.planned(sizes, levels, margin),
        normals=_normals(problem, nets),
        confirm=fixed.confirm(sizes, nets, levels, margin),
        refute=fixed.refute(sizes, nets, levels, margin),
        variances={d: v.tolist() for d, v in variances.items()},
        living=living.tolist(),
    )


def _sequential(problem: Problem, variances: dict[str, Array], q: Array) -> Power:
    rules = sequential.Rules(_levels(problem), problem.claim.margin)
    living, points = _living(problem, q), _factors(problem, q) * q
    found = {d: shapes(Variances(problem), d, points) for d in variances}
    rates = [sequential.Rate(float((living / v).sum()), found[d]) for d, v in variances.items()]
    nets = sequential.most(rates, rules)
    schedule = looks(nets, nets_per_shard(problem.claim))
    missed = [sequential.misses(rate, nets, rules) for rate in rates]
    return Power(
        replicates=nets,
        planned=nets,
        normals=_normals(problem, nets),
        confirm=max(0.0, 1 - sum(unsure for unsure, _ in missed) - rules.levels.layers),
        refute=max(0.0, 1 - max(unmet for _, unmet in missed)),
        variances={d: v.tolist() for d, v in variances.items()},
        living=living.tolist(),
        shapes=found,
        looks=schedule,
        expected=sequential.expected(
            [
                replace(rate, typical=_typical(problem, d, q))
                for d, rate in zip(variances, rates, strict=True)
            ],
            schedule.numbers,
            rules,
        ),
    )


def _typical(problem: Problem, direction: str, predicted: Array) -> float:
    """The information that a network brings on average: over log q as normal as it is to first order."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(_HERMITE)
    log_q = np.log2(predicted) + nodes[:, None] * _spread(problem, predicted) / np.log(2)
    mean = (weights / weights.sum()) @ (1 / Variances(problem).at(direction, log_q))
    return float(_living(problem, predicted) @ mean)


def _normals(problem: Problem, nets: int) -> int:
    return nets * normals_per_net(problem.claim, any(problem.bias_variances))


def _refuse_heavy_tails(problem: Problem) -> None:
    law = problem.claim.weights
    if math.isinf(law.kurtosis):
        raise BadInput(
            f"the law {law.name} has an infinite fourth moment, so the variance of an increment is infinite and no "
            "number of replicates bounds the error: take nu > 4, or another law"
        )


def planned_variances(problem: Problem, direction: str, predicted: Array) -> Array:
    """The variance of one increment (without the constant (g/g*)^2) per layer, at its predicted q; positive.

    The largest of those at the q that networks get to. Raises `BadInput` where it is not finite.
    """
    points = _factors(problem, predicted) * predicted
    excess = excess_at(problem.theory, direction == "backward", points)
    if not np.isfinite(excess).all():
        raise BadInput(
            f"the power calculation needs finite fourth moments of {problem.claim.activation.name} at the "
            "variances that depth is predicted to reach: give a smaller --gain or fewer layers"
        )
    found: Array = Variances(problem).of_excess(direction, np.maximum(excess, 0.0)).max(axis=0)
    return found


def _factors(problem: Problem, predicted: Array) -> Array:
    """Where networks get to in each layer, as factors of its predicted q, one column a layer.

    A function that is flat about 0 has no finite plan without this: its increments vary without bound as q goes
    to 0.
    """
    if problem.stability.kind in ("stable", "neutral"):
        return np.ones((1, len(predicted)))
    far: Array = np.exp(_REACH * _spread(problem, predicted))
    within: Array = np.clip(np.array(_WANDER)[:, None], 1 / far, far)
    return within


def _spread(problem: Problem, predicted: Array) -> Array:
    """The standard deviation of log q in each layer, where the fixed point is not stable; else 0.

    To first order log q gains excess/n of variance in a layer, and what it had is multiplied by the square of
    F'. The first layer has its q exactly.
    """
    if problem.stability.kind in ("stable", "neutral"):
        return np.zeros(len(predicted))
    slope = problem.stability.slope
    steep = 2.0 if isinstance(slope, Missing) else abs(float(slope))
    gained: Array = np.maximum(excess_at(problem.theory, False, predicted), 0.0)
    spread = [0.0]
    for excess, n in zip(gained[:-1], problem.claim.widths[1:-1], strict=True):
        spread.append(min(steep**2 * spread[-1] + excess / n, 1e3))
    return np.asarray(np.sqrt(spread))


def _living(problem: Problem, predicted: Array) -> Array:
    """The share of networks that still live at each layer: the others leave nothing to measure there."""
    shares = [problem.theory.flat_share(q) for q in predicted.tolist()]
    survive = [1 - share**n for share, n in zip(shares, problem.claim.widths[1:], strict=True)]
    return np.asarray(np.cumprod([1.0, *survive])[:-1], dtype=np.float64)
