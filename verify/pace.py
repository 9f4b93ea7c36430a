"""How long a run will take on this machine: a small draw is timed and thrown away."""

from __future__ import annotations

import time
from dataclasses import replace

import torch

from verify.hardware import full_precision
from verify.measure import family, shard_sums
from verify.power import Power
from verify.prediction import prediction
from verify.problem import Problem
from verify.samplers.choose import sampler
from verify.samplers.cost import normals_per_net
from verify.seeds import root
from verify.shards import cut, nets_per_shard
from verify.variance import Variances

# Random numbers of one timed draw, and how often it is repeated after a first that warms caches up.
_NUMBERS = 2**22
_REPEATS = 2
# A word in the key of the probe's seeds, which no run has.
_PROBE = int.from_bytes(b"probe")


def expected_seconds(problem: Problem, plan: Power, workers: int) -> float:
    """The time that drawing takes on average where the claim is true, from a few small draws.

    An estimate, within a factor of about two on an idle machine. The draws have seeds of their own, take few
    layers of few networks where those are large, and are not kept. The first of a shard is slower, its memory
    being new: every worker has one.
    """
    shard = min(plan.replicates, nets_per_shard(problem.claim) if plan.looks is None else plan.looks.shard)
    networks = plan.replicates if plan.expected is None else plan.expected[0]
    shards = max(1.0, networks / shard)
    small, nets = _probe(problem, shard)
    first, *others = _timed(small, nets)
    share = nets * _numbers(small) / (shard * _numbers(problem))
    side_by_side = min(float(cut(problem.claim, plan.replicates, workers, shard).workers), shards)
    return (first + min(others) * (shards / side_by_side - 1)) / share


def _numbers(problem: Problem) -> int:
    return normals_per_net(problem.claim, any(problem.bias_variances))


def _probe(problem: Problem, shard: int) -> tuple[Problem, int]:
    """The first layers of the claim, and how many networks of them: a whole shard where it is small."""
    claim = problem.claim
    layers = max(1, min(claim.depth, _NUMBERS * claim.depth // (shard * _numbers(problem))))
    small = replace(problem, claim=replace(claim, widths=claim.widths[: layers + 1], replicates=None))
    return small, max(1, min(shard, _NUMBERS // _numbers(small)))


def _timed(problem: Problem, nets: int) -> list[float]:
    drawn = family(problem)
    drawn = replace(drawn, key=(*drawn.key, _PROBE), root=root((*drawn.key, _PROBE)))
    plan = cut(problem.claim, nets, 1, nets)
    draw, expected, variances = sampler(drawn, problem, plan), prediction(problem), Variances(problem)
    times = []
    with full_precision(), torch.inference_mode():
        for shard in [next(plan.shards())] * (1 + _REPEATS):
            start = time.perf_counter()
            shard_sums(draw(shard), expected, variances)
            times.append(time.perf_counter() - start)
    return times
