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

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from verify.accumulate import Array
from verify.network import Back, Family, Forward, Matrices, Shard, at_output, backward, forward
from verify.problem import Problem
from verify.signal import Signal
from verify.variance import fourth_matters

# Signals of root mean square outside 2^-limit..2^limit are past the range: their squares lose digits.
_LIMIT = {torch.float32: 100, torch.float64: 500}
_LN2 = float(np.log(2.0))


@dataclass(frozen=True)
class Sample:
    """Increments of a shard, averaged over inputs: (nets, layers), nan where there is none.

    forward and backward are without the constant (g/g*)^2; ratio is |g_(l-1)|^2 / |g_l|^2 per unit. log_q
    and log_gradient, (nets, layers + 1), are log2 of q and of the squared gradient per unit, the latter
    relative to the output's. past_range, (nets, layers), marks networks that left the dtype's range. fourth, (nets,
    layers), is Var[w]^2 sum x^4/q^2 where the variance of an increment depends on it (see `verify.variance`).
    each_log_q, (batch, nets, layers), is log2 of q of each usable input, nan for others, where there are several.
    """

    forward: Array
    backward: Array
    ratio: Array
    log_q: Array
    log_gradient: Array
    past_range: NDArray[np.bool_]
    fourth: Array | None = None
    each_log_q: Array | None = None


@dataclass(frozen=True)
class Norms:
    """What a sampler measures of a shard, each (layers, nets, batch) float64 unless said otherwise.

    square: |x_(l-1)|^2 of the layer's input. second: mean f(z_l)^2 in the same units. log_unit: log2 of these
    units; 0 where there is none. slope: mean f'(z_l)^2. free: T_l for the weights that were drawn, nan where it is
    undefined. log_gradient, (layers + 1, nets, batch): log2 of the mean square of the gradient at x_0 .. x_L.
    """

    square: Tensor
    second: Tensor
    log_unit: Tensor
    slope: Tensor
    free: Tensor
    log_gradient: Tensor


def sample(drawn: Family, shard: Shard, matrices: Matrices, problem: Problem) -> Sample:
    """Draw a shard, pass through it and back, and take all increments. `problem` is what is expected."""
    passed = forward(drawn, shard, matrices)
    top = at_output(drawn, shard, passed.output)
    steps = list(backward(drawn, matrices, passed.layers, top))[::-1]
    found = increments(drawn, problem, _norms(passed, steps, top))
    return replace(found, fourth=_fourth(problem, passed)) if fourth_matters(problem) else found


def _fourth(problem: Problem, passed: Forward) -> Array:
    """Var[w]^2 sum x^4/q^2, the mean over inputs: (nets, layers)."""
    shares = []
    for index, layer in enumerate(passed.layers):
        variance = problem.weight_variance(index)
        q = problem.bias_variances[index] + variance * layer.input.square
        shares.append((variance**2 * layer.input.values.double().pow(4).sum(dim=1) / q**2).mean(dim=1))
    return _array(torch.stack(shares))


def _norms(passed: Forward, steps: Sequence[Back], top: Signal) -> Norms:
    layers = passed.layers
    seconds = torch.stack([layer.second for layer in layers])
    return Norms(
        square=torch.stack([layer.input.square for layer in layers]),
        second=seconds * each([4.0**layer.shift for layer in layers], seconds),
        log_unit=2 * torch.stack([layer.input.exponent for layer in layers]).double(),
        slope=torch.stack([step.slope for step in steps]),
        free=torch.stack([step.free for step in steps]),
        log_gradient=torch.stack([*(step.gradient.log_square for step in steps), top.log_square]),
    )


def increments(drawn: Family, problem: Problem, norms: Norms) -> Sample:
    """All increments of a shard from its norms."""
    variances = [problem.weight_variance(index) for index in range(problem.claim.depth)]
    q = each(problem.bias_variances, norms.square) + each(variances, norms.square) * norms.square
    second, slope = problem.theory.second(q), problem.theory.derivative_second(q)
    past = ~(_inside(problem, q, (second, slope), drawn.dtype) & norms.second.isfinite())
    usable = (q > 0) & ~past
    off = [scale**2 / variance for scale, variance in zip(drawn.scales, variances, strict=True)]
    free = torch.where(norms.free.isnan(), 1.0, norms.free * each(off, q))
    back = norms.slope / slope * free
    logs = norms.log_gradient
    return Sample(
        forward=_array(_mean_over_inputs(norms.second / second, usable)),
        backward=_array(_mean_over_inputs(back, usable)),
        ratio=_array(_mean_over_inputs((logs[:-1] - logs[1:]).exp2(), usable)),
        log_q=_array(_log_mean(_log_q(problem, norms, q))),
        log_gradient=_array(_log_mean(logs - logs[-1])),
        past_range=past.any(dim=2).T.cpu().numpy(),
        each_log_q=_each_input(torch.where(usable, q.log2() + norms.log_unit, float("nan"))),
    )


def _each_input(log_q: Tensor) -> Array | None:
    """(layers, nets, batch) to (batch, nets, layers); None for one input."""
    several: Array = log_q.permute(2, 1, 0).cpu().numpy()
    return several if len(several) > 1 else None


def _inside(problem: Problem, q: Tensor, means: tuple[Tensor, Tensor], dtype: torch.dtype) -> Tensor:
    """Where the layer's input is finite and neither too large nor too small; zero is neither.

    `means` are E f^2 and E f'^2 at q, which are to be in range as well: f may grow faster than z. All of it is known
    before the layer is drawn, so leaving a net out does not bias what is left.
    """
    if problem.homogeneous:
        return q.isfinite()
    limit = 4.0 ** _LIMIT[dtype]
    inside = (q > 1 / limit) & (q < limit)
    for mean in means:
        inside &= (mean == 0) | ((mean > 1 / limit) & (mean < limit))
    return (q == 0) | inside


def _log_q(problem: Problem, norms: Norms, q: Tensor) -> Tensor:
    """log2 of q_1 .. q_L, and of what a further square layer would see, (layers + 1, nets, batch)."""
    after = problem.bias_variance + problem.gain**2 * norms.second[-1:]
    return torch.cat([q, after]).log2() + torch.cat([norms.log_unit, norms.log_unit[-1:]])


def each(values: Sequence[float], like: Tensor) -> Tensor:
    """One number per layer, (layers, 1, 1)."""
    return torch.tensor(values, dtype=torch.float64, device=like.device)[:, None, None]


def _mean_over_inputs(values: Tensor, usable: Tensor) -> Tensor:
    """Mean over the usable inputs of each net, nan where there is none: (layers, nets, batch) to (layers, nets)."""
    values = torch.where(usable & values.isfinite(), values, float("nan"))
    return values.nanmean(dim=2) if values.shape[2] > 1 else values[:, :, 0]


def _log_mean(log_values: Tensor) -> Tensor:
    """log2 of the mean over inputs of 2^log_values, without leaving the range: to (layers, nets)."""
    if log_values.shape[2] == 1:
        return log_values[:, :, 0]
    return torch.logsumexp(log_values * _LN2, dim=2) / _LN2 - float(np.log2(log_values.shape[2]))


def _array(layers: Tensor) -> Array:
    """(layers, nets) as (nets, layers)."""
    columns: Array = np.ascontiguousarray(layers.T.double().cpu().numpy())
    return columns
