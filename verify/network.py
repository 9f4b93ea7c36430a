"""Networks drawn with full weights, many at a time: one pass forward and one back through the same weights.

Layers l = 1..L: z_l = s_l W_l x_(l-1) + b_l, x_l = f(z_l), W standardised and s_l the standard deviation of a
weight. For f of degree 1 without bias, signals are rescaled by exact powers of two per net and input, and so
are gradients always (the backward pass is linear); the exponents are carried along.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from verify.exponents import rescaled, split
from verify.functions import Functions
from verify.laws import Law
from verify.output import output_gradient
from verify.seeds import generator, seed
from verify.weights import Shape, Streams, Weights


@dataclass(frozen=True)
class Family:
    """The networks to draw: `scales` are the standard deviations of the weights of each layer, of law `law`.

    `first_square` is the variance that the first weights add to a pre-activation, q - v. `homogeneous` says
    that f is of degree 1 and that there is no bias. `key` seeds every draw, through its
    `root` (see `verify.seeds`).
    """

    widths: tuple[int, ...]
    scales: tuple[float, ...]
    bias_variances: tuple[float, ...]
    law: Law
    first_square: float
    functions: Functions
    homogeneous: bool
    batch: int
    output_gradient: str
    dtype: torch.dtype
    device: torch.device
    key: tuple[int, ...]
    root: tuple[int, ...]

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
class Signal:
    """Values (nets, n, batch) times 2^exponent (nets, batch)."""

    values: Tensor
    exponent: Tensor

    @property
    def log_square(self) -> Tensor:
        """log2 of the mean square over units, (nets, batch) float64; -inf where it is zero."""
        return square_mean(self.values).log2() + 2 * self.exponent


@dataclass(frozen=True)
class Layer:
    """What the forward pass leaves of a layer: its input, and z times 2^shift in the input's exponent.

    input (nets, n_in, batch), z (nets, n_out, batch); second, (nets, batch) in float64, is the mean square of
    f(z) as z stands here.
    """

    input: Signal
    z: Tensor
    shift: int
    second: Tensor


@dataclass(frozen=True)
class Forward:
    """All layers of a shard, from the first to the last, and its output x_L."""

    layers: list[Layer]
    output: Signal


@dataclass(frozen=True)
class Back:
    """One layer of the backward pass, 0-based `index`; slope and free are (nets, batch), float64.

    slope: mean of f'(z)^2 over units. free: |P g|^2 / (|delta|^2 d) for the gradient g = s W^T delta at the
    layer's input, P the projector orthogonal to the inputs and d its rank: see `verify.increments`; nan
    where it is undefined. gradient: g itself.
    """

    index: int
    slope: Tensor
    free: Tensor
    gradient: Signal


def forward(family: Family, shard: Shard, weights: Weights) -> Forward:
    """Draw the networks of a shard and pass random directions through them."""
    streams = _weight_streams(family, shard)
    signal = _first_input(family, shard)
    layers: list[Layer] = []
    for index in range(family.depth):
        mantissa, shift = split(family.scales[index]) if family.homogeneous else (family.scales[index], 0)
        z = weights.forward(index, _shape(family, shard, index), streams, signal.values * mantissa)
        if family.bias_variances[index]:
            z += _bias(family, shard, index)
        output = family.functions.value(z)
        layers.append(Layer(signal, z, shift, square_mean(output)))
        signal = Signal(output, signal.exponent)
        if family.homogeneous:
            values, extra = rescaled(output, layers[-1].second)
            signal = Signal(values, signal.exponent + extra + shift)
    return Forward(layers, signal)


def at_output(family: Family, shard: Shard, output: Signal) -> Signal:
    """The gradient that enters at the output."""
    stream = _stream(family, shard, 0, "output")
    values = output_gradient(family.output_gradient, output.values, output.exponent, stream)
    return Signal(*rescaled(values, square_mean(values)))


def backward(
    family: Family, shard: Shard, weights: Weights, layers: list[Layer], gradient: Signal
) -> Iterator[Back]:
    """Propagate a gradient back, from the last layer to the first, through the weights of `forward`."""
    streams = _weight_streams(family, shard)
    for index in reversed(range(family.depth)):
        layer, scale = layers[index], family.scales[index]
        derivative = family.functions.derivative(layer.z)
        delta = derivative * gradient.values
        below = weights.backward(index, _shape(family, shard, index), streams, delta)
        free = free_share(layer.input.values, below, delta) * scale**2
        mantissa, shift = split(scale)
        values, extra = rescaled(below * mantissa, square_mean(below) * mantissa**2)
        gradient = Signal(values, gradient.exponent + extra + shift)
        yield Back(index, square_mean(derivative), free, gradient)


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


def square_sum(values: Tensor) -> Tensor:
    """Sum of squares over units in float64: (nets, n, batch) to (nets, batch)."""
    return values.double().square().sum(dim=1)


def square_mean(values: Tensor) -> Tensor:
    """Mean square over units in float64: (nets, n, batch) to (nets, batch)."""
    return values.double().square().mean(dim=1)


def _first_input(family: Family, shard: Shard) -> Signal:
    """Independent uniform directions, of the length that gives the first pre-activations their q."""
    shape = (shard.nets, family.widths[0], family.batch)
    stream = _stream(family, shard, 0, "input")
    normal = torch.empty(shape, dtype=family.dtype, device=family.device).normal_(generator=stream)
    length = family.first_square**0.5 / family.scales[0]
    mantissa, power = split(length) if family.homogeneous else (length, 0)
    values = normal * (mantissa / square_sum(normal).sqrt()).to(family.dtype)[:, None, :]
    return Signal(values, torch.full((shard.nets, family.batch), power, device=family.device))


def _bias(family: Family, shard: Shard, index: int) -> Tensor:
    """One bias per unit, the same for all inputs: (nets, n_out, 1)."""
    empty = torch.empty(shard.nets, family.widths[index + 1], 1, dtype=family.dtype, device=family.device)
    stream = _stream(family, shard, index, "biases")
    return family.law.draw_bias(empty, stream).mul_(family.bias_variances[index] ** 0.5)


def _shape(family: Family, shard: Shard, index: int) -> Shape:
    return shard.nets, family.widths[index + 1], family.widths[index]


def _weight_streams(family: Family, shard: Shard) -> Streams:
    return lambda index: _stream(family, shard, index, "weights")


def _stream(family: Family, shard: Shard, index: int, purpose: str) -> torch.Generator:
    return generator(family.device, seed(family.root, family.depth, shard.index, index, purpose))
