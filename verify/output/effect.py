"""What an output gradient that depends on the network does to the gradient below it.

Write the gradient at a layer's outputs x = f(z) as alpha x + beta xi, xi independent of the network and white. Then
W^T (f'(z) * g) is, with y = z - b, x' the layer's input and a fresh t that is white but orthogonal to x',
x' (y.d)/|x'|^2 + t, so with s^2 the variance of a weight

    alpha' = s^2 n_out E[z f' f] alpha / q,    beta'^2 = s^2 n_out (alpha^2 E[f^2 f'^2] + beta^2 E f'^2).

Ones have E[z f'] and E f'^2 in the first step. `derive.finite_width.output` has the same, exactly, at a fixed
point; here q may move, and the part along x may be small (a loss: see `verify.output.along`).

At n inputs the part of t that comes from alpha x lacks 1/n of a white one, just along x', so that alpha'^2 |x'|^2 is
less by that; and the units of ones make n_out (n_out - 1) products, not n_out^2. For ReLU this is what is of order
layers/width; for other f a finite width does more, under any output gradient, which is not counted here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from verify.accumulate import Array
from verify.output.along import excess
from verify.problem import Problem


@dataclass(frozen=True)
class OutputEffect:
    """log2 of the factor of the squared gradient at x_0 .. x_L, relative to an independent zero-mean one.

    `along` is the part of the squared output gradient that lies along the output beyond an independent one's
    share; for ones, which the recursion takes exactly, the share itself. `log_limit` is the factor at x_0 if the
    layers were infinitely wide below the output.
    """

    along: float
    log_factor: Array
    log_limit: float = 0.0


@dataclass(frozen=True)
class _Steps:
    """Per layer: what alpha^2 |x|^2 keeps, what it spills into beta^2, and what ones leave along x_(l-1)."""

    kept: list[float]
    spilt: list[float]
    ones: list[float]


def output_effect(problem: Problem, q: Array) -> OutputEffect:
    """The effect of the claim's output gradient, where layer l has the predicted q_l: (layers,)."""
    if problem.claim.output_gradient == "gaussian":
        return OutputEffect(0.0, np.zeros(problem.claim.depth + 1))
    along, log_factor = _effect(problem, q, _steps(problem, q, finite=True))
    return OutputEffect(along, log_factor, float(_effect(problem, q, _steps(problem, q, finite=False))[1][0]))


def _effect(problem: Problem, q: Array, steps: _Steps) -> tuple[float, Array]:
    """(along, log_factor) by these steps."""
    kind, depth = problem.claim.output_gradient, problem.claim.depth
    last = torch.tensor(q[-1], dtype=torch.float64)
    size = float(problem.theory.second(last))
    if kind == "ones":
        mean = float(problem.theory.mean(problem.theory.functions.value, last))
        return mean**2 / size, _from_ones(steps)
    share = excess(kind, size, problem.claim.widths[-1])
    return share, _composed(steps, share, depth)


def _from_ones(steps: _Steps) -> Array:
    """The last layer takes ones to the part `ones` along its input, beside 1 that is independent of it."""
    first = steps.ones[-1]
    below = _composed(steps, first / (1 + first), len(steps.ones) - 1)
    return np.append(below + math.log2(1 + first), 0.0)


def _composed(steps: _Steps, along: float, layers: int) -> Array:
    """log2 of the factor at x_0 .. x_layers, where the part `along` of 1 lies along x_layers."""
    logs, a, b = [0.0], along, 1 - along
    for kept, spilt in zip(steps.kept[:layers][::-1], steps.spilt[:layers][::-1], strict=True):
        a, b = a * kept, b + a * spilt
        total = a + b
        logs.append(logs[-1] + (math.log2(total) if total > 0 else math.nan))
        a, b = a / total, b / total
    return np.array(logs[::-1])


def _steps(problem: Problem, q: Array, finite: bool) -> _Steps:
    at, widths = torch.from_numpy(q), torch.tensor(problem.claim.widths, dtype=torch.float64)
    f, slope = problem.theory.functions
    second, slope_second = problem.theory.second(at), problem.theory.derivative_second(at)
    stretch = problem.theory.mean(lambda z: z * f(z) * slope(z), at)
    product = problem.theory.mean(lambda z: (f(z) * slope(z)) ** 2, at)
    linear = problem.theory.mean(lambda z: z * slope(z), at)
    carried, spilt = _carried(problem, at) / slope_second, product / (second * slope_second)
    few_in, few_out = (1 / widths[:-1], 1 / widths[1:]) if finite else (0.0, 0.0)
    return _Steps(
        kept=(carried * stretch**2 / second - spilt * few_in).tolist(),
        spilt=spilt.tolist(),
        ones=(carried * linear**2 * (1 - few_out)).tolist(),
    )


def _carried(problem: Problem, q: Tensor) -> Tensor:
    """(n_out/n_in) (q - v)/q^2: the share of y in z, and what one vector in n_in dimensions gets per unit."""
    widths = torch.tensor(problem.claim.widths, dtype=torch.float64)
    biases = torch.tensor(problem.bias_variances, dtype=torch.float64)
    return widths[1:] / widths[:-1] * (q - biases).clamp(min=0) / q**2
