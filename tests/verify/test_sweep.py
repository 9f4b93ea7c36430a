"""The width sweep: its fit against a second route, its error rates, and its three outcomes on drawn networks."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np
import pytest
from scipy.special import bdtr, bdtrc

import verify
from derive.catalogue import activation
from derive.errors import BadInput
from verify.claim import Claim
from verify.problem import Problem, resolve
from verify.width_sweep.fit import GATE, SKEWED, SYMMETRIC, Point, amplified, fewest, fitted, gated
from verify.width_sweep.outcome import concluded

WIDTHS = (32, 64, 128, 256)
SMALL: dict[str, Any] = {"widths": (16,) * 4, "margin": 0.02, "confidence": 0.99}


def _points(values: Any, error: float = 0.001, freedom: float = 1e6) -> list[Point]:
    return [Point(n, 100, float(value), error, freedom) for n, value in zip(WIDTHS, values, strict=True)]


def test_the_fit_is_that_of_numpy() -> None:
    """numpy.polyfit in x = 1/n: unequal errors, coefficients and their covariance."""
    points = [Point(n, 9, 1 + 0.3 / n + 0.001 * n / 256, 0.001 * n / 64, 50) for n in WIDTHS]
    x, errors = 1 / np.array(WIDTHS), np.array([point.standard_error for point in points])
    expected, covariance = np.polyfit(x, [p.estimate for p in points], 1, w=1 / errors, cov="unscaled")
    found = fitted(points)
    assert found.coefficients == pytest.approx(expected[::-1].tolist(), rel=1e-9)
    assert found.errors == pytest.approx(np.sqrt(np.diag(covariance)[::-1]).tolist(), rel=1e-9)


@pytest.mark.parametrize("powers", [SYMMETRIC, SKEWED])
def test_the_intercept_and_the_gate_err_as_often_as_they_say(
    powers: tuple[float, ...], false_alarm: float
) -> None:
    """4000 true curves: a 95% interval of the intercept, the gate, and the test of no effect of the width."""
    draws, generator = 4000, np.random.default_rng(3)
    noise = generator.normal(size=(draws, len(WIDTHS))) * 0.001
    missed = shut = seen = 0
    for row in noise:
        fit = fitted(_points(1 + row), powers)
        low, high = fit.interval(0.025)
        missed += not low < 1 < high
        shut += not fit.passed
        seen += fit.width_p_value <= 0.05
    for count, rate in ((missed, 0.05), (shut, GATE), (seen, 0.05)):
        assert bdtr(count, draws, rate) > false_alarm / 2
        assert bdtrc(count - 1, draws, rate) > false_alarm / 2


@pytest.mark.parametrize("powers", [SYMMETRIC, SKEWED])
def test_the_plan_s_amplification_is_the_fit_s(powers: tuple[float, ...]) -> None:
    fit = fitted(_points([1.0] * 4, error=0.01), powers)
    assert amplified(WIDTHS, powers) == pytest.approx(fit.errors[0] ** 2 / 0.01**2)


def test_the_smallest_width_alone_is_left_out_and_once() -> None:
    bent = np.array([1 + (32 / n) ** 3 * 0.02 for n in WIDTHS])
    bent[3] = bent[2] = bent[1]
    fit = gated(_points(bent), SYMMETRIC)
    assert fit.dropped == (32,)
    assert fit.widths == WIDTHS[1:]
    assert fit.passed
    assert gated(_points([1, 1.02, 1, 1.02]), SYMMETRIC).dropped == (32,)
    assert not gated(_points([1, 1.02, 1, 1.02]), SYMMETRIC).passed
    straight = gated(_points([1 + 5 / n for n in WIDTHS]), SYMMETRIC)
    assert straight.dropped == ()
    assert gated(_points(bent)[:3], SYMMETRIC).dropped == ()


def _problem(**fields: Any) -> Problem:
    return resolve(Claim(activation("relu"), **(SMALL | {"direction": "forward"} | fields)))


@pytest.mark.parametrize(
    ("values", "outcome", "words"),
    [
        ([1.0] * 4, "confirmed", "no effect of the width is seen"),
        ([1 + 2 / n for n in WIDTHS], "confirmed with a finite-width effect", r"at width 16 by \+6.07%"),
        ([1.1 + 2 / n for n in WIDTHS], "theory refuted", "which no width explains"),
        ([1.04] * 4, "inconclusive", "times as many networks would decide"),
        ([1, 1.05, 1, 1.05], "inconclusive", "give larger widths"),
    ],
)
def test_outcomes_in_words(values: list[float], outcome: str, words: str) -> None:
    """Without noise: intercepts of 1, 1 and 1.1 at a margin of 4% of (g/g*)^2; 1.04 is on its border."""
    line = concluded(_problem(), "forward", _points(values, error=0.002), SYMMETRIC)
    assert line.outcome == outcome
    assert f"forward: {outcome}" in line.statement
    assert re.search(words, line.statement)


def test_the_size_of_the_effect_is_the_curve_s_at_the_claim_s_width() -> None:
    values = [1 + 0.5 / math.sqrt(n) + 2 / n for n in WIDTHS]
    line = concluded(_problem(widths=(400,) * 3), "forward", _points(values), SKEWED)
    assert line.at_width == 400
    assert line.effect == pytest.approx(math.sqrt(1 + 0.5 / 20 + 2 / 400) - 1)


@pytest.mark.parametrize(
    ("name", "fields", "widths", "outcome"),
    [
        ("tanh", {"law": "uniform", "direction": "both"}, (4, 8, 16), "confirmed with a finite-width effect"),
        ("tanh", {"direction": "both"}, (8, 16, 32), "confirmed"),
        ("relu", {"gain": 2**0.5 * 1.05}, (8, 16, 32), "theory refuted"),
        ("relu", {"gain": 2**0.5, "replicates": 20}, (8, 16, 32), "inconclusive"),
    ],
)
def test_the_outcomes_are_told_apart(
    name: str, fields: dict[str, Any], widths: tuple[int, ...], outcome: str
) -> None:
    seen: list[tuple[int, int]] = []
    found = verify.sweep(
        Claim(activation(name), **(SMALL | fields)), widths, lambda done, total: seen.append((done, total))
    )
    assert found.outcome == outcome
    assert found.widths == widths
    assert seen[-1][0] == seen[-1][1] == sum(point.networks for point in found.lines[0].points)


def test_the_composition_over_depth_is_swept_beside(threshold: float) -> None:
    """At tanh's pair one layer's factor is 1 - 0.65/n, and three do not multiply; ReLU's is 1 at every width."""
    found = {}
    for name in ("tanh", "relu"):
        claim = Claim(activation(name), **(SMALL | {"direction": "backward", "replicates": 30000}))
        plain = verify.sweep(claim, (8, 16, 32)).composition
        assert plain is not None
        found[name] = plain["fit"]
        assert plain["fit"]["interval"][0] < 1 < plain["fit"]["interval"][1]
    assert abs(found["relu"]["slope"]) < threshold * found["relu"]["slope_standard_error"]
    assert abs(found["tanh"]["slope"]) > threshold * found["tanh"]["slope_standard_error"]
    for name, direction in (("relu", "forward"), ("gelu", "backward")):
        claim = Claim(activation(name), **(SMALL | {"direction": direction, "replicates": 9}))
        assert verify.sweep(claim, (4, 5, 6)).composition is None


def test_the_json_has_the_contract_s_keys() -> None:
    claim = Claim(activation("identity"), **(SMALL | {"replicates": 50, "direction": "forward"}))
    found = json.loads(json.dumps(verify.sweep(claim, (16, 4, 8, 8)).to_json(), allow_nan=False))["sweep"]
    assert found["widths"] == [4, 8, 16]
    assert [point["width"] for point in found["points"]] == [4, 8, 16]
    assert found["fit"].keys() >= {"intercept", "intercept_standard_error", "interval", "slope", "p_value"}
    assert found["outcome"] in found["statement"]
    assert found["lines"][0]["direction"] == "forward"


@pytest.mark.parametrize(
    ("fields", "widths", "words"),
    [
        ({}, (8, 16), "give 3 different widths"),
        ({}, (8, 8, 16, 16), "give 3 different widths"),
        ({"law": "exponential"}, (8, 16, 32), "give 4 different widths"),
        ({}, (2, 8, 16), "4 to 1048576 units"),
        ({"batch": 20}, (8, 16, 32), "22 to 1048576 units"),
    ],
)
def test_widths_that_cannot_be_swept(fields: dict[str, Any], widths: tuple[int, ...], words: str) -> None:
    assert fewest(SYMMETRIC) == 3
    with pytest.raises(BadInput, match=words):
        verify.sweep(Claim(activation("relu"), **(SMALL | fields)), widths)
