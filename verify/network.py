"""Networks, many at a time: one pass forward and one back through the same weights.

Layers l = 1..L: z_l = s_l W_l x_(l-1) + b_l, x_l = f(z_l), W standardised and s_l the standard deviation of a
weight. For f of degree 1 without bias, signals are rescaled by exact powers of two per net and input, and so
are gradients always (the backward pass is linear); the exponents are carried along. How W x and W^T delta are drawn
is left to a sampler, behind `Matrices`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from verify.exponents import split
from verify.functions import Functions
from verify.laws import Law
from verify.output import output_gradient
from verify.seeds import generator, seed
from verify.signal import Signal, square_sum, taken_out, with_square


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

    def split_scale(self, index: int) -> tuple[float, int]:
        """A layer's scale as (mantissa, exponent), all of it in the mantissa where exponents are not carried."""
        return split(self.scales[index]) if self.homogeneous else (self.scales[index], 0)


@dataclass(frozen=True)
class Shard:
    """A number of networks that are drawn together; `index` enters their seeds."""

    index: int
    nets: int


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
class Pulled:
    """The gradient u = s W^T delta at a layer's input, its exponent relative to delta's, and its free share.

    free, (nets, batch) float64: |P u|^2 / (s^2 |delta|^2 d), P the projector orthogonal to the inputs of the
    net and d its rank: see `verify.increments`; nan where it is undefined.
    """

    gradient: Signal
    free: Tensor


class Matrices(Protocol):
    """The weights of one shard: standardised W of every layer, seen only through what they do to vectors.

    `forward` is called once for every layer, from the first to the last, then `backward` from the last to the first.
    """

    def forward(self, index: int, inputs: Signal, scale: float) -> Tensor:
        """scale W x for the inputs' values x, (nets, n_out, batch)."""
        ...

    def backward(self, index: int, inputs: Signal, delta: Tensor, scale: float) -> Pulled:
        """scale W^T delta, through the same W; inputs and scale as they were in the forward pass."""
        ...


@dataclass(frozen=True)
class Back:
    """One layer of the backward pass, 0-based `index`.

    slope: mean of f'(z)^2 over units, (nets, batch) float64. free: see `Pulled`. gradient: at the layer's input.
    """

    index: int
    slope: Tensor
    free: Tensor
    gradient: Signal


def forward(family: Family, shard: Shard, matrices: Matrices) -> Forward:
    """Draw the networks of a shard and pass random directions through them."""
    signal = first_input(family, shard)
    layers: list[Layer] = []
    for index in range(family.depth):
        mantissa, shift = family.split_scale(index)
        z = matrices.forward(index, signal, mantissa)
        if family.bias_variances[index]:
            z = z + bias(family, shard, index)
        output = family.functions.value(z)
        square = square_sum(output)
        layers.append(Layer(signal, z, shift, square / output.shape[1]))
        if family.homogeneous:
            signal = taken_out(output, signal.exponent + shift, square)
        else:
            signal = with_square(output, signal.exponent, square)
    return Forward(layers, signal)


def at_output(family: Family, shard: Shard, output: Signal) -> Signal:
    """The gradient that enters at the output."""
    drawn = stream(family, shard, 0, "output")
    values = output_gradient(family.output_gradient, output.values, output.exponent, drawn)
    return taken_out(values, torch.zeros_like(output.exponent), square_sum(values))


def backward(family: Family, matrices: Matrices, layers: list[Layer], gradient: Signal) -> Iterator[Back]:
    """Propagate a gradient back, from the last layer to the first, through the weights of `forward`."""
    for index in reversed(range(family.depth)):
        layer, (mantissa, shift) = layers[index], family.split_scale(index)
        derivative = family.functions.derivative(layer.z)
        slope = square_sum(derivative) / derivative.shape[1]
        pulled = matrices.backward(index, layer.input, derivative * gradient.values, mantissa)
        below = pulled.gradient
        gradient = with_square(below.values, gradient.exponent + below.exponent + shift, below.square)
        yield Back(index, slope, pulled.free, gradient)


def first_input(family: Family, shard: Shard) -> Signal:
    """Independent uniform directions, of the length that gives the first pre-activations their q."""
    shape = (shard.nets, family.widths[0], family.batch)
    drawn = stream(family, shard, 0, "input")
    normal = torch.empty(shape, dtype=family.dtype, device=family.device).normal_(generator=drawn)
    length = family.first_square**0.5 / family.scales[0]
    mantissa, power = split(length) if family.homogeneous else (length, 0)
    values = normal * (mantissa / square_sum(normal).sqrt()).to(family.dtype)[:, None, :]
    return Signal(values, torch.full((shard.nets, family.batch), power, device=family.device))


def bias(family: Family, shard: Shard, index: int) -> Tensor:
    """One bias per unit, the same for all inputs: (nets, n_out, 1)."""
    empty = torch.empty(shard.nets, family.widths[index + 1], 1, dtype=family.dtype, device=family.device)
    drawn = stream(family, shard, index, "biases")
    return family.law.draw_bias(empty, drawn).mul_(family.bias_variances[index] ** 0.5)


def stream(family: Family, shard: Shard, index: int, purpose: str) -> torch.Generator:
    """The generator of one draw of a shard: see `verify.seeds`."""
    return generator(family.device, seed(family.root, family.depth, shard.index, index, purpose))
