"""Networks drawn with full weights, many at a time: one pass forward and one back through the same weights.

Layers l = 1..L: z_l = W_l x_(l-1) + b_l, x_l = f(z_l). What is kept is the drive h_l = s_(l+1) x_l, s the
standard deviation of the next weights, so that q_l = v + |h_(l-1)|^2 given the layer's input and W_l enters
standardised. For f of degree 1 without bias, drives are rescaled by exact powers of two per net and input, and
so are gradients always (the backward pass is linear); the exponents are carried along.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from verify.exponents import power_of_two, rescaled, split
from verify.functions import Functions
from verify.output import output_gradient
from verify.seeds import generator, seed
from verify.weights import Shape, Streams, Weights


@dataclass(frozen=True)
class Family:
    """The networks to draw: `scales` are the standard deviations of the weights of each layer.

    `last_scale` is that of a further, square layer, which only the reported q after the last layer uses.
    `drive` is q - v, the squared norm of the first drive. `homogeneous` says that f is of degree 1 and that
    there is no bias. `key` seeds every draw (see `verify.seeds`).
    """

    widths: tuple[int, ...]
    scales: tuple[float, ...]
    last_scale: float
    bias_variance: float
    drive: float
    functions: Functions
    homogeneous: bool
    batch: int
    output_gradient: str
    dtype: torch.dtype
    device: torch.device
    key: tuple[int, ...]

    @property
    def depth(self) -> int:
        """The number of layers."""
        return len(self.scales)


@dataclass(frozen=True)
class Shard:
    """A number of networks that are drawn together; `index` enters their seeds."""

    index: int
    nets: int


@dataclass(frozen=True)
class Layer:
    """What the forward pass leaves of a layer; true drives and pre-activations are these times 2^exponent.

    drive (nets, n_in, batch), z (nets, n_out, batch); exponent, q (of z given the drive, scaled) and second
    (mean of f(z)^2 over units, scaled), each (nets, batch), the last two float64.
    """

    drive: Tensor
    z: Tensor
    exponent: Tensor
    q: Tensor
    second: Tensor


@dataclass(frozen=True)
class Forward:
    """All layers of a shard, and its output: x_L times 2^exponent."""

    layers: list[Layer]
    output: Tensor
    exponent: Tensor


@dataclass(frozen=True)
class Gradient:
    """A gradient, values (nets, n, batch) times 2^exponent (nets, batch)."""

    values: Tensor
    exponent: Tensor

    @property
    def log_square(self) -> Tensor:
        """log2 of the mean square over units, (nets, batch) float64; -inf where it is zero."""
        return square_mean(self.values).log2() + 2 * self.exponent


@dataclass(frozen=True)
class Back:
    """One layer of the backward pass, 0-based `index`; slope and free are (nets, batch), float64.

    slope: mean of f'(z)^2 over units. free: |P W^T delta|^2 / (s^2 |delta|^2 d), P the projector orthogonal to
    the drives and d its rank (see `verify.increments`). gradient: with respect to the layer's input.
    """

    index: int
    slope: Tensor
    free: Tensor
    gradient: Gradient


def forward(family: Family, shard: Shard, weights: Weights) -> Forward:
    """Draw the networks of a shard and pass random directions through them."""
    drive = _first_drive(family, shard)
    exponent = torch.zeros(shard.nets, family.batch, dtype=torch.int64, device=family.device)
    streams = _weight_streams(family, shard)
    layers: list[Layer] = []
    output = drive
    for index in range(family.depth):
        z = weights.forward(index, _shape(family, shard, index), streams, drive)
        if family.bias_variance:
            z += _bias(family, shard, index)
        output = family.functions.value(z)
        q = family.bias_variance + square_sum(drive)
        layers.append(Layer(drive, z, exponent, q, square_mean(output)))
        drive, exponent = _next_drive(family, index, output, exponent, layers[-1].second)
    return Forward(layers, output, layers[-1].exponent)


def at_output(family: Family, shard: Shard, passed: Forward) -> Gradient:
    """The gradient that enters at the output."""
    stream = _stream(family, shard, 0, "output")
    values = output_gradient(family.output_gradient, passed.output, passed.exponent, stream)
    return Gradient(*rescaled(values, square_mean(values)))


def backward(
    family: Family, shard: Shard, weights: Weights, passed: Forward, gradient: Gradient
) -> Iterator[Back]:
    """Propagate a gradient back, from the last layer to the first, through the weights of `forward`."""
    streams = _weight_streams(family, shard)
    for index in reversed(range(family.depth)):
        layer = passed.layers[index]
        derivative = family.functions.derivative(layer.z)
        delta = derivative * gradient.values
        below = weights.backward(index, _shape(family, shard, index), streams, delta)
        mantissa, power = split(family.scales[index])
        values, shift = rescaled(below * mantissa, square_mean(below) * mantissa**2)
        gradient = Gradient(values, gradient.exponent + shift + power)
        yield Back(index, square_mean(derivative), free_share(layer.drive, below, delta), gradient)


def free_share(drive: Tensor, below: Tensor, delta: Tensor) -> Tensor:
    """|P u|^2 / (|delta|^2 d) for u = W^T delta, W standardised; 1 where it is undefined. (nets, batch)

    P projects orthogonally to the drives of all inputs of the net, d is its rank. 1 also where the inputs
    leave no direction free (n_in <= batch): 1 is its expectation given all else.
    """
    nets, n_in, batch = drive.shape
    if n_in <= batch:
        return torch.ones(nets, batch, dtype=torch.float64, device=drive.device)
    basis = _basis(drive)
    known = torch.bmm(basis.transpose(1, 2), below)
    rank = n_in - (square_sum(basis) > 0).sum(dim=1, keepdim=True)
    total = square_sum(below - torch.bmm(basis, known))
    size = square_sum(delta) * rank
    return torch.where(size > 0, total / size, 1.0)


def _basis(drive: Tensor) -> Tensor:
    """Orthonormal columns that span the drives, (nets, n_in, batch); a single zero drive gives a zero column."""
    if drive.shape[2] > 1:
        return torch.linalg.qr(drive)[0]
    norm = square_sum(drive).sqrt().to(drive.dtype)[:, None, :]
    return torch.where(norm > 0, drive / norm, 0.0)


def square_sum(values: Tensor) -> Tensor:
    """Sum of squares over units in float64: (nets, n, batch) to (nets, batch)."""
    return values.double().square().sum(dim=1)


def square_mean(values: Tensor) -> Tensor:
    """Mean square over units in float64: (nets, n, batch) to (nets, batch)."""
    return values.double().square().mean(dim=1)


def _first_drive(family: Family, shard: Shard) -> Tensor:
    """Independent uniform directions, of squared norm q - v."""
    shape = (shard.nets, family.widths[0], family.batch)
    stream = _stream(family, shard, 0, "input")
    normal = torch.empty(shape, dtype=family.dtype, device=family.device).normal_(generator=stream)
    return normal * (family.drive / square_sum(normal)).sqrt().to(family.dtype)[:, None, :]


def _next_drive(
    family: Family, index: int, output: Tensor, exponent: Tensor, second: Tensor
) -> tuple[Tensor, Tensor]:
    """The drive of the layer after `index`, with its exponent."""
    scale = family.scales[index + 1] if index + 1 < family.depth else family.last_scale
    if not family.homogeneous:
        return output * scale, exponent
    mantissa, power = split(scale)
    drive, shift = rescaled(output * mantissa, second * mantissa**2)
    return drive, exponent + shift + power


def _bias(family: Family, shard: Shard, index: int) -> Tensor:
    """One bias per unit, the same for all inputs: (nets, n_out, 1)."""
    empty = torch.empty(shard.nets, family.widths[index + 1], 1, dtype=family.dtype, device=family.device)
    stream = _stream(family, shard, index, "biases")
    return empty.normal_(std=family.bias_variance**0.5, generator=stream)


def _shape(family: Family, shard: Shard, index: int) -> Shape:
    return shard.nets, family.widths[index + 1], family.widths[index]


def _weight_streams(family: Family, shard: Shard) -> Streams:
    return lambda index: _stream(family, shard, index, "weights")


def _stream(family: Family, shard: Shard, index: int, purpose: str) -> torch.Generator:
    return generator(family.device, seed(family.key, family.depth, shard.index, index, purpose))
