"""What is measured of a layer: increments whose expectation is known given the layer's input.

Forward, given the input x_(l-1): A_l = (g/g*)^2 mean_i f(z_i)^2 / E f(sqrt(q_l) Z)^2, with q_l the second moment
of z_l given x_(l-1). For Gaussian W and b, z_l is N(0, q_l I) given x_(l-1), so E[A_l | x_(l-1)] = (g/g*)^2 at every
width, for every f, wherever the net has drifted. All earlier increments are functions of what comes before
x_(l-1), so increments of different layers are uncorrelated.

Backward: B_l = (g/g*)^2 M_l T_l, with M_l = mean_i f'(z_i)^2 / E f'(sqrt(q_l) Z)^2 and
T_l = |P W_l^T delta_l|^2 / (s^2 |delta_l|^2 d), where delta_l = f'(z_l) g_l is the back-propagated gradient and P projects
orthogonally to the layer's inputs, d its rank (n_in - 1 for one input). M_l has conditional expectation 1 as
above. Write W = Y X^+ + W P, with Y = W X: for Gaussian W the second part is independent of Y given X, and all that
lies above the layer (z_l, all later weights, the output gradient, delta_l) and below it depends on W_l only
through Y. So |P W^T delta|^2 / (s^2 |delta|^2) is chi-squared with d degrees of freedom, independent of all that: E T_l = 1
given everything else, the T of all layers are independent of each other and of every M, and the B_l have
expectation (g/g*)^2 and are uncorrelated. M alone would leave the weights of the backward pass untested,
and would test nothing at all where f'^2 is constant.

Where T is undefined it is set to its expectation 1: delta = 0 (a dead unit in every path), or no more inputs
to the layer than inputs in the batch. Where the layer's input is zero and there is no bias nothing is left to
measure; such a net is left out of that layer and the later ones, which the past alone decides, so the
expectations stand. Several inputs of one net are dependent: they are averaged, and the net is the unit.

For weights that are not Gaussian, E A_l is still exact for f of degree 1 (only the variance of a symmetric z
matters); otherwise these hold up to O(1/width).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from verify.accumulate import Array
from verify.network import Family, Forward, Gradient, Layer, Shard, at_output, backward
from verify.theory import Theory
from verify.weights import Weights

# Drives of root mean square outside 2^-limit..2^limit are past the range: their squares lose digits.
_LIMIT = {torch.float32: 100, torch.float64: 500}


@dataclass(frozen=True)
class Sample:
    """Increments of a shard, averaged over inputs: (nets, layers), nan where there is none.

    forward and backward are without the constant (g/g*)^2; ratio is the plain |g_(l-1)|^2 / |g_l|^2 per unit.
    log_q and log_gradient, (nets, layers + 1), are log2 of q and of the squared gradient per unit, the latter
    relative to the output's. past_range, (nets, layers), marks networks that left the dtype's range.
    """

    forward: Array
    backward: Array
    ratio: Array
    log_q: Array
    log_gradient: Array
    past_range: NDArray[np.bool_]


def sample(family: Family, shard: Shard, weights: Weights, passed: Forward, theory: Theory, gain: float) -> Sample:
    """Propagate back through networks that `forward` has passed, and take all increments of both passes."""
    usable = [_usable(family, layer) for layer in passed.layers]
    ahead = [
        _mean_over_inputs(layer.second / theory.second(layer.q), ok)
        for layer, ok in zip(passed.layers, usable, strict=True)
    ]
    back, ratio, log_gradient = _backward(family, shard, weights, passed, theory, usable)
    log_q = [layer.q.log2() + 2 * layer.exponent for layer in passed.layers]
    log_q.append(_next_log_q(family, passed.layers[-1], gain))
    return Sample(
        forward=_columns(ahead),
        backward=_columns(back),
        ratio=_columns(ratio),
        log_q=_columns([_log_mean(values) for values in log_q]),
        log_gradient=_columns([_log_mean(values) for values in log_gradient]),
        past_range=torch.stack([_past_range(family, layer).any(dim=1) for layer in passed.layers], dim=1).cpu().numpy(),
    )


def _backward(
    family: Family, shard: Shard, weights: Weights, passed: Forward, theory: Theory, usable: list[Tensor]
) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
    """(increments, plain ratios, log2 of squared gradients relative to the output's) from the first layer up."""
    gradient: Gradient = at_output(family, shard, passed)
    top = above = gradient.log_square
    increments, ratios, logs = [], [], [torch.zeros_like(top)]
    for step in backward(family, shard, weights, passed, gradient):
        layer, here = passed.layers[step.index], step.gradient.log_square
        value = step.slope / theory.derivative_second(layer.q) * step.free
        increments.append(_mean_over_inputs(value, usable[step.index]))
        ratios.append(_mean_over_inputs((here - above).exp2(), usable[step.index]))
        logs.append(here - top)
        above = here
    return increments[::-1], ratios[::-1], logs[::-1]


def _usable(family: Family, layer: Layer) -> Tensor:
    """Where a layer's increments can be taken: a finite, nonzero input within the range. (nets, batch)"""
    return (layer.q > 0) & ~_past_range(family, layer)


def _past_range(family: Family, layer: Layer) -> Tensor:
    """Where drives or outputs are not finite, or so large or small that float arithmetic would lose digits."""
    low, high = 4.0 ** -_LIMIT[family.dtype], 4.0 ** _LIMIT[family.dtype]
    inside = (layer.q == 0) | ((layer.q > low) & (layer.q < high))
    return ~(inside & layer.second.isfinite())


def _mean_over_inputs(values: Tensor, usable: Tensor) -> Tensor:
    """Mean over the usable inputs of each net, nan where there is none: (nets, batch) to (nets,)."""
    values = torch.where(usable & values.isfinite(), values, float("nan"))
    return values.nanmean(dim=1)


def _log_mean(log_values: Tensor) -> Tensor:
    """log2 of the mean over inputs of 2^log_values, without leaving the range: (nets, batch) to (nets,)."""
    ln2 = float(np.log(2.0))
    return torch.logsumexp(log_values * ln2, dim=1) / ln2 - float(np.log2(log_values.shape[1]))


def _next_log_q(family: Family, last: Layer, gain: float) -> Tensor:
    """log2 of the q that a further square layer would see: v + g^2 mean f(z_L)^2."""
    if family.homogeneous:
        return (gain**2 * last.second).log2() + 2 * last.exponent
    return (family.bias_variance + gain**2 * last.second).log2()


def _columns(parts: list[Tensor]) -> Array:
    return torch.stack(parts, dim=1).double().cpu().numpy()
