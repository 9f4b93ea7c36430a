"""The reference sampler: full weights of any law, drawn and multiplied."""

from __future__ import annotations

from verify.increments import Sample, sample
from verify.network import Family, Shard
from verify.problem import Problem
from verify.samplers.sampler import Sampler
from verify.shards import Cut
from verify.weights import Weights, buffers


def dense(drawn: Family, problem: Problem, plan: Cut) -> Sampler:
    """A sampler with memory of its own for the weights of one shard."""
    sizes = [plan.largest * size for size in plan.layer_sizes]
    weights = Weights(drawn.law, buffers(sizes, plan.keep, drawn.dtype, drawn.device), plan.keep)

    def draw(shard: Shard) -> Sample:
        return sample(drawn, shard, weights, problem)

    return draw
