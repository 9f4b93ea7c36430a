"""The rules by which tests become a verdict, on increments made up for the purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from verify.accumulate import Moments
from verify.control import negative_control
from verify.judge import Judgement, judge
from verify.power import Power
from verify.problem import Problem

Make = Callable[..., Problem]
NETS, LAYERS = 4000, 5


def _increments(means: list[float], spread: float = 0.05) -> Moments:
    """Symmetric increments with these means exactly, one per layer."""
    noise = np.linspace(-1, 1, NETS)[:, None] * spread * 3**0.5
    return Moments.of(np.array(means) + noise)


def _judge(
    case: Problem, forward: list[float], backward: list[float] | None = None, **fields: Any
) -> Judgement:
    variance = fields.get("spread", 0.05) ** 2  # what is planned is what is drawn
    plan = Power(NETS, NETS, 0, 1.0, 1.0, {d: [variance] * LAYERS for d in case.directions})
    increments = {"forward": _increments(forward, **fields)}
    if backward is not None:
        increments["backward"] = _increments(backward, **fields)
    return judge(case, plan, increments, NETS)


RIGHT = [1.0] * LAYERS
HIGH = [1.05] * LAYERS


def test_confirmed_needs_every_direction(problem: Make) -> None:
    both = problem("relu", widths=(8,) * (LAYERS + 1), margin=0.01)
    assert _judge(both, RIGHT, RIGHT).verdict == "confirmed"
    assert _judge(both, RIGHT, HIGH).verdict == "refuted"
    assert _judge(both, HIGH, RIGHT).verdict == "refuted"
    assert _judge(both, RIGHT, [1.0201] * LAYERS).verdict == "inconclusive"  # on the border


def test_one_wrong_layer_refutes_although_the_whole_does_not(problem: Make) -> None:
    forward = problem("relu", widths=(8,) * (LAYERS + 1), margin=0.01, direction="forward")
    found = _judge(forward, [1.0, 1.0, 1.06, 0.97, 0.97])
    assert [row.layer for row in found.rows if row.verdict == "refuted"] == [3, 4, 5]
    assert found.rows[0].verdict == "confirmed"
    assert found.verdict == "refuted"
    assert any("layer 3" in reason for reason in found.reasons)


def test_a_few_networks_that_agree_do_not_refute(problem: Make) -> None:
    """Where nearly all networks are dead, three equal increments have no sample variance: the derived one counts."""
    case = problem("relu", widths=(1, 1, 1), margin=0.05, direction="forward")
    values = np.full((NETS, 2), np.nan)
    values[:, 0] = 1 + np.linspace(-1, 1, NETS) * 0.05
    values[:3, 1] = 0.0
    plan = Power(NETS, NETS, 0, 1.0, 1.0, {"forward": [5.0, 5.0]})
    found = judge(case, plan, {"forward": Moments.of(values)}, NETS)
    assert [row.standard_error > 1 for row in found.rows if row.layer == 2] == [True]
    assert found.verdict != "refuted"


def test_wide_layers_alone_are_not_inconclusive(problem: Make) -> None:
    """Each layer's interval is wider than the margin, the whole one is not."""
    forward = problem("relu", widths=(8,) * (LAYERS + 1), margin=0.01, direction="forward")
    found = _judge(forward, RIGHT, spread=0.6)
    assert found.verdict == "confirmed"
    assert any(row.interval[0] < 0.98 for row in found.rows if row.layer)


def test_inconclusive_says_how_many_more(problem: Make) -> None:
    """With that many networks more, at the same estimate, the interval just fits."""
    forward = problem("relu", widths=(8,) * (LAYERS + 1), margin=0.01, direction="forward")
    found = _judge(forward, [1.015] * LAYERS, spread=0.5)
    assert found.verdict == "inconclusive"
    assert found.more_replicates is not None
    row = found.rows[0]
    half, gap = row.interval[1] - row.estimate, 1.01**2 - row.estimate
    assert (NETS + found.more_replicates) / NETS == pytest.approx((half / gap) ** 2, rel=0.01)
    assert f"{found.more_replicates} more" in found.reasons[-1]
    assert _judge(forward, RIGHT).more_replicates is None


def test_nothing_to_measure_is_inconclusive(problem: Make) -> None:
    forward = problem("relu", widths=(8,) * (LAYERS + 1), direction="forward")
    plan = Power(NETS, NETS, 0, 1.0, 1.0, {"forward": [1.0] * LAYERS})
    empty = {"forward": Moments.of(np.full((3, LAYERS), np.nan))}
    found = judge(forward, plan, empty, 3)
    assert (found.verdict, found.rows) == ("inconclusive", ())
    assert "no layer had two networks" in found.reasons[0]
    assert not negative_control(forward, plan, empty)["passed"]


def test_the_estimate_is_of_the_squared_ratio_of_gains(problem: Make) -> None:
    case = problem("relu", widths=(8,) * (LAYERS + 1), gain=1.5, direction="forward")
    row = _judge(case, RIGHT).rows[0]
    assert (row.estimate, row.predicted) == (pytest.approx(1.5**2 / 2), 1.0)


def test_the_control_is_relative_to_the_gain_that_was_drawn(problem: Make) -> None:
    """A wrong gain in the claim does not spoil it; increments that bear the planted error do."""
    plan = Power(NETS, NETS, 0, 1.0, 1.0, {"forward": [1.0] * LAYERS})
    wrong = problem("relu", widths=(8,) * (LAYERS + 1), gain=1.5, direction="forward", margin=0.02)
    control = negative_control(wrong, plan, {"forward": _increments(RIGHT)})
    assert control["passed"]
    assert [run["planted_error"] for run in control["runs"]] == [-0.04, 0.04]
    assert [run["estimate"] for run in control["runs"]] == pytest.approx([0.96**2, 1.04**2])
    spoilt = negative_control(wrong, plan, {"forward": _increments([1 / 1.04**2] * LAYERS)})
    assert not spoilt["passed"]
