"""Haar-orthogonal weights, exactly, without drawing them.

Let U be Haar on O(m), m = max(n_in, n_out), and W = sqrt(m) U[:n_out, :n_in], so that E w^2 = 1. Extend inputs X
and gradients D by zeros to m rows. With X = Q R (k columns), H = U Q is uniform on the Stiefel manifold of k
frames in R^m and W X = sqrt(m) H R. Given it, U maps the complement of Q to that of H by an isometry that is
still uniform. Everything above the layer depends on U through U Q only. So

    U^T D = Q H^T D + S C,   C^T C = E^T E,   E = (I - H H^T) D,

S a uniform frame in the complement of Q: Gaussian columns, projected and orthonormalised. Where the complement
has r < B dimensions, S has r columns and C r rows. O(m B^2).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from verify.increments import Sample, sample
from verify.network import Family, Pulled, Shard, stream
from verify.problem import Problem
from verify.samplers.conditional import beside, pulled
from verify.samplers.memory import keep_freed_memory
from verify.samplers.sampler import Sampler
from verify.signal import Signal


def haar(drawn: Family, problem: Problem) -> Sampler:
    """The sampler of networks of Haar-orthogonal weights; convolutions have positions for inputs."""
    keep_freed_memory()

    def draw(shard: Shard) -> Sample:
        return sample(drawn, shard, Orthogonal(drawn, shard), problem)

    return draw


class Orthogonal:
    """Blocks of Haar-orthogonal matrices of one shard, scaled to E w^2 = 1."""

    def __init__(self, family: Family, shard: Shard) -> None:
        self._widths = family.widths
        self._streams = {way: stream(family, shard, 0, way) for way in ("forward", "backward")}
        self._kept: dict[int, tuple[Tensor, Tensor]] = {}

    def forward(self, index: int, inputs: Signal, scale: float) -> Tensor:
        """scale W X = scale sqrt(m) H R, its first n_out rows."""
        n_in, n_out = self._widths[index : index + 2]
        m = max(n_in, n_out)
        basis, triangle = torch.linalg.qr(_extended(inputs.values, m))
        image = frame(torch.empty_like(basis).normal_(generator=self._streams["forward"]))
        self._kept[index] = basis, image
        return torch.bmm(image[:, :n_out], triangle * (scale * math.sqrt(m)))

    def backward(self, index: int, inputs: Signal, delta: Tensor, scale: float) -> Pulled:
        """scale W^T D, the first n_in rows of scale sqrt(m) U^T D."""
        basis, image = self._kept.pop(index)
        m, n_in, batch = basis.shape[1], *inputs.values.shape[1:]
        extended = _extended(delta, m)
        known = torch.bmm(basis, torch.bmm(image.transpose(1, 2), extended))
        free = self._fresh(basis, beside(image, extended))
        root = math.sqrt(m)
        return pulled(known[:, :n_in] * root, free[:, :n_in] * root, delta, scale, max(n_in - batch, 0))

    def _fresh(self, basis: Tensor, rest: Tensor) -> Tensor:
        """The image of `rest`, which lies in the complement of H, in that of Q."""
        nets, m, k = basis.shape
        columns = min(m - k, rest.shape[2])
        if columns == 0:
            return torch.zeros_like(rest)
        gram = _root(rest, columns)
        normal = basis.new_empty(nets, m, columns).normal_(generator=self._streams["backward"])
        # Twice: one projection leaves rounding along Q, which matters where the complement is thin.
        return torch.bmm(frame(beside(basis, beside(basis, normal))), gram)


def frame(normal: Tensor) -> Tensor:
    """A uniform orthonormal frame from Gaussian columns (nets, m, k): Q of QR, its signs fixed by R > 0.

    Source: Mezzadri 2007, "How to generate random matrices from the classical compact groups", section 5.
    """
    columns, triangle = torch.linalg.qr(normal)
    signs = torch.where(triangle.diagonal(dim1=1, dim2=2) < 0, -1.0, 1.0).to(columns.dtype)
    oriented: Tensor = columns * signs[:, None, :]
    return oriented


def _root(rest: Tensor, rows: int) -> Tensor:
    """C (nets, rows, B) with C^T C = E^T E, for E of that rank at most."""
    triangle: Tensor = torch.linalg.qr(rest, mode="r")[1]
    if triangle.shape[1] == rows:
        return triangle
    _, sizes, turned = torch.linalg.svd(triangle)
    root: Tensor = sizes[:, :rows, None] * turned[:, :rows]
    return root


def _extended(values: Tensor, rows: int) -> Tensor:
    """Zeros below, to so many rows."""
    return torch.nn.functional.pad(values, (0, 0, 0, rows - values.shape[1]))
