"""What is measured of a layer: increments whose expectation is known given the layer's input.

Forward, given the input x_(l-1): A_l = (g/g*)^2 mean_i f(z_i)^2 / E f(sqrt(q_l) Z)^2, where q_l = v +
Var[w] |x_(l-1)|^2 is the second moment of z_l given x_(l-1) that the claim asserts. For Gaussian W and b,
z_l is N(0, q_l I) given x_(l-1), so E[A_l | x_(l-1)] = (g/g*)^2 at every width, for every f, wherever the
net has drifted. Earlier increments are functions of what comes before x_(l-1), so increments of different
layers are uncorrelated.

Backward: B_l = (g/g*)^2 M_l T_l, with M_l = mean_i f'(z_i)^2 / E f'(sqrt(q_l) Z)^2 and
T_l = |P g_(l-1)|^2 / (Var[w] |delta_l|^2 d), where delta_l = f'(z_l) g_l and g_(l-1) = W_l^T delta_l are the
gradients that were propagated back, and P projects orthogonally to the layer's inputs, d its rank (n_in - 1
for one input). M_l has conditional expectation 1 as above. Split W = W X X^+ + W P for the inputs X. For Gaussian W
the second part is independent of W X given X, and everything above the layer (z_l, the later weights, the
output gradient, so delta_l too) and below it depends on W_l through W X only. So, given all of that,
|P W^T delta|^2 / (Var[w] |delta|^2) is chi-squared with d degrees of freedom: E T_l = 1, the T of all layers
are independent of each other and of every M, and the B_l have expectation (g/g*)^2 and are uncorrelated.
M alone would not test the weights of the backward pass, and nothing at all where f'^2 is constant.

Where T is undefined it is set to its expectation 1: delta = 0 (every path is dead), or no more units in the
layer's input than inputs in the batch. Where the layer's input is zero and there is no bias, nothing is
left to measure: the net is left out there and in later layers. The past alone decides that, so the
expectations stand. Inputs of one net are dependent: they are averaged, and the net is the unit.

For weights that are not Gaussian E A_l is still exact for f of degree 1 (only the variance of a symmetric z
matters); otherwise these expectations hold up to O(1/width).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from verify.accumulate import Array
from verify.network import (
    Back,
    Family,
    Forward,
    Layer,
    Shard,
    Signal,
    at_output,
    backward,
    forward,
    square_sum,
)
from verify.problem import Problem
from verify.weights import Weights

# Signals of root mean square outside 2^-limit..2^limit are past the range: their squares lose digits.
_LIMIT = {torch.float32: 100, torch.float64: 500}
_LN2 = float(np.log(2.0))


@dataclass(frozen=True)
class Sample:
    """Increments of a shard, averaged over inputs: (nets, layers), nan where there is none.

    forward and backward are without the constant (g/g*)^2; ratio is |g_(l-1)|^2 / |g_l|^2 per unit. log_q
    and log_gradient, (nets, layers + 1), are log2 of q and of the squared gradient per unit, the latter
    relative to the output's. past_range, (nets, layers), marks networks that left the dtype's range.
    """

    forward: Array
    backward: Array
    ratio: Array
    log_q: Array
    log_gradient: Array
    past_range: NDArray[np.bool_]


@dataclass(frozen=True)
class _Known:
    """Of one layer, (nets, batch): q in the units of the input, where it is usable, where past the range."""

    q: Tensor
    usable: Tensor
    past: Tensor


def sample(drawn: Family, shard: Shard, weights: Weights, problem: Problem) -> Sample:
    """Draw a shard, pass through it and back, and take all increments. `problem` is what is expected."""
    passed = forward(drawn, shard, weights)
    known = [_known(problem, index, layer) for index, layer in enumerate(passed.layers)]
    ahead = [_ahead(problem, layer, k) for layer, k in zip(passed.layers, known, strict=True)]
    gradient = at_output(drawn, shard, passed.output)
    steps = list(_backs(problem, known, gradient, backward(drawn, shard, weights, passed.layers, gradient)))
    logs = [torch.zeros_like(known[0].q), *(step.log for step in steps)]
    return Sample(
        forward=_columns(ahead),
        backward=_columns([step.increment for step in reversed(steps)]),
        ratio=_columns([step.ratio for step in reversed(steps)]),
        log_q=_columns([_log_mean(values) for values in _log_q(problem, passed, known)]),
        log_gradient=_columns([_log_mean(values) for values in reversed(logs)]),
        past_range=torch.stack([k.past.any(dim=1) for k in known], dim=1).cpu().numpy(),
    )


def _known(problem: Problem, index: int, layer: Layer) -> _Known:
    """q given the layer's input, by the claim: v + Var[w] |x|^2."""
    q = problem.bias_variances[index] + problem.weight_variance(index) * square_sum(layer.input.values)
    past = ~(_inside(problem, q, layer.z.dtype) & layer.second.isfinite())
    return _Known(q, (q > 0) & ~past, past)


def _inside(problem: Problem, q: Tensor, dtype: torch.dtype) -> Tensor:
    """Where the layer's input is finite and neither too large nor too small; zero is neither."""
    if problem.homogeneous:
        return q.isfinite()
    limit = 4.0 ** _LIMIT[dtype]
    return (q == 0) | ((q > 1 / limit) & (q < limit))


def _ahead(problem: Problem, layer: Layer, known: _Known) -> Tensor:
    """The forward increment, (nets,)."""
    value = layer.second * 4.0**layer.shift / problem.theory.second(known.q)
    return _mean_over_inputs(value, known.usable)


@dataclass(frozen=True)
class _Step:
    """The backward increment and the plain ratio, (nets,); log2 of the squared gradient, (nets, batch)."""

    increment: Tensor
    ratio: Tensor
    log: Tensor


def _backs(problem: Problem, known: list[_Known], gradient: Signal, steps: Iterator[Back]) -> Iterator[_Step]:
    """Backward increments from the last layer to the first."""
    top = above = gradient.log_square
    for step in steps:
        here, k = step.gradient.log_square, known[step.index]
        free = torch.where(step.free.isnan(), 1.0, step.free / problem.weight_variance(step.index))
        value = step.slope / problem.theory.derivative_second(k.q) * free
        ratio = _mean_over_inputs((here - above).exp2(), k.usable)
        yield _Step(_mean_over_inputs(value, k.usable), ratio, here - top)
        above = here


def _log_q(problem: Problem, passed: Forward, known: list[_Known]) -> list[Tensor]:
    """log2 of q_1 .. q_L, and of what a further square layer would see, each (nets, batch)."""
    logs = [k.q.log2() + 2 * layer.input.exponent for k, layer in zip(known, passed.layers, strict=True)]
    last = passed.layers[-1]
    after = problem.bias_variance + problem.gain**2 * last.second
    return [*logs, after.log2() + 2 * (last.input.exponent + last.shift)]


def _mean_over_inputs(values: Tensor, usable: Tensor) -> Tensor:
    """Mean over the usable inputs of each net, nan where there is none: (nets, batch) to (nets,)."""
    values = torch.where(usable & values.isfinite(), values, float("nan"))
    return values.nanmean(dim=1)


def _log_mean(log_values: Tensor) -> Tensor:
    """log2 of the mean over inputs of 2^log_values, without leaving the range: (nets, batch) to (nets,)."""
    return torch.logsumexp(log_values * _LN2, dim=1) / _LN2 - float(np.log2(log_values.shape[1]))


def _columns(parts: list[Tensor]) -> Array:
    columns: Array = torch.stack(parts, dim=1).double().cpu().numpy()
    return columns
