"""The predicted spread of q: against networks that were drawn, and against exact moments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.special import bdtr, bdtrc, digamma, polygamma

from derive.activation import Activation
from derive.catalogue import activation
from derive.finite_width import log_drift, relative_variance
from verify.claim import Claim
from verify.depth import depth
from verify.measure import Measurements
from verify.prediction import prediction
from verify.problem import Problem, resolve
from verify.spread import QUANTILES, Spread, spread
from verify.spread.increments import increment_law
from verify.spread.power_normal import power_normal
from verify.spread.table import table

Make = Callable[..., Problem]
Measure = Callable[[Problem, int], Measurements]
NETS = 1500


def _spread(problem: Problem) -> Spread:
    found = spread(problem, prediction(problem).log_q)
    assert found is not None
    return found


def _least_p(predicted: Spread, log_q: Any, layer: int) -> float:
    """The smallest two-sided binomial p-value of the numbers of networks at or below the predicted quantiles."""
    nets, values = len(log_q), []
    for quantile, level in zip(predicted.log_q[:, layer], QUANTILES, strict=True):
        below = int((log_q[:, layer] <= quantile).sum())
        values.append(2 * min(bdtr(below, nets, level), bdtrc(below - 1, nets, level)))
    return float(min(values))


CASES = [
    ("relu", (32,) * 21, {}),
    ("relu", (256,) * 11, {}),
    ("relu", (16, 48, 24, 64, 32), {"gain": 1.3, "bias_variance": 0.2}),
    ("tanh", (32,) * 21, {}),
    ("tanh", (64,) * 11, {"direction": "both"}),
    ("gelu", (64,) * 21, {}),
    ("gelu", (256,) * 11, {}),
    ("relu", (64,) * 7, {"law": "orthogonal"}),
    ("relu", (12,) * 9, {}),
]


@pytest.mark.parametrize(("name", "widths", "fields"), CASES)
def test_networks_spread_as_predicted(
    name: str,
    widths: tuple[int, ...],
    fields: dict[str, Any],
    problem: Make,
    measured: Measure,
    false_alarm: float,
) -> None:
    """Three quantiles after the first layer, half of them and all, by exact binomial tests."""
    case = problem(name, widths=widths, **fields)
    predicted, found = _spread(case), measured(case, NETS)
    log_q = np.nan_to_num(found.q.first_nets, nan=np.inf, neginf=-np.inf)
    layers = (1, len(widths) // 2, len(widths) - 1)
    tests = len(layers) * len(QUANTILES)
    assert min(_least_p(predicted, log_q, layer) for layer in layers) > false_alarm / tests


def test_the_test_has_power(problem: Make, measured: Measure, false_alarm: float) -> None:
    """Networks of width 32 against the spread of width 48: standard deviations 22% apart."""
    found = measured(problem("relu", widths=(32,) * 21), NETS).q.first_nets
    assert _least_p(_spread(problem("relu", widths=(48,) * 21)), found, 20) < false_alarm


@pytest.mark.parametrize("name", ["relu", "identity", "prelu"])
def test_the_drift_is_the_derived_one(name: str) -> None:
    """Of E log A of one layer against derive's, to the order that is left out: cumulants 4 and up, 1/n^3.

    So n^2 times the error falls with n: by half at least where n doubles.
    """
    errors = []
    for n in (16, 32, 64):
        case = resolve(Claim(activation(name), widths=(n, n)))
        drift = float(_spread(case).mean_log_q[-1]) * np.log(2)
        errors.append(abs(drift - float(log_drift(activation(name), n).exact)) * n**2)  # type: ignore[arg-type]
    assert errors[0] < 0.5
    assert errors[-1] < 0.1


def test_a_mean_of_squares_is_wilson_and_hilferty_s() -> None:
    """n squared normals: the cube root is nearly normal, mean and variance are exact, and so nearly is E log."""
    n = np.array([5.0, 20.0, 100.0])
    law = power_normal(2 / n, 8 / n**2)
    np.testing.assert_allclose(law.power, 1 / 3, rtol=1e-12)
    nodes, weights = np.polynomial.hermite_e.hermegauss(64)
    weights = weights / weights.sum()
    logs = np.stack([law.logs(np.full(3, node)) for node in nodes], axis=1)
    np.testing.assert_allclose(np.exp(logs) @ weights, 1.0, rtol=1e-12)
    np.testing.assert_allclose(np.exp(2 * logs) @ weights - 1, 2 / n, rtol=1e-9)
    exact = digamma(n / 2) - np.log(n / 2)
    assert (np.abs(logs @ weights - exact) < 2 / n**3).all()


def test_the_spread_of_a_linear_network_adds_up(problem: Make) -> None:
    """log q is a sum of logs of chi-squared: L trigamma(n/2), of which 2048 chains miss less than 1%."""
    case = problem("identity", widths=(64,) * 11)
    found = spread(case, np.zeros(11))
    assert found is not None
    before_last = found.last * np.log(2)
    assert before_last.var() == pytest.approx(9 * float(polygamma(1, 32)), rel=0.01)
    exact = float(relative_variance(activation("identity"), 1, 64, 9))  # type: ignore[arg-type]
    assert np.exp(before_last).var() == pytest.approx(exact, rel=0.05)


def test_dead_networks_are_counted(problem: Make) -> None:
    """A layer of 4 ReLU units is dead with probability 1/16; the 5% quantile is a dead network at once."""
    found = _spread(problem("relu", widths=(4,) * 4))
    np.testing.assert_allclose(found.dead, 1 - (15 / 16) ** np.arange(4), rtol=1e-12)
    assert (found.log_q[0, 1:] == -np.inf).all()
    assert np.isfinite(found.log_q[1]).all()
    law, dead = increment_law(table(problem("relu"), np.zeros(1)), 4, 4, False, True)  # type: ignore[arg-type]
    nodes, weights = np.polynomial.hermite_e.hermegauss(64)
    living = [np.exp(law.logs(np.full(len(dead), node))) for node in nodes]
    mean = weights @ np.array(living) / weights.sum()
    np.testing.assert_allclose(mean * (1 - dead), 1.0, rtol=1e-9)  # the dead have none of E A = 1
    biased = _spread(problem("relu", widths=(4,) * 4, gain=1.3, bias_variance=0.1))
    assert (biased.dead == 0).all()
    assert np.isfinite(biased.log_q).all()


@pytest.mark.parametrize(
    ("name", "fields"),
    [("relu", {"gain": 1.0}), ("gelu", {}), ("prelu", {"gain": 8.0, "bias_variance": 0.1})],
)
def test_depth_leaves_no_range(name: str, fields: dict[str, Any], problem: Make) -> None:
    found = _spread(problem(name, widths=(64,) * 801, **fields))
    assert np.isfinite(found.log_q).all()
    assert (np.diff(found.log_q, axis=0) >= 0).all()


def test_units_that_are_one_have_no_predicted_spread(problem: Make, measured: Measure) -> None:
    case = problem("relu", widths=(8,) * 4, law="constant", replicates=5)
    assert spread(case, prediction(case).log_q) is None
    assert depth(case, measured(case, 5))["q"]["predicted_quantiles"] is None


def test_a_function_of_higher_degree_ends_beyond_numbers(problem: Make) -> None:
    from derive.inputs import activation as typed

    found = _spread(resolve(Claim(typed("x**2"), widths=(16,) * 80)))
    assert found.log_q[0, -1] == -np.inf
    assert found.log_q[2, -1] == np.inf


def test_the_depth_report_shows_both(gelu: Activation, measured: Measure, false_alarm: float) -> None:
    """Predicted and measured quantiles, and the facts of a finite width, in plain data and in words."""
    case = resolve(Claim(gelu, widths=(64,) * 9))
    report = depth(case, measured(case, 400))
    q = report["q"]
    for name in ("low", "median", "high"):
        assert len(q[f"log10_predicted_{name}"]) == len(q[f"log10_{name}"]) == 9
    shares = q["predicted_quantiles"]
    for share, level in zip(shares["share_below"], shares["levels"], strict=True):
        assert 2 * min(bdtr(share * 400, 400, level), bdtrc(share * 400 - 1, 400, level)) > false_alarm / 3
    assert "predicted" in report["statement"]
    assert "unstable" in report["statement"]


def test_the_facts_of_a_finite_width_are_measured(problem: Make, measured: Measure, threshold: float) -> None:
    case = problem("relu", widths=(64,) * 9)
    facts = depth(case, measured(case, 2000))["finite_width_theory"]
    assert facts["increment_variance"]["theory"]["exact"] == "5"
    assert float(facts["relative_variance"]["theory"]["value"]) == pytest.approx((1 + 5 / 64) ** 8 - 1)
    for name, expected in (
        ("increment_variance", 5.0),
        ("relative_variance", (1 + 5 / 64) ** 8 - 1),
        ("log_drift", 8 * float(log_drift(activation("relu"), 64).exact)),  # type: ignore[arg-type]
        ("backward_one_step", 1.0),
    ):
        row = facts[name]
        assert abs(row["measured"] - expected) < threshold * row["standard_error"], name
        assert row["measured"] != expected


def test_one_step_of_tanh_backward(problem: Make, measured: Measure, threshold: float) -> None:
    """At width 8 the factor is 0.98 of infinite width's at the pair, and what is measured tells it from 1."""
    case = problem("tanh", widths=(8, 8), direction="both")
    row = depth(case, measured(case, 60000))["finite_width_theory"]["backward_one_step"]
    predicted = float(row["theory"]["value"])
    assert row["predicted"] == pytest.approx(predicted, rel=1e-9)
    assert abs(row["measured"] - predicted) < threshold * row["standard_error"]
    assert abs(row["measured"] - 1) > threshold * row["standard_error"]
