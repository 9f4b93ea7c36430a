"""The one-step facts of a finite width, as `derive.finite_width` has them, beside what the networks drawn show."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import sympy as sp
import torch
from torch import Tensor

from derive.finite_width import (
    backward_one_step,
    first_order_variance,
    increment_excess,
    log_drift,
    relative_variance,
)
from derive.number import Missing
from verify.accumulate import Array
from verify.measure import Measurements
from verify.problem import Problem
from verify.spread import Spread

_DIGITS = 12
# A sample variance with a larger relative standard error is made by a few networks.
_TOO_WIDE = 0.25
_LN2 = math.log(2.0)
_GAUSSIAN = (
    "derived for Gaussian weights, zero-mean and independent; other laws agree to leading order in 1/width"
)


def finite_width_report(problem: Problem, found: Measurements, spread: Spread | None) -> dict[str, Any]:
    """Plain data: each fact with its derived number ("theory") and, where the run shows it, "measured" with its
    "standard_error".

    increment_variance: n times the variance of an increment. relative_variance: of q after all layers.
    log_drift: E log(q_(L+1)/q_1) over living networks. backward_one_step: across the last layer, where the gradient
    arrives independent, beside the factor at infinite width.
    """
    if problem.claim.weights.shared or problem.claim.weights.haar:
        return {"holds_for": _GAUSSIAN, "reason": "these weights are not independent of each other"}
    return {
        "holds_for": _GAUSSIAN,
        "increment_variance": _increments(problem, found),
        "relative_variance": _relative(problem, found),
        "log_drift": _drift(problem, found, spread),
        "backward_one_step": _one_step(problem, found, spread),
    }


def _increments(problem: Problem, found: Measurements) -> dict[str, Any]:
    """kappa, with n times the variance of the increments: the mean over layers, its error from their scatter."""
    claim, forward = problem.claim, found.increments["forward"]
    theory = increment_excess(claim.activation, claim.variance, digits=_DIGITS).to_json()
    each = forward.variance * np.array(claim.widths[1:])
    each = each[np.isfinite(each)]
    if claim.batch > 1 or len(each) < 2:
        return _row(theory, statement="n times the variance of an increment")
    if not _stays(problem):
        reason = "networks leave q, and their increments vary as they do where they have got to"
        return _row(theory, statement="n times the variance of an increment", reason=reason)
    error = float(each.std(ddof=1) / math.sqrt(len(each)))
    return _row(theory, float(each.mean()), error, "n times the variance of an increment, mean over layers")


def _relative(problem: Problem, found: Measurements) -> dict[str, Any]:
    claim, q = problem.claim, found.q.ratio
    if problem.homogeneous:
        amount = relative_variance(claim.activation, claim.variance, claim.widths[1:], digits=_DIGITS)
        words = "relative variance of q after all layers"
    elif not _moves(problem):
        bias = problem.bias_variance
        amount = first_order_variance(
            claim.activation, claim.variance, sp.Rational(repr(bias)), claim.widths[1:], digits=_DIGITS
        )
        words = "relative variance of q after all layers, to first order in 1/width: good while it is small"
    else:
        amount, words = Missing("q is not held by what is drawn"), "relative variance of q after all layers"
    if isinstance(amount, Missing) or claim.batch > 1:
        return _row(amount.to_json(), statement=words)
    error = _variance_error(float(amount), float(q.count[-1]))
    if not error < _TOO_WIDE:
        return _row(
            amount.to_json(), statement=words, reason="a few networks would be most of a sample variance"
        )
    relative = float(q.variance[-1] / q.mean[-1] ** 2)
    return _row(amount.to_json(), relative, relative * error, words)


def _variance_error(relative: float, count: float) -> float:
    """The relative standard error of the sample variance of a log-normal of this relative variance."""
    growth = 1 + relative
    if growth > 1e6 or count < 2:
        return math.inf
    kurtosis = growth**4 + 2 * growth**3 + 3 * growth**2 - 3
    return math.sqrt(max(kurtosis - 1, 0.0) / count)


def _drift(problem: Problem, found: Measurements, spread: Spread | None) -> dict[str, Any]:
    """By theory from the chains for any f, and exactly from `derive` where a layer has a law known at every q."""
    claim, (mean, error) = problem.claim, mean_log(found.q.first_nets)
    width = claim.widths[1]
    layer = log_drift(claim.activation, width, claim.variance, _DIGITS)
    start = math.log2(problem.variance)
    predicted = None if spread is None else _LN2 * (float(spread.mean_log_q[-1]) - start)
    return _row(
        layer.to_json() | {"width": width},
        _LN2 * (float(mean[-1]) - start),
        _LN2 * float(error[-1]),
        "theory: E log A of one layer; predicted and measured: E log of q after all layers over its start",
    ) | {"predicted": predicted, "layers": claim.depth}


def mean_log(log_values: Array) -> tuple[Array, Array]:
    """(mean, standard error) per layer over what is finite, nan where too little is: (nets, layers) to (layers,)."""
    usable = np.isfinite(log_values)
    count = usable.sum(axis=0)
    safe = np.maximum(count, 1)
    mean = np.where(usable, log_values, 0.0).sum(axis=0) / safe
    square = np.where(usable, (log_values - mean) ** 2, 0.0).sum(axis=0)
    enough = count > 1
    error = np.sqrt(square / np.maximum(count - 1, 1) / safe)
    return np.where(enough, mean, np.nan), np.where(enough, error, np.nan)


def _one_step(problem: Problem, found: Measurements, spread: Spread | None) -> dict[str, Any]:
    """`predicted` is the factor of the last layer over the q that networks have reached there."""
    claim = problem.claim
    n_in, bias = claim.widths[-2], problem.bias_variances[-1]
    exact = backward_one_step(claim.activation, claim.variance, sp.Rational(repr(bias)), n_in, _DIGITS)
    words = (
        "factor of the squared gradient across one layer over its value at infinite width, the gradient arriving "
        "independent of the layer; what leaves the layer depends on it, so the factor does not compose over layers"
    )
    independent = claim.output_gradient == "gaussian" and claim.weights.gaussian
    with np.errstate(invalid="ignore"):  # where f' is 0 almost everywhere, no gradient is predicted at all
        ratio, infinite = found.ratio, float(np.exp2(-np.diff(found.gradient.log_predicted))[-1])
    if not independent or not ratio.count[-1] > 1 or not infinite > 0:
        return _row(exact.to_json(), statement=words)
    error = math.sqrt(ratio.variance[-1] / ratio.count[-1])
    predicted = None if spread is None else _over_the_spread(problem, spread) / infinite
    return _row(exact.to_json(), float(ratio.mean[-1]) / infinite, error / infinite, words) | {
        "predicted": predicted
    }


def _over_the_spread(problem: Problem, spread: Spread) -> float:
    """E of s^2 n_out E f'^2 (1 + ((q - v)/q)(rho - 1)/n_in) over the predicted law of q at the last layer."""
    q = torch.from_numpy(np.exp2(np.clip(spread.last, -200, 200)))
    slope, n_in, n_out = problem.theory.functions.derivative, *problem.claim.widths[-2:]
    square = problem.theory.derivative_second(q)
    tilted = problem.theory.mean(lambda z: (z * slope(z)) ** 2, q) / q
    part = 1 - problem.bias_variances[-1] / q
    factor: Tensor = square + part * (tilted - square) / n_in
    return float(problem.scales[-1] ** 2 * n_out * factor.mean())


def _stays(problem: Problem) -> bool:
    """Whether increments vary in all layers as they do at the claim's q."""
    return problem.homogeneous or (problem.stability.kind == "stable" and not _moves(problem))


def _moves(problem: Problem) -> bool:
    """Whether the variance map that is drawn takes q elsewhere."""
    second = float(problem.theory.second(torch.tensor(problem.variance, dtype=torch.float64)))
    held = problem.bias_variance + problem.gain**2 * second
    return abs(held / problem.variance - 1) > 1e-9


def _row(
    theory: dict[str, Any],
    measured: float | None = None,
    error: float | None = None,
    statement: str = "",
    reason: str | None = None,
) -> dict[str, Any]:
    found = {"statement": statement, "theory": theory, "measured": measured, "standard_error": error}
    return found | ({} if reason is None else {"reason": reason})
