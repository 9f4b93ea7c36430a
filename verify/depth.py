"""What depth does: how q and the gradient's norm travel through the layers, beside what was predicted."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from verify.accumulate import Array, Trajectory
from verify.finite_width import finite_width_report, mean_log
from verify.measure import Measurements
from verify.output import ASSUMPTIONS
from verify.output.report import effect_report
from verify.problem import Problem
from verify.spread import QUANTILES, Spread, spread
from verify.spread.report import decimal, ends_in_words, predicted_quantiles

# A change of q by less, in one layer, is the rounding of a gain that holds it.
_HELD = 1e-9
_LOG10_2 = float(np.log10(2.0))


def depth(problem: Problem, found: Measurements) -> dict[str, Any]:
    """Trajectories as plain data. Index i of a trajectory is after i layers (q) or at x_i (gradient).

    All values are log10, since depth takes them out of the range of a float; null stands for a median or
    quantile that is exactly zero (dead networks), or for what has left the range.
    """
    past = np.flatnonzero(found.past_range)
    predicted = spread(problem, found.q.log_predicted)
    return {
        "statement": _statement(problem, found, predicted),
        "networks": found.nets,
        "exact_at_finite_width": problem.claim.activation.degree_one is not None,
        "q": _trajectory(found.q) | predicted_quantiles(predicted, found.q),
        "gradient": _trajectory(found.gradient)
        | {
            "relative_to": "the output gradient, mean square per unit",
            "assumption": ASSUMPTIONS[problem.claim.output_gradient],
            "output_gradient_effect": effect_report(problem, found.gradient),
        },
        "gradient_ratio": _ratio(problem, found),
        "finite_width_theory": finite_width_report(problem, found, predicted),
        "past_range": {
            "first_layer": int(past[0]) + 1 if len(past) else None,
            "networks": int(found.past_range.max()),
            "dtype": problem.claim.dtype,
        },
    }


def _trajectory(found: Trajectory) -> dict[str, Any]:
    """Prediction, mean with its relative standard error, median and 5% and 95% quantiles, in log10."""
    ratio = found.ratio
    with np.errstate(divide="ignore", invalid="ignore"):
        log_mean = np.where(ratio.count > 0, np.log10(ratio.mean), np.nan) + _LOG10_2 * found.log_predicted
        relative = np.sqrt(ratio.variance / ratio.count) / ratio.mean
    typical, typical_error = mean_log(found.first_nets)
    low, median, high = (_LOG10_2 * row for row in _quantiles(found.first_nets))
    return {
        "log10_predicted": (_LOG10_2 * found.log_predicted).tolist(),
        "log10_mean": log_mean.tolist(),
        "relative_standard_error": relative.tolist(),
        "log10_median": median.tolist(),
        "log10_low": low.tolist(),
        "log10_high": high.tolist(),
        "mean_of_log10": (_LOG10_2 * typical).tolist(),
        "mean_of_log10_standard_error": (_LOG10_2 * typical_error).tolist(),
        "quantiles": [QUANTILES[0], QUANTILES[2]],
        "networks": ratio.count.astype(int).tolist(),
        "networks_for_quantiles": len(found.first_nets),
    }


def _quantiles(log_values: Array) -> Array:
    """Quantiles over networks per layer, by order statistics, so that -inf (a true zero) is allowed."""
    ordered = np.sort(np.nan_to_num(log_values, nan=np.inf, posinf=np.inf, neginf=-np.inf), axis=0)
    places = [round(quantile * (len(ordered) - 1)) for quantile in QUANTILES]
    return ordered[places]


def _ratio(problem: Problem, found: Measurements) -> dict[str, Any]:
    """The plain ratio of squared gradients per unit across each layer, with its prediction."""
    moments = found.ratio
    with np.errstate(invalid="ignore", divide="ignore"):
        predicted = np.exp2(-np.diff(found.gradient.log_predicted))
        error = np.sqrt(moments.variance / moments.count)
    mean = np.where(moments.count > 0, moments.mean, np.nan)
    return {
        "statement": "mean square of the gradient at a layer's input over that at its output",
        "predicted": predicted.tolist(),
        "mean": mean.tolist(),
        "standard_error": error.tolist(),
    }


def _statement(problem: Problem, found: Measurements, predicted: Spread | None) -> str:
    """What depth does to the condition, in a sentence or two."""
    median = _quantiles(found.q.first_nets)[1]
    end, start = float(median[-1]), float(median[0])
    layers = problem.claim.depth
    below = f"below the range of {problem.claim.dtype}" if found.past_range.any() else "0"
    ends = " to ".join(decimal(value, below) for value in (start, end))
    travelled = f"the median network's q goes from {ends} over {layers} layers"
    foreseen = "" if predicted is None else f"; {ends_in_words(predicted, found.q.first_nets[:, -1], layers)}"
    return f"{_condition(problem)}; {travelled}{foreseen}"


def _condition(problem: Problem) -> str:
    """Whether q is a fixed point of the variance map that was drawn, and of which kind."""
    widths, mode = problem.claim.widths, problem.claim.mode
    if mode != "fan_in" and len(set(widths)) > 1:
        return f"the widths change and the fan is {mode}, so every layer multiplies q by its own fan_in/fan"
    second = float(problem.theory.second(torch.tensor(problem.variance, dtype=torch.float64)))
    error = (problem.bias_variance + problem.gain**2 * second) / problem.variance - 1
    if abs(error) < _HELD:
        return _MEANING[problem.stability.kind]
    return (
        f"q is not a fixed point of the variance map here: one fan_in layer changes it by {100 * error:+.3g}%"
    )


_MEANING = {
    "stable": "q is a stable fixed point: depth draws networks back to it",
    "neutral": "every q is held alike (F' = 1), and what finite width adds to it piles up with depth",
    "unstable": (
        "q is held, but as an unstable fixed point: the condition is true of each layer, and yet depth "
        "drives networks of finite width away from it"
    ),
    "undecided": "whether the fixed point is stable cannot be told",
}
