"""Weights that depend on each other: orthogonal, sparse, constant, zero. In place, (..., n_out, n_in)."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.errors import BadInput
from verify.laws.law import Fill

if TYPE_CHECKING:
    from torch import Generator, Tensor


def orthogonal(weights: Tensor, generator: Generator) -> Tensor:
    """Blocks of Haar-orthogonal matrices of side N = max(n_out, n_in), times sqrt(N).

    Mezzadri 2007, section 5: QR of a Gaussian matrix, the columns of Q by the signs of R's diagonal, without
    which Q would not be Haar.
    """
    import torch

    n_out, n_in = weights.shape[-2:]
    shape = (*weights.shape[:-2], max(n_out, n_in), min(n_out, n_in))
    q, r = torch.linalg.qr(weights.new_empty(shape).normal_(generator=generator))
    negative = r.diagonal(dim1=-2, dim2=-1).unsqueeze(-2) < 0
    q = torch.where(negative, -q, q)
    return weights.copy_(q if n_out >= n_in else q.mT).mul_(math.sqrt(shape[-2]))


def delta_kernel(weights: Tensor, kernel: int) -> Tensor:
    """Convolution kernels (..., n_out, n_in, kernel, kernel) that hold the matrices at their centre.

    Of odd side; the other weights are zero (Xiao et al. 2018, algorithm 1). With circular padding the
    convolution is the matrix at every position.
    """
    if kernel < 1 or kernel % 2 == 0:
        raise BadInput(f"a kernel of side {kernel} has no centre: give an odd number")
    whole = weights.new_zeros(*weights.shape, kernel, kernel)
    whole[..., kernel // 2, kernel // 2] = weights
    return whole


def sparse(sparsity: Fraction) -> Fill:
    """N(0, 1) with ceil(sparsity n_out) zeros at random places of each column, over the root of what is left."""

    def draw(weights: Tensor, generator: Generator) -> Tensor:
        n_out = weights.shape[-2]
        zeros = math.ceil(sparsity * n_out)
        if zeros == n_out:
            raise BadInput(
                f"sparsity {sparsity} leaves none of the {n_out} weights of a column: give a smaller one, or wider "
                "layers"
            )
        weights.normal_(generator=generator).mul_((1 - zeros / n_out) ** -0.5)
        if zeros:
            order = weights.new_empty(weights.shape).uniform_(generator=generator)
            weights.scatter_(-2, order.topk(zeros, dim=-2, largest=False, sorted=False).indices, 0.0)
        return weights

    return draw


def ones(weights: Tensor, _: Generator) -> Tensor:
    """All weights 1."""
    return weights.fill_(1.0)


def zeros(weights: Tensor, _: Generator) -> Tensor:
    """All weights 0."""
    return weights.zero_()
