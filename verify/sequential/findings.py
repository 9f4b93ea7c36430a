"""The findings of a sequential run: confidence sequences and e-values from exact variances."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from verify.accumulate import Array
from verify.finding import Finding, Findings
from verify.levels import Levels
from verify.power import Power
from verify.problem import Problem
from verify.sequential.dispersion import enlarged, enlarged_whole
from verify.sequential.evidence import Evidence, Sides
from verify.sequential.information import Information
from verify.statistics import Band

# A direction is inconclusive until an interval beyond the far border is this much less likely than its level: then
# all layers together are left with nearly half of what the confidence allows.
_FAR = 0.1


def findings(problem: Problem, plan: Power, found: Mapping[str, Information], levels: Levels) -> Findings:
    """Of each direction and each layer. `found` is without the constant (g/g*)^2."""
    band, whole, layers, far = Band.of(problem.claim.margin), [], [], 0.0
    for direction in problem.directions:
        information, ratio = found[direction], problem.ratio(direction)
        pooled = whole_of(plan, direction, information, ratio, levels.pooled_tail)
        if information.count.max() > 0:
            informed = bool(pooled.far(band)[0] <= _FAR * levels.pooled_tail)
            one = _findings(direction, [None], pooled, [int(information.count.max())], band)
            whole += [replace(part, informed=informed) for part in one]
        far += _FAR * levels.pooled_tail
        each = layers_of(plan, direction, information, ratio, levels.layer_tail)
        counts = information.count.astype(int).tolist()
        layers += [f for f in _findings(direction, range(len(counts)), each, counts, band) if f.networks]
    return Findings(tuple(whole), tuple(layers), far)


def whole_of(plan: Power, direction: str, found: Information, ratio: Array | float, level: float) -> Evidence:
    """What all layers of a direction say together; `ratio` is the constant (g/g*)^2 per layer."""
    planned = _planned(plan, direction).sum(keepdims=True)
    return Evidence(
        information=found.weight.sum(keepdims=True),
        total=(ratio * found.total).sum(keepdims=True),
        factor=np.array([enlarged_whole(found)]),
        sides=Sides.tuned(planned, level, plan.shapes[direction]),
    )


def layers_of(plan: Power, direction: str, found: Information, ratio: Array, level: float) -> Evidence:
    """What each layer says."""
    sides = Sides.tuned(_planned(plan, direction), level, plan.shapes[direction])
    return Evidence(found.weight, ratio * found.total, enlarged(found), sides)


def _planned(plan: Power, direction: str) -> Array:
    """The information of each layer at the planned number of networks."""
    return np.asarray(plan.planned * np.array(plan.living) / np.array(plan.variances[direction]))


def _findings(
    direction: str, layers: list[int | None] | range, evidence: Evidence, networks: list[int], band: Band
) -> list[Finding]:
    low, high = evidence.interval()
    logs = evidence.log_e(band).tolist()
    columns = (evidence.estimate, evidence.standard_error, low, high, evidence.factor)
    return [
        Finding(
            direction=direction,
            layer=layer,
            estimate=mean,
            standard_error=error,
            freedom=math.inf,
            interval=(start, end),
            p_value=math.exp(-max(log_e, 0.0)),
            networks=count,
            e_value=math.exp(min(log_e, 700.0)),
            factor=factor,
        )
        for layer, count, log_e, mean, error, start, end, factor in zip(
            layers, networks, logs, *(column.tolist() for column in columns), strict=True
        )
    ]
