"""The findings of a run of fixed size: Student's t with the variances of the sample."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from verify.accumulate import Array, Moments
from verify.finding import Finding, Findings
from verify.levels import Levels
from verify.power import Power
from verify.problem import Problem
from verify.statistics import (
    Band,
    Estimate,
    composite_p,
    far_tail,
    interval,
    layer_estimates,
    pooled_estimate,
)


def findings(problem: Problem, plan: Power, increments: Mapping[str, Moments], levels: Levels) -> Findings:
    """Of each direction and each layer. `increments` are without the constant (g/g*)^2."""
    band = Band.of(problem.claim.margin)
    whole, layers, far = [], [], 0.0
    for direction in problem.directions:
        ratio, planned = problem.ratio(direction), np.array(plan.variances[direction])
        moments = increments[direction].scaled(ratio)
        pooled = pooled_estimate(moments, planned)
        if pooled is not None:
            whole.append(
                _finding(direction, None, pooled, int(moments.count.max()), levels.pooled_tail, band)
            )
            far += far_tail(pooled, levels.pooled_tail, band)
        layers += [
            _finding(direction, layer, estimate, count, levels.layer_tail, band)
            for layer, estimate, count in _layers(moments, ratio**2 * planned)
        ]
    return Findings(tuple(whole), tuple(layers), far)


def _layers(moments: Moments, planned: Array) -> list[tuple[int, Estimate, int]]:
    """The estimates of the layers that have two networks or more.

    `planned` is the derived variance of one increment at the claim's q. The standard error is at least what it
    gives: where nearly all networks of a narrow net are dead, the few that are left can agree by chance, and
    a sample variance of zero would turn their agreement into certainty.
    """
    counts = moments.count.astype(int).tolist()
    return [
        (layer, _floored(estimate, planned[layer], count), count)
        for layer, (estimate, count) in enumerate(zip(layer_estimates(moments), counts, strict=True))
        if estimate is not None
    ]


def _floored(estimate: Estimate, planned: float, count: int) -> Estimate:
    return replace(estimate, standard_error=max(estimate.standard_error, math.sqrt(planned / count)))


def _finding(
    direction: str, layer: int | None, estimate: Estimate, networks: int, tail: float, band: Band
) -> Finding:
    return Finding(
        direction=direction,
        layer=layer,
        estimate=estimate.mean,
        standard_error=estimate.standard_error,
        freedom=estimate.freedom,
        interval=interval(estimate, tail),
        p_value=composite_p(estimate, band),
        networks=networks,
    )
