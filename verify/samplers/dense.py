"""The reference sampler: full weights of any law, drawn and multiplied."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from verify.increments import Sample, sample
from verify.network import Family, Pulled, Shard, stream
from verify.problem import Problem
from verify.samplers.sampler import Sampler
from verify.shards import Cut
from verify.signal import Signal, square_sum, taken_out
from verify.weights import Weights, buffers


def dense(drawn: Family, problem: Problem, plan: Cut) -> Sampler:
    """A sampler with memory of its own for the weights of one shard."""
    sizes = [plan.largest * size for size in plan.layer_sizes]
    weights = Weights(drawn.law, buffers(sizes, plan.keep, drawn.dtype, drawn.device), plan.keep)

    def draw(shard: Shard) -> Sample:
        return sample(drawn, shard, Full(drawn, shard, weights), problem)

    return draw


@dataclass(frozen=True)
class Full:
    """The weights of one shard as `verify.network.Matrices`: full matrices, multiplied."""

    family: Family
    shard: Shard
    weights: Weights

    def forward(self, index: int, inputs: Signal, scale: float) -> Tensor:
        """scale W x, (nets, n_out, batch)."""
        return self.weights.forward(index, self._shape(index), self._stream, inputs.values * scale)

    def backward(self, index: int, inputs: Signal, delta: Tensor, scale: float) -> Pulled:
        """scale W^T delta."""
        below = self.weights.backward(index, self._shape(index), self._stream, delta)
        free = free_share(inputs.values, below, delta)
        values = below * scale
        return Pulled(taken_out(values, torch.zeros_like(inputs.exponent), square_sum(values)), free)

    def _shape(self, index: int) -> tuple[int, int, int]:
        return self.shard.nets, self.family.widths[index + 1], self.family.widths[index]

    def _stream(self, index: int) -> torch.Generator:
        return stream(self.family, self.shard, index, "weights")


def free_share(inputs: Tensor, below: Tensor, delta: Tensor) -> Tensor:
    """|P u|^2 / (|delta|^2 d) for u = W^T delta: (nets, batch), nan where it is undefined.

    P projects orthogonally to the inputs of the net, d is its rank. Undefined where delta is zero, and where
    the inputs leave no direction free (n_in <= batch).
    """
    nets, n_in, batch = inputs.shape
    if n_in <= batch:
        return torch.full((nets, batch), float("nan"), dtype=torch.float64, device=inputs.device)
    basis = _basis(inputs)
    known = torch.bmm(basis.transpose(1, 2), below)
    rank = n_in - (square_sum(basis) > 0).sum(dim=1, keepdim=True)
    return square_sum(below - torch.bmm(basis, known)) / (square_sum(delta) * rank)


def _basis(inputs: Tensor) -> Tensor:
    """Orthonormal columns that span the inputs, (nets, n_in, batch); one zero input gives a zero column."""
    if inputs.shape[2] > 1:
        columns: Tensor = torch.linalg.qr(inputs)[0]
        return columns
    norm = square_sum(inputs).sqrt().to(inputs.dtype)[:, None, :]
    return torch.where(norm > 0, inputs / norm, 0.0)
