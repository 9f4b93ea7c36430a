"""Random expressions through the whole engine: a certified ball that holds mpmath's value, or a refusal."""

from __future__ import annotations

import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

STUDY = runpy.run_path(str(Path(__file__).with_name("grammar_study.py")))


def checked(count: int, seed: int) -> Counter[str]:
    outcomes, odd = STUDY["study"](count, seed)
    assert not odd, "\n".join(map(str, odd))
    return outcomes


def test_a_few_random_expressions() -> None:
    assert checked(12, seed=1)["agrees"] >= 20


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2026, 2036))
def test_two_thousand_random_expressions(seed: int) -> None:
    """200 for each seed: no wrong value, none above ten seconds, no other exception; most have an answer."""
    outcomes = checked(200, seed)
    assert outcomes["agrees"] >= 400
    assert outcomes["unsure"] <= 20


def test_the_judge_sees_a_wrong_value(monkeypatch: pytest.MonkeyPatch) -> None:
    judge: Any = STUDY["judge"]
    right = judge.__globals__["moment"]
    tree = ("tanh", ("+", ("x",), ("number", "1/2")))
    assert {finding.outcome for finding in judge(tree)} == {"agrees"}
    monkeypatch.setitem(
        judge.__globals__, "moment", lambda a, kind, q, digits: right(a, kind, "1.00001", digits)
    )
    assert {finding.outcome for finding in judge(tree)} == {"wrong"}
