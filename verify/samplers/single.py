"""Gaussian networks met by one input, exactly: `verify.samplers.conditional` for B = 1, in few passes over memory.

Per layer and net the two passes need, beside f and f', a vector of random numbers each and five inner products:

    z = s |x| G,   u = s |delta| (x/|x| (G.delta)/|delta| + P t),   P t = t - x (x.t)/|x|^2,

with G, t ~ N(0, I). The gradient is kept without its factor s |delta|, whose logarithm is added up apart: it
stays near unit size per unit at every depth, for every f. For f of degree 1 without biases z is kept as G
likewise. Only z is stored; x = f(z) is computed again where the backward pass meets it.

On a CPU this is bound by memory, so all vectors lie in buffers that outlive a shard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from verify.increments import Norms, Sample, each, increments
from verify.network import Family, Shard, at_output, bias, first_input, stream
from verify.problem import Problem
from verify.samplers.memory import keep_freed_memory
from verify.samplers.sampler import Sampler
from verify.signal import LEAST, MOST, Signal
from verify.weights import buffers


def single(drawn: Family, problem: Problem, nets: int) -> Sampler:
    """A sampler with memory of its own for shards of up to so many networks."""
    keep_freed_memory()
    memory = _Memory.of(drawn, nets)

    def draw(shard: Shard) -> Sample:
        passed = _forward(drawn, shard, memory)
        return increments(drawn, problem, _backward(drawn, shard, memory, passed))

    return draw


@dataclass(frozen=True)
class _Memory:
    """Flat buffers: the pre-activations of every layer, with and without bias, and three vectors of any layer."""

    widths: tuple[int, ...]
    states: list[Tensor]
    biased: list[Tensor]
    vectors: list[Tensor]

    @classmethod
    def of(cls, drawn: Family, nets: int) -> _Memory:
        widths = drawn.widths[1:]
        kind = drawn.dtype, drawn.device
        states = buffers([nets * n for n in widths], True, *kind)
        biased = zip(widths, drawn.bias_variances, states, strict=True)
        with_bias = [torch.empty_like(state) if variance else state for _, variance, state in biased]
        return cls(drawn.widths, states, with_bias, buffers([nets * max(drawn.widths)] * 3, True, *kind))

    def vector(self, which: int, nets: int, n: int) -> Tensor:
        """Scratch of shape (nets, n)."""
        return self.vectors[which][: nets * n].view(nets, n)


@dataclass(frozen=True)
class _Passed:
    """What the forward pass leaves: x_0, |x_l|^2 for l = 0 .. L as they are kept, the output, all z in memory."""

    first: Signal
    squares: Tensor
    output: Signal


def _state(buffer: Tensor, nets: int, n: int) -> Tensor:
    return buffer[: nets * n].view(nets, n)


def _forward(drawn: Family, shard: Shard, memory: _Memory) -> _Passed:
    first, generator = first_input(drawn, shard), stream(drawn, shard, 0, "forward")
    squares = [first.square[:, 0]]
    x = first.values[:, :, 0]
    for index, n in enumerate(drawn.widths[1:]):
        y = _state(memory.states[index], shard.nets, n).normal_(generator=generator)
        _stretch(drawn, index, y, squares[-1])
        z = _state(memory.biased[index], shard.nets, n)
        if drawn.bias_variances[index]:
            torch.add(y, bias(drawn, shard, index)[:, :, 0], out=z)
        x = drawn.functions.value(z)
        squares.append(_inner(1, [(x, x)], memory.vector(0, shard.nets, n))[0])
    together = torch.stack(squares)
    return _Passed(first, together, _output(drawn, x, together))


def _stretch(drawn: Family, index: int, y: Tensor, square: Tensor) -> None:
    """From G to y, in place; for degree 1 only where a net is dead."""
    if not drawn.homogeneous:
        y.mul_((drawn.scales[index] * square.sqrt()).to(y.dtype)[:, None])
    elif not bool((square > 0).all()):
        y.mul_((square > 0).to(y.dtype)[:, None])


def _output(drawn: Family, x: Tensor, squares: Tensor) -> Signal:
    """x_L with the exponent that degree 1 keeps apart."""
    unit = _log_unit(drawn, squares)[-1] / 2
    power = unit.floor()
    values = x * (unit - power).exp2().to(x.dtype)[:, None] if drawn.homogeneous else x
    return Signal(values[:, :, None], power.int()[:, None])


def _log_unit(drawn: Family, squares: Tensor) -> Tensor:
    """log2 of the square of what multiplies each layer's z as it is kept, (layers, nets); 0 for dead nets."""
    if not drawn.homogeneous:
        return torch.zeros_like(squares[1:])
    steps = 2 * each(drawn.scales, squares)[:, :, 0].log2()
    start = torch.full_like(squares[:1], drawn.first_square).log2()
    log = torch.cat([start, start + (squares[1:-1].log2() + steps[1:]).cumsum(dim=0)])
    return torch.where(log.isfinite(), log, 0.0)


def _backward(drawn: Family, shard: Shard, memory: _Memory, passed: _Passed) -> Norms:
    """The gradient down all layers, as its parts along x and beside it in units of s |delta|."""
    top, generator = at_output(drawn, shard, passed.output), stream(drawn, shard, 0, "backward")
    units = _Units.of(drawn, passed.squares)
    gradient = memory.vector(1, shard.nets, drawn.widths[-1]).copy_(top.values[:, :, 0])
    rows: list[Sequence[Tensor]] = []
    for index in reversed(range(drawn.depth)):
        n_in, n = drawn.widths[index : index + 2]
        spare = memory.vector(0, shard.nets, n)
        slope = drawn.functions.derivative(_state(memory.biased[index], shard.nets, n))
        gradient.mul_(slope)
        y = _state(memory.states[index], shard.nets, n)
        ahead = _inner(2, [(slope, slope), (gradient, gradient), (y, gradient)], spare)
        below = drawn.depth - index  # the two vectors take turns
        fresh = memory.vector(1 + below % 2, shard.nets, n_in).normal_(generator=generator)
        x = _input(drawn, shard, memory, passed, index)
        back = _inner(1, [(fresh, fresh), (x, fresh)], memory.vector(0, shard.nets, n_in))
        along = ahead[2] * units.image[index] / ahead[1].sqrt().clamp(min=_TINY)
        inner = back[1] * units.input[index]
        share = ((along - inner) * units.input[index]).clamp(-_LARGE, _LARGE)
        gradient = fresh.addcmul_(x, share.to(x.dtype)[:, None])
        rows.append((ahead[0], ahead[1], along, back[0] - inner * inner))
    return _norms(drawn, passed, top, [torch.stack(parts) for parts in zip(*rows[::-1], strict=True)])


# In place of zero and of infinity, where a net is dead or past the range of float32.
_TINY, _LARGE = 1e-300, 1e38


@dataclass(frozen=True)
class _Units:
    """1/|x| of each layer's input, and 1/(s |x|) in the units of y: (layers, nets), 0 for dead nets."""

    input: Tensor
    image: Tensor

    @classmethod
    def of(cls, drawn: Family, squares: Tensor) -> _Units:
        living = squares[:-1] > 0
        one = torch.where(living, squares[:-1].rsqrt(), 0.0)
        return cls(one, living.double() if drawn.homogeneous else one / each(drawn.scales, one)[:, :, 0])


def _input(drawn: Family, shard: Shard, memory: _Memory, passed: _Passed, index: int) -> Tensor:
    """x_(l-1) as it was in the forward pass."""
    if index == 0:
        return passed.first.values[:, :, 0]
    return drawn.functions.value(_state(memory.biased[index - 1], shard.nets, drawn.widths[index]))


def _norms(drawn: Family, passed: _Passed, top: Signal, rows: list[Tensor]) -> Norms:
    """Everything at once for all layers."""
    slope, delta, along, free = rows
    squares, widths = passed.squares, each(drawn.widths, slope)[:, :, 0]
    living, scales = squares[:-1] > 0, each(drawn.scales, slope)[:, :, 0]
    start = 2 * top.exponent.double().T
    sizes = (delta.log2() + 2 * scales.log2()).flip(0).cumsum(dim=0).flip(0) + start
    logs = torch.cat([sizes + (along.square() + free.clamp(min=0)).log2(), top.square.log2().T + start])
    rank = widths[:-1] - living.double()
    share = torch.where((sizes > -torch.inf) & (widths[:-1] > 1), free.clamp(min=0) / rank, torch.nan)
    norms = Norms(
        square=living.double() / scales.square() if drawn.homogeneous else squares[:-1],
        second=squares[1:] / widths[1:],
        log_unit=_log_unit(drawn, squares),
        slope=slope / widths[1:],
        free=share,
        log_gradient=logs - widths.log2(),
    )
    return Norms(**{name: values[:, :, None] for name, values in vars(norms).items()})


def _inner(squares: int, pairs: Sequence[tuple[Tensor, Tensor]], spare: Tensor) -> Tensor:
    """Inner products over units, (pairs, nets) float64; the first `squares` of them are of vectors with themselves.

    In the vectors' dtype, by torch's sums in blocks, with an error of a few of its roundings; in float64 where
    the range of float32 would show in a square.
    """
    found = spare.new_empty(len(pairs), len(spare))
    for row, (a, b) in zip(found, pairs, strict=True):
        torch.sum(torch.mul(a, b, out=spare), dim=1, out=row)
    low, high = torch.aminmax(found[:squares])
    if spare.dtype == torch.float64 or bool((low > LEAST) & (high < MOST)):
        return found.double()
    return torch.stack([(a.double() * b.double()).sum(dim=1) for a, b in pairs])
