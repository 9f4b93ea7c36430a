"""What the theory predicts for depth: q and the gradient's mean square after each layer, as log2."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from verify.accumulate import Array
from verify.output.effect import OutputEffect, output_effect
from verify.problem import Problem


@dataclass(frozen=True)
class Prediction:
    """log2 of q_1 .. q_(L+1), and of the gradient's mean square at x_0 .. x_L relative to the output's.

    The gradient's includes `effect`, what an output gradient that depends on the network does.
    """

    log_q: Array
    log_gradient: Array
    effect: OutputEffect


def prediction(problem: Problem) -> Prediction:
    """Both trajectories."""
    log_q = _log_q(problem)
    q = _kept_in_range(problem, log_q)
    effect = output_effect(problem, q)
    return Prediction(log_q, _log_gradient(problem, q) + effect.log_factor, effect)


def planned_q(problem: Problem) -> Array:
    """The predicted q of each layer, q_1 .. q_L, kept where fourth moments stay within float64."""
    return _kept_in_range(problem, _log_q(problem))


# Moments of f at larger or smaller q than these would leave float64.
_Q_RANGE = (1e-60, 1e60)
# A change of log2 q in one layer that is no more than the rounding of a gain and of a quadrature.
_ROUNDING = 1e-14


def _log_q(problem: Problem) -> Array:
    """log2 of q_1 .. q_(L+1), by iterating the variance map; the last is for one more, square layer.

    For f of degree 1 this is the expectation at every width; otherwise that of infinitely wide networks. A step
    that rounding alone accounts for is none, so that an unstable fixed point is not left by rounding.
    """
    logs = [math.log2(problem.variance)]
    held: tuple[float, float, float] | None = None
    for index, n in enumerate(problem.claim.widths[1:]):
        inside = index + 1 < problem.claim.depth
        scale = problem.scales[index + 1] ** 2 * n if inside else problem.gain**2
        bias = problem.bias_variances[index + 1] if inside else problem.bias_variance
        step = (scale, bias, logs[-1])
        after = logs[-1] if step == held else _next(problem, *step)
        held = step if abs(after - logs[-1]) < _ROUNDING else None
        logs.append(logs[-1] if held else after)
    return np.array(logs)


def _next(problem: Problem, scale: float, bias: float, log_q: float) -> float:
    """log2 of v + scale E f^2."""
    if problem.homogeneous:
        return log_q + math.log2(scale) + math.log2(_second(problem, 1.0))
    if not -1000 < log_q < 1000:
        return math.nan
    q = bias + scale * _second(problem, 2.0**log_q)
    return math.log2(q) if 0 < q < math.inf else math.nan


def _second(problem: Problem, q: float) -> float:
    return float(problem.theory.second(torch.tensor(q, dtype=torch.float64)))


def _kept_in_range(problem: Problem, log_q: Array) -> Array:
    with np.errstate(over="ignore"):
        q = np.exp2(log_q[:-1])
    return np.clip(np.where(np.isnan(q), problem.variance, q), *_Q_RANGE)


def _log_gradient(problem: Problem, q: Array) -> Array:
    """log2 of the gradient's mean square at x_0 .. x_L, relative to the output's.

    A layer's factor is s^2 n_out E f'(sqrt(q_l) Z)^2 at the predicted q_l. For ReLU-like f the product is
    exact under an independent output gradient of zero mean; otherwise it is meant for infinite width.
    """
    slopes = problem.theory.derivative_second(torch.from_numpy(q)).numpy()
    scales = np.array(problem.scales) ** 2 * np.array(problem.claim.widths[1:])
    with np.errstate(divide="ignore"):
        factors = np.log2(scales * slopes)
    return np.concatenate([np.cumsum(factors[::-1])[::-1], [0.0]])
