"""The loop over shards: draw, take increments, add up, forget."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from verify.accumulate import Array, Moments, Trajectory
from verify.hardware import device, dtype, full_precision
from verify.increments import Sample
from verify.network import Family, Shard
from verify.prediction import Prediction, prediction
from verify.problem import Problem
from verify.samplers.choose import sampler
from verify.samplers.method import method
from verify.samplers.sampler import Sampler
from verify.seeds import root
from verify.sequential.information import Information
from verify.sequential.looks import Looks
from verify.shards import cut, nets_per_shard
from verify.variance import Variances
from verify.workers import in_order, one_thread_each

Progress = Callable[[int, int], None]

# Values kept of the first networks' trajectories, for quantiles.
_KEPT = 2**21


@dataclass(frozen=True)
class Measurements:
    """All that is kept of a run, or of a part of it.

    increments: without the constant (g/g*)^2, by direction, as is information, for sequential tests. ratio: plain
    |g_(l-1)|^2 / |g_l|^2 per unit.
    past_range: per layer, how many networks had left the dtype's range there. digests: a hash per shard.
    """

    nets: int
    increments: dict[str, Moments]
    ratio: Moments
    q: Trajectory
    gradient: Trajectory
    past_range: Array
    digests: tuple[str, ...]
    information: dict[str, Information]

    @property
    def digest(self) -> str:
        """SHA-256 over the increments of all networks, shard by shard."""
        return hashlib.sha256("".join(self.digests).encode()).hexdigest()


@dataclass(frozen=True)
class Stop:
    """When a run looks at what it has, and whether that decides."""

    looks: Looks
    decided: Callable[[Measurements], bool]

    def over(self, found: Measurements) -> bool:
        """Whether the run looks now, and what it sees decides."""
        return self.looks.due(found.nets) and self.decided(found)


def family(problem: Problem) -> Family:
    """The networks that a problem asks to draw."""
    claim = problem.claim
    labels = (claim.weights.name, claim.dtype, method(claim))
    names = [int.from_bytes(label.encode()) for label in labels]
    key = (claim.seed, nets_per_shard(claim), claim.batch, *names, *claim.widths)
    scales = (1.0,) * claim.depth if claim.weights.as_given else problem.scales
    return Family(
        widths=claim.widths,
        scales=scales,
        bias_variances=problem.bias_variances,
        law=claim.weights,
        first_square=(problem.variance - problem.bias_variances[0]) * (scales[0] / problem.scales[0]) ** 2,
        functions=problem.theory.functions,
        homogeneous=problem.homogeneous,
        batch=claim.batch,
        output_gradient=claim.output_gradient,
        dtype=dtype(claim.dtype),
        device=device(claim.device),
        key=key,
        root=root(key),
    )


def measure(
    drawn: Family,
    problem: Problem,
    replicates: int,
    progress: Progress | None = None,
    workers: int = 1,
    stop: Stop | None = None,
) -> Measurements:
    """Draw the replicates and add up their increments against the theory.

    `drawn` is what is drawn, `problem` what is expected: they agree unless a test plants an error. At most
    `workers` shards are drawn side by side, which changes no bit of the result. With `stop` the run looks as its
    schedule says, and ends where that decides.
    A KeyboardInterrupt stops with the shards that are done, if they hold two networks or more.
    """
    schedule = None if stop is None else stop.looks
    plan = cut(problem.claim, replicates, workers if drawn.device.type == "cpu" else 1, schedule)
    expected, variances = prediction(problem), Variances(problem)
    tools = [sampler(drawn, problem, plan) for _ in range(plan.workers)]

    def work(shard: Shard, draw: Sampler) -> Measurements:
        with torch.inference_mode():
            return shard_sums(draw(shard), expected, variances)

    total: Measurements | None = None
    with full_precision(), one_thread_each():
        try:
            for part in in_order(plan.shards(), tools, work):
                total = part if total is None else _merged(total, part)
                if progress is not None:
                    progress(total.nets, replicates)
                if stop is not None and stop.over(total):
                    break
        except KeyboardInterrupt:
            if total is None or total.nets < 2:
                raise
    assert total is not None
    return total


def shard_sums(found: Sample, expected: Prediction, variances: Variances) -> Measurements:
    """The sums of one shard."""
    room = _KEPT // found.log_q.shape[1]
    digest = hashlib.sha256()
    for values in (found.forward, found.backward, found.log_q, found.log_gradient):
        digest.update(np.ascontiguousarray(values).tobytes())
    return Measurements(
        nets=len(found.forward),
        increments={"forward": Moments.of(found.forward), "backward": Moments.of(found.backward)},
        ratio=Moments.of(found.ratio),
        q=Trajectory.of(found.log_q, expected.log_q, room),
        gradient=Trajectory.of(found.log_gradient, expected.log_gradient, room),
        past_range=found.past_range.sum(axis=0).astype(np.float64),
        digests=(digest.hexdigest(),),
        information={
            d: Information.of(getattr(found, d), _variance(found, variances, d))
            for d in variances.problem.directions
        },
    )


def _variance(found: Sample, variances: Variances, direction: str) -> Array:
    """Of each increment, (nets, layers). The mean over inputs has at most the square of their mean standard deviation,
    however they depend on each other."""
    if found.each_log_q is None:
        return variances.at(direction, found.log_q[:, :-1], found.fourth)
    total, count = np.zeros_like(found.forward), np.zeros_like(found.forward)
    for log_q in found.each_log_q:
        used = np.isfinite(log_q)
        deviation = np.sqrt(variances.at(direction, np.where(used, log_q, 0.0), found.fourth))
        total, count = total + np.where(used, deviation, 0.0), count + used
    mean: Array = np.divide(total, count, out=np.full_like(total, np.inf), where=count > 0)
    return mean**2


def _merged(a: Measurements, b: Measurements) -> Measurements:
    room = _KEPT // len(a.q.log_predicted)
    return Measurements(
        nets=a.nets + b.nets,
        increments={d: moments.merged(b.increments[d]) for d, moments in a.increments.items()},
        ratio=a.ratio.merged(b.ratio),
        q=a.q.merged(b.q, room),
        gradient=a.gradient.merged(b.gradient, room),
        past_range=a.past_range + b.past_range,
        digests=a.digests + b.digests,
        information={d: found.merged(b.information[d]) for d, found in a.information.items()},
    )
