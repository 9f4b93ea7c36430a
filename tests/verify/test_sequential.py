"""Looking at every moment: error rates at the margin, power at the plan, networks drawn, and the guard."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import binom

from verify.accumulate import Array
from verify.levels import Levels
from verify.measure import Measurements, Stop
from verify.power import power
from verify.problem import Problem
from verify.sequential.dispersion import enlarged, enlarged_whole
from verify.sequential.evidence import Evidence, Sides
from verify.sequential.information import Information
from verify.sequential.looks import Looks, looks
from verify.sequential.plan import Ends, Rate, Rules, expected, misses, most
from verify.statistics import Band

Make = Callable[..., Problem]
Measure = Callable[[Problem, int], Measurements]
PATHS, LOOKS, UNITS = 4000, 400, 16
MARGIN, CONFIDENCE = 0.05, 0.9
BAND = Band.of(MARGIN)
LEVELS = Levels(1 - CONFIDENCE, 1, 1)
RULES = Rules(LEVELS, MARGIN)
SHAPES = (0.88, 0.0)


def _paths(per_look: int, looks_: int, seed: int) -> tuple[Array, Array]:
    """V and W of ReLU's increments of 16 units, (looks,) and (paths, looks), for a gain that is right."""
    rng = np.random.default_rng(seed)
    chosen = rng.binomial(UNITS * per_look, 0.5, size=(PATHS, looks_))
    total = 4 * rng.gamma(np.maximum(chosen, 1) / 2) * (chosen > 0) / 5
    information = UNITS * per_look / 5 * np.arange(1, looks_ + 1)
    return information, total.cumsum(axis=1)


def _ends(information: Array, planned: float) -> Ends:
    """The confidence sequence at these looks, of a test that plans this information."""
    sides = Sides.tuned(np.array([planned]), LEVELS.pooled_tail, SHAPES)
    above, below = (side.critical(information, LEVELS.pooled_tail) for side in (sides.above, sides.below))
    return Ends(information, information - below, information + above)


@pytest.mark.parametrize("border", [BAND.low, BAND.high])
def test_at_the_margin_each_verdict_is_wrong_at_most_at_its_rate_under_continuous_looking(
    border: float, false_alarm: float
) -> None:
    """400 looks, on to twice the planned number. Repeated z-tests at the same level are wrong far more often."""
    planned = most([Rate(UNITS / 5, SHAPES)], RULES)
    information, total = _paths(max(1, 2 * planned // LOOKS), LOOKS, seed=5)
    found = _ends(information, planned * UNITS / 5)
    refuted = found.outside(border * total, BAND).any(axis=1).sum()
    confirmed = found.inside(border * total, BAND).any(axis=1).sum()
    allowed = binom.isf(false_alarm, PATHS, LEVELS.pooled_tail)
    assert max(refuted, confirmed) <= allowed
    z = -float(ndtri(LEVELS.pooled_tail)) / np.sqrt(information)
    away = np.sign(border - 1) * (total / information - 1)
    assert (away > z).any(axis=1).sum() > 3 * allowed


def test_e_values_of_the_band_exceed_1_over_alpha_with_probability_alpha_at_most(false_alarm: float) -> None:
    """Along the way, at its borders and within; the infimum over the band is taken at a border."""
    information, total = _paths(20, 40, seed=6)
    sides = Sides.tuned(information[-1:], 0.05, SHAPES)
    for truth in (BAND.low, 1.0, BAND.high):
        evidence = Evidence(
            np.broadcast_to(information, total.shape), truth * total, np.ones(total.shape), sides
        )
        rejected = (evidence.log_e(BAND) >= -np.log(0.05)).any(axis=1).sum()
        assert rejected <= binom.isf(false_alarm, PATHS, 0.05)


def test_the_naive_test_is_as_wrong_as_is_known(threshold: float) -> None:
    """0.48 over 400 looks at a nominal 0.05, on both sides: sampling_and_statistics.md has 0.48 for a point null."""
    information, total = _paths(20, LOOKS, seed=7)
    away = np.abs(total / information - 1) * np.sqrt(information)
    rate = (away > -ndtri(0.025)).any(axis=1).mean()
    assert abs(rate - 0.48) < threshold * (0.25 / PATHS) ** 0.5


def test_power_at_the_plan_and_the_number_expected(threshold: float, false_alarm: float) -> None:
    """Increments of ReLU in place of the Gaussian walks of the plan."""
    rate = Rate(UNITS / 5, SHAPES)
    planned = most([rate], RULES)
    schedule = Looks(tuple(range(planned // 8, planned + 1, planned // 8)), planned)
    assert max(misses(rate, planned, RULES)) <= LEVELS.miss < max(misses(rate, planned - 1, RULES)) / 0.8
    every = schedule.numbers[0]
    information, total = _paths(every, len(schedule.numbers), seed=9)
    found = _ends(information, planned * UNITS / 5)
    passed = np.logical_and.reduce([found.outside(error * total, BAND) for error in RULES.wrong])
    decided = found.inside(total, BAND) & passed
    assert (~decided[:, -1]).sum() <= binom.isf(false_alarm, PATHS, 1e-4)
    numbers = np.array(schedule.numbers)[decided.argmax(axis=1)]
    predicted, at_twice = expected([rate], schedule.numbers, RULES)
    error = numbers.std() * (1 / PATHS + 1 / 2000) ** 0.5
    assert abs(numbers.mean() - predicted) < threshold * error
    assert at_twice < planned
    for truth in RULES.wrong:
        refuted = found.outside(truth * total, BAND).any(axis=1)
        assert (~refuted).sum() <= binom.isf(false_alarm, PATHS, 1e-4)


def test_an_interval_seldom_jumps_over_the_whole_margin(false_alarm: float) -> None:
    """At one border, beyond the other: as the bound says, which is small once there is information."""
    information, total = _paths(1, 200, seed=11)
    found = _ends(information, 100.0)
    beyond = (BAND.high * total < BAND.low * found.low).any(axis=1).sum()
    evidence = Evidence(information, total[0], np.ones(200), Sides.tuned(np.array([100.0]), 0.05, SHAPES))
    bound = evidence.far(BAND)
    assert beyond <= binom.isf(false_alarm, PATHS, bound[0])
    assert bound[0] <= LEVELS.pooled_tail
    assert (np.diff(bound) <= 0).all()
    assert bound[-1] < 1e-3 * LEVELS.pooled_tail


def test_looks_come_after_whole_shards() -> None:
    """At most a quarter of what was drawn apart, or a sixteenth of the most, once groups are worth it."""
    for planned in (2, 3, 29, 100, 282, 1000, 34_567):
        for shard in (1, 7, 32, 2621):
            found = looks(planned, shard)
            sizes = list(found.sizes())
            assert max(sizes) <= found.shard <= shard
            assert set(found.numbers) <= set(np.cumsum(sizes).tolist())
            assert found.numbers[-1] == found.most == planned == sum(sizes)
            assert [n for n in range(1, planned + 2) if found.due(n)] == list(found.numbers)
            for start, end in pairwise(found.numbers):
                assert end - start <= max(found.numbers[0], min(start // 4, -(-planned // 16)))


def test_a_run_stops_only_where_it_looks(problem: Make, measured: Measure) -> None:
    """So that what it prints does not depend on when it was interrupted."""
    case = problem("relu", widths=(4, 4))
    stop = Stop(Looks((5, 10, 15, 20), 5), lambda found: found.nets > 5)
    assert [stop.over(measured(case, nets)) for nets in (5, 7, 10)] == [False, False, True]


# The guard.


def _information(spread: float, nets: int = 400, layers: int = 6) -> Information:
    sample = 1 + np.random.default_rng(2).normal(size=(nets, layers)) * spread
    return Information.of(sample, np.full((nets, layers), 0.01))


def test_larger_residuals_than_derived_enlarge_the_variance() -> None:
    """Twice the variance counts twice; the right one, and a smaller, count as derived."""
    assert enlarged_whole(_information(0.02**0.5)) == pytest.approx(2, rel=0.15)
    assert enlarged(_information(0.02**0.5)) == pytest.approx(np.full(6, 2.0), rel=0.4)
    for spread in (0.1, 0.05):
        assert enlarged_whole(_information(spread)) == 1
        assert (enlarged(_information(spread)) == 1).all()


def test_a_wrong_mean_is_no_larger_variance() -> None:
    """A gain 30% too large in one layer: the residuals are about each layer's own mean, in its own units."""
    sample = 1 + np.random.default_rng(4).normal(size=(400, 3)) * 0.1
    found = Information.of(sample * np.array([1.0, 1.69, 1.0]), np.full((400, 3), 0.01))
    assert enlarged_whole(found) == 1


def test_information_merges() -> None:
    rng = np.random.default_rng(6)
    sample, variance = rng.normal(1, 0.1, size=(50, 3)), rng.uniform(0.005, 0.02, size=(50, 3))
    sample[3, 1], variance[7, 2] = np.nan, np.inf
    whole = Information.of(sample, variance)
    merged = Information.of(sample[:20], variance[:20]).merged(Information.of(sample[20:], variance[20:]))
    for name in ("count", "weight", "first", "second", "fourth", "residuals"):
        np.testing.assert_allclose(getattr(merged, name), getattr(whole, name), rtol=1e-12)
    assert whole.count.tolist() == [50, 49, 49]
    mean = (sample[:, 0] / variance[:, 0]).sum() / (1 / variance[:, 0]).sum()
    assert whole.total[0] / whole.weight[0] == pytest.approx(mean)
    assert whole.residuals[0] == pytest.approx((((sample[:, 0] / mean - 1) ** 2) / variance[:, 0]).sum())


CASES = [
    ("relu", {}),
    ("tanh", {"direction": "both"}),
    ("gelu", {"direction": "both", "widths": (24,) * 9}),
    ("relu", {"law": "uniform", "direction": "forward", "bias_variance": 0.3}),
    ("prelu", {"law": "rademacher", "direction": "forward"}),
    ("relu", {"law": "orthogonal", "direction": "forward"}),
    ("relu", {"law": "sparse", "direction": "forward"}),
]


@pytest.mark.parametrize(("name", "fields"), CASES)
def test_the_derived_variance_is_that_of_networks(
    name: str, fields: dict[str, object], problem: Make, measured: Measure, threshold: float
) -> None:
    """The mean squared standardised residual is 1, by its standard error: wherever the networks have drifted."""
    case = problem(name, **{"widths": (16,) * 7, **fields})
    found = measured(case, 4000).information
    for direction in case.directions:
        information = found[direction]
        degrees = (information.count - 1).sum()
        mean = information.residuals.sum() / degrees
        square = (information.fourth.sum() / degrees - (information.second.sum() / degrees) ** 2) / degrees
        assert abs(mean - 1) < threshold * square**0.5, direction


def test_the_plan_of_a_claim_is_sequential_unless_replicates_are_given(problem: Make) -> None:
    found = power(problem("relu")).to_json()
    assert found["method"] == "sequential"
    assert found["replicates"] == found["planned_replicates"] == found["looks"][-1]
    assert found["expected_replicates"] < 0.6 * found["replicates"]
    fixed = power(problem("relu", replicates=100)).to_json()
    assert (fixed["method"], fixed["looks"], fixed["expected_replicates"]) == ("fixed", [], 100)
