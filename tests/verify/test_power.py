"""The plan: enough networks, and hardly more."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch

from derive.activation import Activation
from derive.catalogue import activation
from derive.errors import BadInput
from verify import pace, verify
from verify.claim import Claim
from verify.laws import law
from verify.measure import family
from verify.network import Family, Shard
from verify.pace import expected_seconds
from verify.power import power
from verify.problem import Problem, resolve
from verify.run import plan
from verify.samplers.choose import sampler
from verify.samplers.sampler import Sampler

Make = Callable[..., Problem]


def test_the_plan_is_the_power_formula(problem: Make) -> None:
    """n N = 5 ((z_tail + z_miss)/room)^2 for ReLU, within the tenth that the unknown standard error costs."""
    found = power(problem("relu", direction="forward", sampler="dense", replicates=230))
    z_tail, z_miss, room = 3.2905, 4.0556, 1 - 0.995**2  # tails 0.0005, and 0.00005 on both sides together
    formula = 5 * ((z_tail + z_miss) / room) ** 2 / (256 * 50)
    assert formula <= found.planned <= 1.1 * formula
    assert found.variances["forward"] == pytest.approx([5 / 256] * 50)
    assert found.normals == found.replicates * (50 * 256**2 + 256 + 256)


def test_a_planned_run_decides_and_a_short_one_need_not(problem: Make) -> None:
    case = problem("relu", widths=(32,) * 11)
    some = power(replace(case, claim=replace(case.claim, replicates=2)))
    found = power(replace(case, claim=replace(case.claim, replicates=some.planned)))
    assert min(found.confirm, found.refute) >= 0.9999
    half = power(replace(case, claim=replace(case.claim, replicates=found.planned // 2)))
    assert half.planned == found.planned
    assert max(half.confirm, half.refute) < 0.9999
    tenth = power(replace(case, claim=replace(case.claim, replicates=found.planned // 10)))
    assert (tenth.confirm, tenth.refute < 0.5) == (0.0, True)


def test_networks_that_die_are_planned_for(problem: Make) -> None:
    """A ReLU layer of width 2 dies with probability 1/4, so the last of 9 layers sees a tenth of the networks."""
    relu, prelu = (power(problem(name, widths=(2,) * 10)).planned for name in ("relu", "prelu"))
    assert relu > 1.5 * prelu


def test_unstable_fixed_points_are_planned_for_where_networks_go(gelu: Activation) -> None:
    """A GELU net that has grown is like a ReLU net, whose increments have variance 5/n: more than at q = 1."""
    case = resolve(Claim(gelu, widths=(64,) * 11))
    one = torch.ones(1, dtype=torch.float64)
    theory = case.theory
    at_q = float(theory.expectation("fourth", one) / theory.second(one) ** 2) - 1
    variances = power(case).variances["forward"]
    assert min(variances) >= max(at_q, 5) / 64


def test_planning_takes_given_replicates_and_tells_the_time(problem: Make) -> None:
    claim = problem("relu", replicates=17).claim
    found = plan(claim)
    assert (found.replicates, found.to_json()["replicates"]) == (17, 17)
    assert found.planned > 17
    assert found.seconds is not None
    assert 0 < found.to_json()["expected_seconds"] < 60


def test_the_draw_that_is_timed_is_none_of_the_run_s(problem: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its seeds have another root, and it is small."""
    seen: list[tuple[Family, Shard]] = []

    def watched(drawn: Family, *_: object) -> Sampler:
        draw = sampler(drawn, *_)  # type: ignore[arg-type]
        return lambda shard: (seen.append((drawn, shard)), draw(shard))[1]  # type: ignore[func-returns-value]

    monkeypatch.setattr(pace, "sampler", watched)
    for widths in ((512,) * 101, (8,) * 3):
        case = problem("relu", widths=widths, sampler="dense", margin=0.05)
        assert expected_seconds(case, power(case), 2) > 0
        assert all(drawn.root != family(case).root for drawn, _ in seen)
    assert len(seen) in (4, 6, 8)
    assert all(sum(drawn.widths) * shard.nets < 2**17 for drawn, shard in seen)


@pytest.mark.slow
@pytest.mark.parametrize("fields", [{"sampler": "dense"}, {"replicates": 20_000}, {"margin": 0.0005}])
def test_the_time_expected_is_the_time_taken(problem: Make, fields: dict[str, Any]) -> None:
    """Within a factor of three, per network drawn."""
    claim = problem("tanh", **fields).claim
    found = plan(claim)
    start = time.perf_counter()
    drawn = verify(claim).provenance["replicates"]
    taken = time.perf_counter() - start
    expected = drawn if found.expected is None else found.expected[0]
    assert found.seconds is not None
    assert 1 / 3 < found.seconds / taken * drawn / expected < 3


def test_increments_that_are_wild_at_a_large_q_are_left_out(problem: Make) -> None:
    """exp's have a variance of e^(4q) - 1 and the skewness to match: the first layer alone decides, soon."""
    found = power(problem("exp", widths=(32,) * 6, margin=0.05, direction="forward"))
    assert found.planned < 10**5
    assert found.shapes["forward"][0] < 200


def test_more_precise_claims_take_more_networks(problem: Make) -> None:
    """As the inverse square of the margin; a looser confidence takes fewer."""
    wide, narrow = (power(problem("relu", margin=margin)).planned for margin in (0.01, 0.001))
    assert narrow == pytest.approx(100 * wide, rel=0.05)
    assert power(problem("relu", margin=0.001, confidence=0.9)).planned < narrow


def test_an_infinite_fourth_moment_is_refused(problem: Make) -> None:
    with pytest.raises(BadInput, match="infinite"):
        power(problem("relu", law=replace(law("uniform"), name="heavy", kurtosis=math.inf)))


def test_what_is_flat_about_zero_has_a_finite_plan() -> None:
    """Its increments vary without bound as q goes to 0, where depth drives it; early layers still decide."""
    plan = power(resolve(Claim(activation("hardshrink"))))
    assert plan.replicates < 1000 and plan.confirm >= 0.9999 and plan.refute >= 0.9999
    variances = plan.variances["forward"]
    assert variances[0] < variances[10] < variances[40]
