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
from verify.judge import Judgement, judge
from verify.measure import family, measure
from verify.power import power
from verify.problem import resolve
from verify.run import stopping

FALSE_ALARM = 1e-4
RUNS = 80
SMALL = Claim(activation("relu"), widths=layer_widths(16, 6), margin=0.05, confidence=0.9)
RIGHT = 2**0.5


def judgements(claim: Claim, runs: int = RUNS) -> list[Judgement]:
    """Runs that differ in their seeds only, judged as `verify` does, after one plan for all."""
    problem = resolve(claim)
    plan = power(problem)
    stop = stopping(problem, plan)
    found = []
    for seed in range(runs):
        one = replace(problem, claim=replace(claim, seed=seed))
        part = measure(family(one), one, plan.replicates, stop=stop)
        information = None if stop is None else part.information
        found.append(judge(one, plan, part.increments, part.nets, information))
    return found


def verdicts(claim: Claim, runs: int = RUNS) -> Counter[str]:
    """How often each verdict was given."""
    return Counter(found.verdict for found in judgements(claim, runs))


def at_most(probability: float) -> int:
    """More events of this probability than this happen in RUNS runs with probability FALSE_ALARM at most."""
    return int(binom.isf(FALSE_ALARM, RUNS, probability))


@pytest.mark.parametrize(
    ("name", "fields"),
    [("relu", {}), ("tanh", {}), ("gelu", {"widths": layer_widths(24, 8)}), ("relu", {"replicates": 300})],
)
def test_a_true_claim_is_confirmed_at_the_planned_replicates(name: str, fields: dict[str, object]) -> None:
    """Planned: at least 0.9999 of runs confirm."""
    runs = RUNS if name == "relu" else 20
    found = verdicts(replace(SMALL, activation=activation(name), **fields), runs)
    assert runs - found["confirmed"] <= at_most(1e-4)


@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_an_error_of_twice_the_margin_is_refuted(factor: float) -> None:
    found = verdicts(replace(SMALL, gain=RIGHT * factor))
    assert RUNS - found["refuted"] <= at_most(1e-4)


@pytest.mark.parametrize("replicates", [None, 250])
@pytest.mark.parametrize("factor", [0.95, 1.05])
def test_at_the_margin_neither_verdict_exceeds_its_rate(factor: float, replicates: int | None) -> None:
    """Two directions at confidence 0.9: each wrong verdict in at most a tenth of the runs."""
    found = verdicts(replace(SMALL, gain=RIGHT * factor, replicates=replicates))
    assert found["refuted"] <= at_most(0.1)
    assert found["confirmed"] <= at_most(0.1)


@pytest.mark.parametrize("replicates", [None, 120])
def test_intervals_cover(replicates: int | None) -> None:
    """Both pooled intervals hold the true value 1 in at least 90% of runs, wherever the run stopped."""
    found = judgements(replace(SMALL, replicates=replicates))
    missed = sum(
        any(not r.interval[0] <= 1 <= r.interval[1] for r in f.rows if r.layer is None) for f in found
    )
    assert missed <= at_most(0.1)


def test_point_p_values_are_uniform() -> None:
    """(estimate - 1)/s.e. of a fixed number of networks follows the normal law, by Kolmogorov and Smirnov."""
    found = judgements(replace(SMALL, direction="forward", replicates=120))
    scores = np.array([(f.rows[0].estimate - 1) / f.rows[0].standard_error for f in found])
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


@pytest.mark.parametrize("seed", range(2))
def test_inputs_of_one_net_at_different_q_are_not_taken_for_their_mean(seed: int) -> None:
    """softshrink's increments vary the more the smaller q is: at an error of exactly the margin such nets refuted in
    most runs while their variance was taken at the mean q of their inputs."""
    soft = activation("softshrink")
    claim = Claim(soft, layer_widths(8, 4), direction="forward", batch=8, margin=0.05, confidence=0.99)
    gain = 0.95 * float(gains(soft, 1).forward)
    assert verify(replace(claim, gain=gain, seed=seed)).verdict == "inconclusive"
