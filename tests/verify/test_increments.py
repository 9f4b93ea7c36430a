"""Increments: their expectation is exact, and different layers are uncorrelated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from derive.activation import Activation
from verify.claim import Claim
from verify.increments import Sample, sample
from verify.measure import Measurements, family
from verify.network import Shard
from verify.power import planned_variances
from verify.prediction import planned_q
from verify.problem import Problem, resolve
from verify.samplers.dense import Full
from verify.statistics import layer_estimates, pooled_estimate
from verify.weights import Weights, buffers

Make = Callable[..., Problem]
Measure = Callable[[Problem, int], Measurements]

CASES: list[tuple[str, dict[str, Any]]] = [
    ("relu", {"widths": (8,) * 9}),
    ("relu", {"widths": (3,) * 9}),  # networks die on the way
    ("relu", {"widths": (1,) * 5}),  # no free direction: T is its expectation
    ("relu", {"widths": (8,) * 6, "batch": 3}),
    ("relu", {"widths": (3,) * 6, "batch": 5}),
    ("relu", {"widths": (8,) * 6, "output_gradient": "ones"}),
    ("relu", {"widths": (4,) * 6, "output_gradient": "loss"}),
    ("relu", {"widths": (6,) * 6, "gain": 1.2, "bias_variance": 0.3}),
    ("prelu", {"widths": (16, 4, 8, 2, 8), "mode": "fan_avg"}),
    ("identity", {"widths": (2,) * 6}),
    ("tanh", {"widths": (4,) * 6, "direction": "both"}),
    ("tanh", {"widths": (5,) * 4, "direction": "both", "batch": 2, "output_gradient": "loss"}),
]


@pytest.mark.parametrize(("name", "fields"), CASES, ids=str)
def test_expectations_are_exact_at_small_widths(
    problem: Make,
    measured: Measure,
    two_sided: Callable[..., float],
    false_alarm: float,
    name: str,
    fields: Any,
) -> None:
    case = problem(name, **fields)
    found = measured(case, 20000)
    for direction in ("forward", "backward"):
        moments = found.increments[direction]
        pooled = pooled_estimate(moments, planned_variances(case, direction, planned_q(case)))
        assert pooled is not None
        assert two_sided(pooled.mean, pooled.standard_error, pooled.freedom) > false_alarm
        for layer in layer_estimates(moments):
            if layer is not None and layer.standard_error > 0:
                assert two_sided(layer.mean, layer.standard_error, layer.freedom) > false_alarm


def test_a_net_that_has_drifted_is_measured_where_it_is(
    gelu: Activation, measured: Measure, two_sided: Callable[..., float], false_alarm: float
) -> None:
    """GELU's q = 1 is unstable: q scatters over decades, and still the expectation is 1."""
    case = resolve(Claim(gelu, widths=(16,) * 31))
    found = measured(case, 1500)
    spread = found.q.first_nets[:, -1]
    assert np.quantile(spread, 0.9) - np.quantile(spread, 0.1) > 6  # in octaves
    for direction in ("forward", "backward"):
        pooled = pooled_estimate(
            found.increments[direction], planned_variances(case, direction, planned_q(case))
        )
        assert pooled is not None
        assert two_sided(pooled.mean, pooled.standard_error, pooled.freedom) > false_alarm


def _sample(case: Problem, nets: int) -> Sample:
    drawn = family(case)
    sizes = [nets * a * b for a, b in zip(drawn.widths, drawn.widths[1:], strict=False)]
    weights = Weights(case.claim.weights, buffers(sizes, True, drawn.dtype, drawn.device), True)
    with torch.inference_mode():
        return sample(drawn, Shard(0, nets), Full(drawn, Shard(0, nets), weights), case)


@pytest.mark.parametrize("fields", [{}, {"batch": 3}, {"output_gradient": "ones"}], ids=str)
def test_increments_of_different_layers_are_uncorrelated(
    problem: Make, threshold: float, fields: dict[str, Any]
) -> None:
    found = _sample(problem("relu", widths=(6,) * 5, **fields), 30000)
    for values in (found.forward, found.backward):
        complete = values[np.isfinite(values).all(axis=1)] - 1
        for low in range(values.shape[1]):
            for high in range(low + 1, values.shape[1]):
                product = complete[:, low] * complete[:, high]
                assert abs(product.mean()) < threshold * product.std() / len(product) ** 0.5


def test_the_planned_variance_is_the_measured_one(problem: Make, threshold: float) -> None:
    for name, fields in (("relu", {}), ("identity", {}), ("prelu", {"mode": "fan_out"})):
        case = problem(name, widths=(24, 16, 20, 16), **fields)
        found = _sample(case, 20000)
        for direction, values in (("forward", found.forward), ("backward", found.backward)):
            squares = (values - 1) ** 2
            error = squares.std(axis=0) / len(squares) ** 0.5
            planned = planned_variances(case, direction, planned_q(case))
            assert (np.abs(squares.mean(axis=0) - planned) < threshold * error).all(), (name, direction)


def test_a_dead_network_is_left_out_from_then_on(problem: Make) -> None:
    """At width 2 a ReLU layer dies with probability 1/4; its zero output is measured, what follows is not."""
    found = _sample(problem("relu", widths=(2,) * 7), 5000)
    dead = found.forward == 0
    for layer in range(5):
        assert np.isnan(found.forward[dead[:, layer], layer + 1 :]).all()
    assert np.isneginf(found.log_q[dead.any(axis=1), -1]).all()
    assert not found.past_range.any()


def test_leaving_the_range_is_seen(problem: Make) -> None:
    """With a bias nothing is rescaled: at gain 8 float32 overflows, which is marked and left out."""
    found = _sample(problem("prelu", widths=(8,) * 61, gain=8.0, bias_variance=0.5), 40)
    assert found.past_range[:, -1].all()
    assert not found.past_range[:, :10].any()
    assert np.isnan(found.forward[found.past_range]).all()
    assert np.isfinite(found.forward[~found.past_range]).all()


def test_what_leaves_the_range_of_the_dtype_by_its_square_is_left_out(problem: Make) -> None:
    """x^2 of a tiny q is zero in float32 long before q is: such a net is past the range, and counts no more."""
    found = _sample(problem("square", widths=(16,) * 12, direction="forward"), 400)
    far = np.isfinite(found.log_q[:, :-1]) & (found.log_q[:, :-1] < -105)  # E f^2 = 3 q^2 is below 4^-100
    assert far.any()
    assert found.past_range[far].all() and np.isnan(found.forward[far]).all()
