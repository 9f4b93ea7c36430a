"""Gaussian expectations in float64, for many variances at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

Elementwise = Callable[[Tensor], Tensor]

# Panel borders in units of sqrt(q), for the Gaussian, and in units of z, for the function.
_SPREAD = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.5, 8.0, 11.0, 14.0)
_SCALE = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0)
_NODES = 16
_GAUSS = np.polynomial.legendre.leggauss(_NODES)
# How many values of the integrand are held at a time.
_BLOCK = 2**20
# Chebyshev nodes per octave of q. The expectation is analytic where Re q > 0, a strip of half-width pi/2 in
# log q; on half an octave (0.35) the ellipse that fits has parameter 9, and 9^-16 is below float64's rounding.
_DEGREE = 16


def expectations(part: Elementwise, q: Tensor, kinks: Sequence[float]) -> Tensor:
    """E part(sqrt(q) Z) at each q, for a function smooth between the kinks; nan unless 0 < q < inf.

    `q` is float64 of any shape. Many values are interpolated from few, see `_interpolated`.

    >>> expectations(torch.square, torch.tensor([1e-30, 4.0, 0.0], dtype=torch.float64), [])
    tensor([1.0000e-30, 4.0000e+00,        nan], dtype=torch.float64)
    """
    usable = (q > 0) & q.isfinite()
    all_usable = bool(usable.all())
    wanted = q.reshape(-1) if all_usable else q[usable]
    octaves, place = _octaves(wanted)
    few = len(wanted) <= _DEGREE * len(octaves)
    found = gaussian_mean(part, wanted, kinks) if few else _interpolated(part, wanted, octaves, place, kinks)
    return (
        found.reshape(q.shape)
        if all_usable
        else torch.full_like(q, float("nan")).masked_scatter(usable, found)
    )


def _octaves(q: Tensor) -> tuple[Tensor, Tensor]:
    """The distinct floor(log2 q), ascending, and which of them each q has."""
    exponents = torch.frexp(q).exponent.long() - 1
    if not len(q):
        return q, exponents
    place = exponents - exponents.min()
    present = torch.bincount(place) > 0
    octaves = present.nonzero()[:, 0] + exponents.min()
    return octaves.to(q.dtype), (present.cumsum(0) - 1)[place]


def _interpolated(
    part: Elementwise, q: Tensor, octaves: Tensor, place: Tensor, kinks: Sequence[float]
) -> Tensor:
    """The expectation at each q from its Chebyshev series in log q over the octave it lies in."""
    order = torch.arange(_DEGREE, dtype=q.dtype, device=q.device)
    angles = (order + 0.5) * (math.pi / _DEGREE)
    nodes = torch.exp2(octaves[:, None] + (angles.cos() + 1) / 2)
    cosines = torch.cos(order * angles[:, None]) * (2 / _DEGREE)
    cosines[:, 0] /= 2
    series = gaussian_mean(part, nodes, kinks) @ cosines
    return _clenshaw(series.T.contiguous(), place, 2 * (q.log2() - octaves[place]) - 1)


def _clenshaw(series: Tensor, place: Tensor, x: Tensor) -> Tensor:
    """sum_k series[k, place] T_k(x) by Clenshaw's recurrence (1955), a third of a cosine's cost for each term."""
    twice, above, sum_ = 2 * x, torch.zeros_like(x), series[-1][place]
    for row in series[1:-1].flip(0):
        above, sum_ = sum_, torch.addcmul(row[place] - above, twice, sum_)
    return torch.addcmul(series[0][place] - above, x, sum_)


def gaussian_mean(part: Elementwise, q: Tensor, kinks: Sequence[float]) -> Tensor:
    """E part(sqrt(q) Z) at each q, by composite Gauss-Legendre sums. `q` positive, float64, of any shape.

    Panels between the kinks resolve both the Gaussian (to 14 standard deviations) and features of unit
    size in z.
    """
    flat = q.reshape(-1)
    block = max(1, _BLOCK // (_NODES * (2 * len(_SPREAD) + 2 * len(_SCALE) + len(kinks))))
    return torch.cat([_block_mean(part, piece, kinks) for piece in torch.split(flat, block)]).reshape(q.shape)


def _block_mean(part: Elementwise, q: Tensor, kinks: Sequence[float]) -> Tensor:
    root = q.sqrt()[:, None]
    borders = _borders(root, kinks)
    nodes, weights = (torch.from_numpy(a).to(q) for a in _GAUSS)
    half = borders.diff(dim=1)[..., None] / 2
    t = (borders[:, :-1, None] + half) + half * nodes
    density = torch.exp(-t * t / 2) * (half * weights) / (2 * torch.pi) ** 0.5
    mean: Tensor = (part(t * root[..., None]) * density).sum(dim=(1, 2))
    return mean


def _borders(root: Tensor, kinks: Sequence[float]) -> Tensor:
    """Panel borders in units of sqrt(q), sorted; panels beyond the reach have length zero."""
    reach = _SPREAD[-1]
    fixed = torch.tensor([-s for s in _SPREAD] + list(_SPREAD)).to(root)
    moving = torch.tensor([-s for s in _SCALE] + list(_SCALE) + list(kinks)).to(root)
    together = torch.cat([fixed.expand(len(root), -1), (moving / root).clamp(-reach, reach)], dim=1)
    return together.sort(dim=1).values
