"""Gaussian weights, exactly, without drawing them: what W does to a few vectors, given what it did before.

Let W have independent N(0, 1) entries, and X (n_in, B) be inputs that do not depend on it, X = Q R with Q
orthonormal. Then W Q = G has independent N(0, 1) entries, and W X = G R. W Q and W P, P = I - Q Q^T, are
independent. Everything above the layer (z, the later weights, the output gradient, so delta too) depends on W
through W X only. So given all of it, W P is still P applied to fresh N(0, 1) entries:

    W^T D = Q G^T D + P G' R_D,   D = Q_D R_D,   G' (n_in, B) fresh, since W'^T Q_D has such entries.

By induction from the top, the joint law of both passes is that of full weights, at every width, for O(n B^2) in
place of O(n^2 B). With one input, Q = x/|x| and y = W x: W^T d = x (y.d)/|x|^2 + |d| P t with t ~ N(0, I). A
dead input (x = 0) has P = I.
"""

from __future__ import annotations

import torch
from torch import Tensor

from verify.exponents import half_exponent, power_of_two
from verify.increments import Sample, sample
from verify.network import Family, Matrices, Pulled, Shard, stream
from verify.problem import Problem
from verify.samplers.sampler import Sampler
from verify.signal import Signal, square_sum, taken_out, with_square


def conditional(drawn: Family, problem: Problem) -> Sampler:
    """The sampler of Gaussian networks of any activation, number of inputs, biases and output gradient."""

    def draw(shard: Shard) -> Sample:
        matrices: Matrices = OneInput(drawn, shard) if drawn.batch == 1 else Inputs(drawn, shard)
        return sample(drawn, shard, matrices, problem)

    return draw


class OneInput:
    """Gaussian weights of one shard, met by one input a net: a few passes over each layer's units."""

    def __init__(self, family: Family, shard: Shard) -> None:
        self._widths = family.widths
        self._streams = {way: stream(family, shard, 0, way) for way in ("forward", "backward")}
        self._images: dict[int, Tensor] = {}

    def forward(self, index: int, inputs: Signal, scale: float) -> Tensor:
        """y = scale W x, N(0, scale^2 |x|^2 I) given x."""
        n_out = self._widths[index + 1]
        image = inputs.values.new_empty(len(inputs.values), n_out, 1)
        image.normal_(generator=self._streams["forward"])
        image.mul_(_column(inputs.square.sqrt() * scale, image))
        self._images[index] = image
        return image

    def backward(self, index: int, inputs: Signal, delta: Tensor, scale: float) -> Pulled:
        """scale W^T delta = x (y.delta)/|x|^2 + scale |delta| P t; its exponent is known before it is formed."""
        x, image = inputs.values, self._images.pop(index)
        fresh = torch.empty_like(x).normal_(generator=self._streams["backward"])
        length = scale * square_sum(delta).sqrt()
        along = _over(_dot(image, delta), inputs.square)  # of x, before anything is fresh
        inner = _over(_dot(x, fresh), inputs.square)
        free = (square_sum(fresh) - inner * _dot(x, fresh)).clamp(min=0)
        square = along**2 * inputs.square + length**2 * free
        power = half_exponent(square / x.shape[1])
        small = power_of_two(-power, torch.float64)
        values = fresh.mul_(_column(length * small, x))
        values = values.addcmul_(x, _column((along - length * inner) * small, x))
        share = free / (x.shape[1] - (inputs.square > 0).double())
        return Pulled(with_square(values, power, square * small**2), _defined(share, length, x.shape[1], 1))


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


def _defined(share: Tensor, length: Tensor, n_in: int, batch: int) -> Tensor:
    """nan where there is no delta to share, or no direction free."""
    return torch.where((length > 0) & (n_in > batch), share, float("nan"))


def _dot(a: Tensor, b: Tensor) -> Tensor:
    """The inner product over units, (nets, batch) float64; the products in the dtype of the vectors."""
    return torch.mul(a, b).sum(dim=1).double()


def _over(numerator: Tensor, denominator: Tensor) -> Tensor:
    """The quotient, 0 where the denominator is."""
    return torch.where(denominator > 0, numerator / denominator, 0.0)


def _column(factors: Tensor, like: Tensor) -> Tensor:
    """(nets, batch) float64 as factors of (nets, n, batch)."""
    return factors.to(like.dtype)[:, None, :]
