"""Moments that merge, skewness removed, Holm, composite p-values and intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binom, norm
from scipy.stats import t as student

from verify.accumulate import Array, Moments, Trajectory
from verify.levels import Levels
from verify.statistics import (
    Band,
    Estimate,
    _unskewed,
    _unskewed_inverse,
    composite_p,
    far_tail,
    holm,
    interval,
    layer_estimates,
    outcome,
    pooled_estimate,
)

FINITE = st.floats(-100, 100)


@given(arrays(np.float64, (9, 3), elements=st.one_of(FINITE, st.just(math.nan))), st.integers(0, 9))
def test_merged_moments_are_those_of_the_whole(sample: Array, cut: int) -> None:
    whole, merged = Moments.of(sample), Moments.of(sample[:cut]).merged(Moments.of(sample[cut:]))
    for name, size in (("count", 1), ("mean", 1e2), ("squares", 1e5), ("cubes", 1e8)):
        np.testing.assert_allclose(getattr(merged, name), getattr(whole, name), atol=1e-12 * size, rtol=1e-9)


def test_moments_are_the_textbook_s() -> None:
    sample = np.random.default_rng(0).gamma(2.0, size=(500, 2))
    found = Moments.of(sample)
    np.testing.assert_allclose(found.variance, sample.var(axis=0, ddof=1))
    third = ((sample - sample.mean(axis=0)) ** 3).sum(axis=0) * 500 / (499 * 498)
    np.testing.assert_allclose(found.third, third)
    np.testing.assert_allclose(found.scaled(3.0).third, 27 * third)
    assert np.isnan(Moments.of(sample[:1]).variance).all()


def test_trajectories_merge_and_keep_no_more_than_there_is_room_for() -> None:
    values = np.random.default_rng(1).normal(size=(10, 3))
    parts = [Trajectory.of(part, np.zeros(3), 4) for part in (values[:3], values[3:])]
    merged = parts[0].merged(parts[1], 4)
    np.testing.assert_array_equal(merged.first_nets, values[:4])
    np.testing.assert_allclose(merged.ratio.mean, np.exp2(values).mean(axis=0))


@given(st.floats(-0.5, 0.5), st.floats(-8, 8))
def test_hall_s_transformation_has_its_inverse(skewness: float, t: float) -> None:
    """Monotone, so that an interval holds a value exactly where its test does not reject."""
    there = _unskewed(t, skewness)
    slope = (1 + skewness * t / 3) ** 2
    assert _unskewed_inverse(there, skewness) == pytest.approx(t, abs=1e-6 / max(slope, 1e-4))


@pytest.mark.parametrize(("units", "nets"), [(16, 160), (64, 40)])
def test_tails_of_skewed_increments_are_right(units: int, nets: int, false_alarm: float) -> None:
    """ReLU increments: both tails at 1/1000 within a factor of 1.5; without Hall's step the lower is double."""
    rng, level, trials = np.random.default_rng(2), 1e-3, 60000
    chosen = rng.binomial(units, 0.5, size=(nets, trials))
    found = Moments.of(2 * rng.gamma(np.maximum(chosen, 1) / 2, 2.0) * (chosen > 0) / units)
    estimates = [e for e in layer_estimates(found) if e is not None]
    low, high = (sum(_beyond(e, level, side) for e in estimates) for side in (-1, 1))
    plain = sum(student.cdf((e.mean - 1) / e.standard_error, e.freedom) < level for e in estimates)
    assert max(low, high) < binom.isf(false_alarm, trials, 1.5 * level)
    assert min(low, high) > binom.ppf(false_alarm, trials, level / 1.5)
    assert plain > binom.isf(false_alarm, trials, 1.2 * level)


def _beyond(estimate: Estimate, level: float, side: int) -> bool:
    low, high = interval(estimate, level)
    return high < 1 if side < 0 else low > 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0.001, 0.999))
def test_holm_rejects_as_the_step_down_procedure_does(p_values: list[float], level: float) -> None:
    rejected, left = set(), sorted(range(len(p_values)), key=lambda i: p_values[i])
    while left and p_values[left[0]] * len(left) <= level:
        rejected.add(left.pop(0))
    adjusted = holm(p_values)
    assert {i for i, p in enumerate(adjusted) if p <= level} >= rejected
    strict = {i for i, p in enumerate(adjusted) if p < level}
    assert strict <= rejected


def test_the_composite_p_value_is_the_supremum_over_the_band() -> None:
    band = Band.of(0.05)
    centre = (band.low + band.high) / 2
    for mean in (0.8, 0.95, 1.0, 1.1, 1.12, 1.3):
        distance = max(mean - band.high, band.low - mean)
        at = np.linspace(band.low, band.high, 2001)
        below, above = (
            norm.cdf((band.low - distance - at) / 0.04),
            norm.sf((band.high + distance - at) / 0.04),
        )
        found = composite_p(Estimate(mean, 0.04, 1e12), band)
        assert found == pytest.approx(min(1.0, float((below + above).max())), abs=1e-9), mean
    assert composite_p(Estimate(centre, 0.04, 1e12), band) == pytest.approx(1)


def test_an_exact_estimate_decides_by_itself() -> None:
    """A standard error of 0 (a constant increment) is no division by zero."""
    band, exact = Band.of(0.01), Estimate(1.0, 0.0, 9)
    assert interval(exact, 1e-4) == (1.0, 1.0)
    assert (composite_p(exact, band), composite_p(Estimate(1.5, 0.0, 9), band)) == (1.0, 0.0)
    assert far_tail(exact, 1e-4, band) == 0
    pooled = pooled_estimate(Moments.of(np.ones((5, 2))), np.ones(2))
    assert pooled == Estimate(1.0, 0.0, 8.0)


def test_outcomes() -> None:
    band = Band(0.9, 1.1)
    assert outcome((0.9, 1.1), band) == "confirmed"
    assert outcome((0.5, 0.89), band) == outcome((1.11, 2.0), band) == "refuted"
    for across in ((0.8, 1.0), (1.0, 1.2), (0.8, 1.2), (1.1, 1.2)):
        assert outcome(across, band) == "inconclusive"


def test_pooling_weighs_by_networks_over_planned_variance() -> None:
    """And leaves out layers where fewer than two networks live."""
    sample = np.array([[1.0, 3.0, 9.0], [2.0, math.nan, math.nan], [3.0, 5.0, math.nan]])
    pooled = pooled_estimate(Moments.of(sample), np.array([1.0, 2.0, 1.0]))
    assert pooled is not None
    assert pooled.mean == pytest.approx((3 / 1 * 2 + 2 / 2 * 4) / 4)
    assert pooled.standard_error == pytest.approx(math.sqrt((3 / 4) ** 2 * 1 / 3 + (1 / 4) ** 2 * 2 / 2))
    assert pooled_estimate(Moments.of(np.full((3, 2), math.nan)), np.ones(2)) is None


@given(st.floats(0.001, 0.5), st.integers(1, 2), st.integers(1, 200), st.floats(0, 1))
def test_the_shares_never_exceed_the_error_allowed(alpha: float, k: int, m: int, far: float) -> None:
    levels = Levels(alpha, k, m)
    far = min(far, k * levels.pooled_tail)
    assert k * levels.pooled_tail + far + levels.layers_after(far) <= alpha * (1 + 1e-12)
    assert levels.layer_tail * m == pytest.approx(levels.layers)
