"""Gaussian weights, exactly, without drawing them: what W does to a few vectors, given what it did before.

Let W have independent N(0, 1) entries, and X (n_in, B) be inputs that do not depend on it, X = Q R with Q
orthonormal. Then W Q = G has independent N(0, 1) entries, and W X = G R. W Q and W P, P = I - Q Q^T, are
independent. Everything above the layer (z, the later weights, the output gradient, so delta too) depends on W
through W X only. So given all of it, W P is still P applied to fresh N(0, 1) entries:

    W^T D = Q G^T D + P G' R_D,   D = Q_D R_D,   G' (n_in, B) fresh, since W'^T Q_D has such entries.

By induction from the top, the joint law of both passes is that of full weights, at every width, for O(n B^2) in
place of O(n^2 B). With one input, Q = x/|x| and y = W x: W^T d = x (y.d)/|x|^2 + |d| P t with t ~ N(0, I): see
`verify.samplers.single`. Inputs that are zero, or dependent, leave columns of Q open; any choice will do.
"""

from __future__ import annotations

import torch
from torch import Tensor

from verify.increments import Sample, sample
from verify.network import Family, Pulled, Shard, stream
from verify.problem import Problem
from verify.samplers.memory import keep_freed_memory
from verify.samplers.sampler import Sampler
from verify.signal import Signal, square_sum, taken_out


def conditional(drawn: Family, problem: Problem) -> Sampler:
    """The sampler of Gaussian networks of any activation, number of inputs, biases and output gradient."""
    keep_freed_memory()

    def draw(shard: Shard) -> Sample:
        return sample(drawn, shard, Inputs(drawn, shard), problem)

    return draw


class Inputs:
    """Gaussian weights of one shard, met by several inputs a net."""

    def __init__(self, family: Family, shard: Shard) -> None:
        self._widths = family.widths
        self._streams = {way: stream(family, shard, 0, way) for way in ("forward", "backward")}
        self._kept: dict[int, tuple[Tensor, Tensor]] = {}

    def forward(self, index: int, inputs: Signal, scale: float) -> Tensor:
        """scale W X = scale G R."""
        basis, triangle = torch.linalg.qr(inputs.values)
        image = basis.new_empty(len(basis), self._widths[index + 1], basis.shape[2])
        image.normal_(generator=self._streams["forward"])
        self._kept[index] = basis, image
        return torch.bmm(image, triangle * scale)

    def backward(self, index: int, inputs: Signal, delta: Tensor, scale: float) -> Pulled:
        """scale W^T D = scale (Q G^T D + P G' R_D)."""
        basis, image = self._kept.pop(index)
        known = torch.bmm(basis, torch.bmm(image.transpose(1, 2), delta))
        nets, n_in, batch = inputs.values.shape
        if n_in <= batch:  # the inputs tell all of W
            return pulled(known, torch.zeros_like(known), delta, scale, 0)
        triangle = torch.linalg.qr(delta, mode="r")[1]
        fresh = basis.new_empty(nets, n_in, triangle.shape[1]).normal_(generator=self._streams["backward"])
        free = beside(basis, torch.bmm(fresh, triangle))
        return pulled(known, free, delta, scale, n_in - batch)


def beside(basis: Tensor, vectors: Tensor) -> Tensor:
    """The part of vectors (nets, n, k) that is orthogonal to the orthonormal columns of a basis."""
    return vectors - torch.bmm(basis, torch.bmm(basis.transpose(1, 2), vectors))


def pulled(known: Tensor, free: Tensor, delta: Tensor, scale: float, rank: int) -> Pulled:
    """scale (known + free) and the free part's share, `rank` the free directions."""
    values = (known + free) * scale
    exponent = torch.zeros(values.shape[0], values.shape[2], dtype=torch.int32, device=values.device)
    share = square_sum(free) / (square_sum(delta) * max(rank, 1))
    if rank == 0:
        share = torch.full_like(share, float("nan"))
    return Pulled(taken_out(values, exponent, square_sum(values)), share)
