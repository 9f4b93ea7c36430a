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
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from verify.accumulate import Array
from verify.network import Back, Family, Forward, Matrices, Shard, at_output, backward, forward
from verify.problem import Problem

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
    """Of all layers, (layers, nets, batch): q in the units of the input, where it is usable, where past the range."""

    q: Tensor
    usable: Tensor
    past: Tensor


def sample(drawn: Family, shard: Shard, matrices: Matrices, problem: Problem) -> Sample:
    """Draw a shard, pass through it and back, and take all increments. `problem` is what is expected."""
    passed = forward(drawn, shard, matrices)
    known = _known(problem, passed)
    top = at_output(drawn, shard, passed.output)
    steps = list(backward(drawn, matrices, passed.layers, top))[::-1]
    logs = torch.stack([*(step.gradient.log_square for step in steps), top.log_square])
    return Sample(
        forward=array(_mean_over_inputs(_ahead(problem, passed, known), known.usable)),
        backward=array(_mean_over_inputs(_back(drawn, problem, steps, known), known.usable)),
        ratio=array(_mean_over_inputs((logs[:-1] - logs[1:]).exp2(), known.usable)),
        log_q=array(_log_mean(_log_q(problem, passed, known))),
        log_gradient=array(_log_mean(logs - logs[-1])),
        past_range=known.past.any(dim=2).T.cpu().numpy(),
    )


def _known(problem: Problem, passed: Forward) -> _Known:
    """q given each layer's input, by the claim: v + Var[w] |x|^2."""
    squares = torch.stack([layer.input.square for layer in passed.layers])
    biases, variances = (
        _each(values, squares)
        for values in (problem.bias_variances, [problem.weight_variance(i) for i in range(len(squares))])
    )
    q = biases + variances * squares
    finite = torch.stack([layer.second for layer in passed.layers]).isfinite()
    past = ~(_inside(problem, q, passed.output.values.dtype) & finite)
    return _Known(q, (q > 0) & ~past, past)


def _inside(problem: Problem, q: Tensor, dtype: torch.dtype) -> Tensor:
    """Where the layer's input is finite and neither too large nor too small; zero is neither."""
    if problem.homogeneous:
        return q.isfinite()
    limit = 4.0 ** _LIMIT[dtype]
    return (q == 0) | ((q > 1 / limit) & (q < limit))


def _ahead(problem: Problem, passed: Forward, known: _Known) -> Tensor:
    """The forward increments."""
    seconds = torch.stack([layer.second for layer in passed.layers])
    shifts = _each([4.0**layer.shift for layer in passed.layers], seconds)
    return seconds * shifts / problem.theory.second(known.q)


def _back(drawn: Family, problem: Problem, steps: Sequence[Back], known: _Known) -> Tensor:
    """The backward increments; the variance of the weights is the claim's, whatever is drawn."""
    slopes, free = (torch.stack([getattr(step, name) for step in steps]) for name in ("slope", "free"))
    scales = enumerate(drawn.scales)
    free = free * _each([scale**2 / problem.weight_variance(index) for index, scale in scales], free)
    return slopes / problem.theory.derivative_second(known.q) * torch.where(free.isnan(), 1.0, free)


def _log_q(problem: Problem, passed: Forward, known: _Known) -> Tensor:
    """log2 of q_1 .. q_L, and of what a further square layer would see, (layers + 1, nets, batch)."""
    exponents = torch.stack([layer.input.exponent for layer in passed.layers])
    last = passed.layers[-1]
    after = problem.bias_variance + problem.gain**2 * last.second
    end = after.log2() + 2 * (last.input.exponent + last.shift)
    return torch.cat([known.q.log2() + 2 * exponents, end[None]])


def _each(values: Sequence[float], like: Tensor) -> Tensor:
    """One number per layer, (layers, 1, 1)."""
    return torch.tensor(values, dtype=torch.float64, device=like.device)[:, None, None]


def _mean_over_inputs(values: Tensor, usable: Tensor) -> Tensor:
    """Mean over the usable inputs of each net, nan where there is none: (layers, nets, batch) to (layers, nets)."""
    values = torch.where(usable & values.isfinite(), values, float("nan"))
    return values.nanmean(dim=2)


def _log_mean(log_values: Tensor) -> Tensor:
    """log2 of the mean over inputs of 2^log_values, without leaving the range: to (layers, nets)."""
    return torch.logsumexp(log_values * _LN2, dim=2) / _LN2 - float(np.log2(log_values.shape[2]))


def array(layers: Tensor) -> Array:
    """(layers, nets) as (nets, layers)."""
    columns: Array = np.ascontiguousarray(layers.T.double().cpu().numpy())
    return columns
