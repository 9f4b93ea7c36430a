"""How long a run will take on this machine: a small draw is timed and thrown away."""

from __future__ import annotations

import time
from dataclasses import replace

import torch

from verify.hardware import full_precision
from verify.measure import family, shard_sums
from verify.network import Shard
from verify.power import Power
from verify.prediction import prediction
from verify.problem import Problem
from verify.samplers.choose import sampler
from verify.samplers.cost import normals_per_net
from verify.samplers.sampler import Sampler
from verify.seeds import root
from verify.sequential.looks import Looks
from verify.shards import cut, nets_per_shard
from verify.variance import Variances
from verify.workers import in_order

# Random numbers of one timed shard: enough not to fit into a cache.
_NUMBERS = 2**24
# A word in the key of the probe's seeds, which no run has.
_PROBE = int.from_bytes(b"probe")


def expected_seconds(problem: Problem, plan: Power, workers: int) -> float:
    """The time that drawing takes on average where the claim is true, from two rounds of small draws.

    An estimate, within a factor of two or three. The draws have seeds of their own, take few layers of few
    networks where those are large, and are not kept. Every worker draws one shard a round, as in a run. The first
    round is slower, its memory being new.
    """
    shards, shard = _shards(problem, plan)
    small, nets = _probe(problem, shard)
    side_by_side = cut(problem.claim, plan.replicates, workers, plan.looks).workers
    first, second = _timed(small, nets, side_by_side)
    share = nets * _numbers(small) / (shard * _numbers(problem))
    return (first + second * (max(1.0, shards / side_by_side) - 1)) / share


def _shards(problem: Problem, plan: Power) -> tuple[float, int]:
    """How many shards are drawn on average, and how many networks one holds."""
    if plan.looks is None or plan.expected is None:
        shard = min(plan.replicates, nets_per_shard(problem.claim))
        return plan.replicates / shard, shard
    number = networks = 0
    for size in plan.looks.sizes():
        if networks >= plan.expected[0]:
            break
        number, networks = number + 1, networks + size
    return float(number), -(-networks // number)


def _numbers(problem: Problem) -> int:
    return normals_per_net(problem.claim, any(problem.bias_variances))


def _probe(problem: Problem, shard: int) -> tuple[Problem, int]:
    """The first layers of the claim, and how many networks of them: a whole shard where it is small."""
    claim = problem.claim
    layers = max(1, min(claim.depth, _NUMBERS * claim.depth // (shard * _numbers(problem))))
    small = replace(problem, claim=replace(claim, widths=claim.widths[: layers + 1], replicates=None))
    return small, max(1, min(shard, _NUMBERS // _numbers(small)))


def _timed(problem: Problem, nets: int, workers: int) -> tuple[float, float]:
    """Seconds of two rounds, each of one shard a worker."""
    drawn = family(problem)
    drawn = replace(drawn, key=(*drawn.key, _PROBE), root=root((*drawn.key, _PROBE)))
    plan = cut(problem.claim, nets, 1, Looks((nets,), nets))
    tools = [sampler(drawn, problem, plan) for _ in range(workers)]
    expected, variances = prediction(problem), Variances(problem)

    def work(shard: Shard, draw: Sampler) -> None:
        with torch.inference_mode():
            shard_sums(draw(shard), expected, variances)

    def seconds() -> float:
        start = time.perf_counter()
        list(in_order([Shard(index, nets) for index in range(workers)], tools, work))
        return time.perf_counter() - start

    with full_precision():
        return seconds(), seconds()
