"""What the output gradient changes, predicted and measured, as plain data."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.accumulate import Array, Trajectory
from verify.output.effect import OutputEffect, output_effect
from verify.prediction import planned_q
from verify.problem import Problem

# A mean of squared gradients with a larger relative standard error tells nothing: a few networks are most of it.
_TOO_WIDE = 0.3


def effect_report(problem: Problem, gradient: Trajectory) -> dict[str, Any]:
    """The factor of the squared gradient after all layers, relative to an independent output gradient of zero mean.

    `predicted_factors` and `measured_factors` hold it at x_0 .. x_L. The measured one is the mean of the squared
    gradient, relative to the output's, over what infinite width predicts of an independent output gradient.
    """
    effect = output_effect(problem, planned_q(problem))
    predicted, (mean, error) = np.exp2(effect.log_factor), _measured(effect, gradient)
    return {
        "predicted_factor": float(predicted[0]),
        "predicted_factor_at_infinite_width": float(np.exp2(effect.log_limit)),
        "measured_factor": float(mean[0]),
        "standard_error": float(error[0]),
        "along_the_output": effect.along,
        "statement": _statement(problem, effect, float(mean[0]), float(error[0])),
        "predicted_factors": predicted.tolist(),
        "measured_factors": mean.tolist(),
        "standard_errors": error.tolist(),
    }


def _measured(effect: OutputEffect, gradient: Trajectory) -> tuple[Array, Array]:
    """(factor, standard error) at x_0 .. x_L."""
    predicted, ratio = np.exp2(effect.log_factor), gradient.ratio
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(ratio.count > 0, ratio.mean, np.nan) * predicted
        return mean, np.sqrt(ratio.variance / ratio.count) * predicted


def _statement(problem: Problem, effect: OutputEffect, mean: float, error: float) -> str:
    kind = problem.claim.output_gradient
    if kind == "gaussian":
        return _INDEPENDENT
    measured = (
        f"measured {mean:.4g} with standard error {error:.2g}"
        if error < _TOO_WIDE * mean
        else "measured too widely spread to say"
    )
    words = _WORDS[kind].format(share=f"{100 * effect.along:.2g}%")
    factor, limit = _number(float(effect.log_factor[0])), _number(effect.log_limit)
    found = f"by {factor} (by {limit} in infinitely wide layers below the output; {measured})"
    return f"{words} the squared gradient at the input {found}{_caveat(problem)}"


def _caveat(problem: Problem) -> str:
    if problem.homogeneous:
        return ""
    return "; what is measured also holds what a finite width does to these gradients, and to q on the way"


def _number(log_value: float) -> str:
    return f"{2.0**log_value:.4g}" if abs(log_value) < 300 else f"10^{np.log10(2.0) * log_value:.1f}"


_INDEPENDENT = (
    "the output gradient is independent of the network and of zero mean, as the backward condition asks: it adds "
    "nothing to what is predicted"
)
_WORDS = {
    "ones": (
        "relative to an independent output gradient of zero mean, all ones, of which {share} lies along the output, "
        "multiply"
    ),
    "loss": (
        "relative to an independent output gradient of zero mean, cross-entropy, of which {share} more than by chance "
        "lies along the output, a part of order 1/n, multiplies"
    ),
    "mse": (
        "relative to an independent output gradient of zero mean, a mean squared error, of which {share} more than by "
        "chance lies along the output, a part of order 1/n, multiplies"
    ),
}
