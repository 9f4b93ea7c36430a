"""The verdicts are right as often as they say, over many runs with fixed seeds.

Every threshold is a binomial quantile: a test fails by chance with probability at most FALSE_ALARM, and the
seeds are fixed, so a pass stays a pass.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom, kstest

from derive import activation, gains
from verify import Claim, layer_widths, verify

FALSE_ALARM = 1e-4
RUNS = 80
SMALL = Claim(activation("relu"), widths=layer_widths(16, 6), margin=0.05, confidence=0.9)
RIGHT = 2**0.5


def verdicts(claim: Claim, runs: int = RUNS) -> Counter[str]:
    """The verdicts of runs that differ in their seeds only."""
    return Counter(verify(replace(claim, seed=seed)).verdict for seed in range(runs))


def at_most(probability: float) -> int:
    """More events of this probability than this happen in RUNS runs with probability FALSE_ALARM at most."""
    return int(binom.isf(FALSE_ALARM, RUNS, probability))


@pytest.mark.parametrize(("name", "runs"), [("relu", 60), ("prelu", 30), ("tanh", 15)])
def test_a_true_claim_is_confirmed_at_the_planned_replicates(name: str, runs: int) -> None:
    """Planned: at least 0.9999 of runs confirm."""
    found = verdicts(replace(SMALL, activation=activation(name)), runs)
    assert runs - found["confirmed"] <= at_most(1e-4)


@pytest.mark.parametrize("factor", (0.9, 1.1))
def test_an_error_of_twice_the_margin_is_refuted(factor: float) -> None:
    found = verdicts(replace(SMALL, gain=RIGHT * factor), 60)
    assert 60 - found["refuted"] <= at_most(1e-4)


@pytest.mark.parametrize("factor", (0.95, 1.05))
def test_at_the_margin_neither_verdict_exceeds_its_rate(factor: float) -> None:
    """Two directions at confidence 0.9: each wrong verdict in at most a tenth of the runs."""
    found = verdicts(replace(SMALL, gain=RIGHT * factor))
    assert found["refuted"] <= at_most(0.1)
    assert found["confirmed"] <= at_most(0.1)


def test_intervals_cover_and_point_p_values_are_uniform() -> None:
    """The pooled forward interval holds the true value 1 in at least 90% of runs, and (estimate - 1)/s.e. follows
    the normal law, by Kolmogorov and Smirnov at FALSE_ALARM."""
    rows = [verify(replace(SMALL, seed=seed, direction="forward")).tests[0] for seed in range(RUNS)]
    assert sum(not row.interval[0] <= 1 <= row.interval[1] for row in rows) <= at_most(0.1)
    scores = np.array([(row.estimate - 1) / row.standard_error for row in rows])
    assert kstest(scores, "norm").pvalue > FALSE_ALARM


PLANTED = [  # what a paper might get wrong, as the gain that it would draw with
    ("the factor one half dropped", 1.0),
    ("10% below", RIGHT * 0.9),
    ("2 for sqrt(2): standard deviation for variance", 2.0),
]


@pytest.mark.parametrize(("what", "gain"), PLANTED)
def test_planted_wrong_theories_are_refuted(what: str, gain: float) -> None:
    verdict = verify(replace(SMALL, gain=gain))
    assert verdict.verdict == "refuted", what
    assert verdict.negative_control["passed"]


def test_fan_out_for_fan_in_shows_as_the_ratio_of_the_widths() -> None:
    """Under fan_out the forward factor is n_in/n_out; measured within four standard errors, and not one."""
    claim = replace(
        SMALL, activation=activation("identity"), widths=(48, 16, 32), mode="fan_out", direction="forward"
    )
    layers = [row for row in verify(claim).tests if row.layer is not None]
    assert [row.predicted_factor for row in layers] == [3.0, 0.5]
    for row in layers:
        low, high = row.factor_interval
        assert low <= row.predicted_factor <= high
        assert not low <= 1 <= high


def test_the_wrong_slope_formula_of_prelu_is_refuted() -> None:
    """1 + a in place of 1 + a^2, at a = 1/4."""
    wrong = (2 / (1 + 0.25)) ** 0.5
    claim = replace(SMALL, activation=activation("prelu"), gain=wrong, margin=0.02)
    assert verify(claim).verdict == "refuted"


def test_the_pair_serves_both_directions_and_the_forward_gain_does_not() -> None:
    tanh = activation("tanh")
    pair = replace(SMALL, activation=tanh, direction="both", margin=0.02)
    assert verify(pair).verdict == "confirmed"
    forward = float(gains(tanh, 1).forward)
    assert verify(replace(pair, gain=forward, bias_variance=0.0)).verdict == "refuted"


def test_uniform_weights_confirm_too() -> None:
    assert verify(replace(SMALL, law="uniform", widths=layer_widths(64, 6))).verdict == "confirmed"
