"""The e-process: mean 1 where it is exact, at most 1 elsewhere, and its borders."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp

from derive.catalogue import activation
from verify.accumulate import Array
from verify.sequential.evidence import Evidence, Sides
from verify.sequential.mixture import Mixture, cumulant
from verify.statistics import Band
from verify.theory import Theory

PATHS = 400_000


def _deviations(rng: np.random.Generator, units: int, steps: int, share: float) -> tuple[Array, float]:
    """S and V after so many averages of units: 1/share times a chi-squared where a coin of that share falls right.

    Share 1: those of |x| and the identity, v = 2/n; 1/2: those of ReLU, v = 5/n.
    """
    chosen = rng.binomial(units * steps, share, size=PATHS)
    total = 2 * rng.gamma(np.maximum(chosen, 1) / 2) * (chosen > 0) / share / units
    information = steps * units / (3 / share - 1)
    return (total - steps) * information / steps, information


@pytest.mark.parametrize(("share", "shape"), [(1.0, 1.0), (0.5, 0.88)])
@pytest.mark.parametrize("side", [1, -1])
def test_the_mean_is_one_or_less(share: float, shape: float, side: int, threshold: float) -> None:
    """Upwards, chi-squared increments have exactly 1; the matched gamma is above ReLU's cumulants; downwards,
    without the skewness, it is less."""
    values = _values(share, shape if side > 0 else 0.0, side)
    mean, error = values.mean(), values.std() / PATHS**0.5
    assert mean < 1 + threshold * error
    if (share, side) == (1.0, 1):
        assert mean > 1 - threshold * error


def test_without_skewness_the_upper_side_would_be_too_sure(threshold: float) -> None:
    """The negative control of the test above: k = 0 where k = 1 is right."""
    values = _values(1.0, 0.0, 1)
    assert values.mean() > 1 + threshold * values.std() / PATHS**0.5


def _values(share: float, shape: float, side: int) -> Array:
    deviation, information = _deviations(np.random.default_rng(3), 16, 30, share)
    mixture = Mixture.tuned(np.array([4 * information]), 0.1, shape)
    found: Array = np.exp(mixture.log_e(side * deviation[:, None], np.full((PATHS, 1), information)))
    return found


@pytest.mark.parametrize("name", ["relu", "abs", "tanh", "gelu", "selu", "softplus", "sin", "sigmoid"])
@pytest.mark.parametrize("derivative", [False, True])
def test_the_matched_gamma_bounds_the_true_cumulant_generating_function(name: str, derivative: bool) -> None:
    """As the docstring says, for one unit: v log E exp(rate (U - 1)/v) against h, by a sum over a fine grid."""
    z = np.linspace(-14, 14, 140_001)
    weight = np.exp(-z * z / 2) / np.exp(-z * z / 2).sum()
    functions = Theory(activation(name)).functions
    part = functions.derivative if derivative else functions.value
    square = part(torch.from_numpy(z)).numpy() ** 2
    away = square / (weight @ square) - 1
    variance, third = weight @ away**2, weight @ away**3
    if variance < 0.01:
        assert name == "abs"  # f'^2 is constant
        return
    for side in (1, -1):
        shape = max(side * third / (2 * variance**2), 0.0)
        for rate, short in ((0.01, 5e-4), (0.05, 5e-4), (0.25, 0.017)):
            true = variance * np.log(weight @ np.exp(side * rate * away / variance))
            assert true <= (1 + short) * cumulant(np.array([rate]), shape)[0], (side, rate)


@given(st.floats(0, 1e6), st.floats(1e-6, 0.5), st.floats(0, 2), st.floats(1, 1e6))
def test_the_critical_deviation_is_where_the_process_reaches_its_level(
    information: float, level: float, shape: float, planned: float
) -> None:
    mixture = Mixture.tuned(np.array([planned]), level, shape)
    spread = np.array([information])
    found = mixture.critical(spread, level)
    assert mixture.log_e(found, spread) == pytest.approx(-np.log(level), rel=1e-6, abs=1e-6)


@given(st.floats(-0.7, 0.7), st.floats(0.001, 1))
def test_the_cumulant_is_the_gamma_s(rate: float, shape: float) -> None:
    """log E exp(rate (G - E G)) for a gamma variable of variance 1 and third cumulant 2 shape."""
    a, scale = 1 / shape**2, shape
    expected = -a * np.log1p(-scale * rate) - rate * a * scale
    assert cumulant(np.array([rate]), shape)[0] == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_an_interval_holds_the_means_that_its_processes_do_not_reject() -> None:
    """And the e-value of a band is no more than that of any mean in it."""
    planned = np.array([4000.0, 500.0, 40.0])
    sides = Sides.tuned(planned, 0.01, (0.9, 0.2))
    evidence = Evidence(
        0.7 * planned, 0.7 * planned * np.array([1.05, 0.9, 1.2]), np.array([1.0, 1.3, 1.0]), sides
    )
    low, high = evidence.interval()
    for theta in (*np.linspace(0.3, 3, 200), *low, *high):
        spread = evidence.information * evidence.factor
        deviation = evidence.total / theta - evidence.information
        kept = (sides.above.log_e(deviation, spread) <= 1e-6 - np.log(0.01)) & (
            sides.below.log_e(-deviation, spread) <= 1e-6 - np.log(0.01)
        )
        assert (kept == ((low <= theta * (1 + 1e-12)) & (theta <= high * (1 + 1e-12)))).all()
    band = Band(0.9, 1.1)
    inside = [
        np.logaddexp(
            sides.above.log_e(evidence.total / theta - evidence.information, spread),
            sides.below.log_e(evidence.information - evidence.total / theta, spread),
        )
        - np.log(2)
        for theta in np.linspace(0.9, 1.1, 21)
    ]
    assert (evidence.log_e(band) <= np.min(inside, axis=0) + 1e-9).all()


def test_mixing_is_by_equal_shares() -> None:
    mixture = Mixture.tuned(np.array([100.0]), 0.05, 0.3)
    parts = mixture.rates[0] * 7.0 - 50.0 * mixture.cumulant[0]
    assert mixture.log_e(np.array([7.0]), np.array([50.0]))[0] == pytest.approx(
        logsumexp(parts) - np.log(len(parts))
    )
