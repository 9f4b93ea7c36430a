"""Judges the engine on random expressions against mpmath; used by a quick test and by the long study."""

from __future__ import annotations

import runpy
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import mpmath as mp

from derive.errors import BadInput
from derive.inputs import activation
from derive.moments import moment
from derive.number import Missing

_TREES = runpy.run_path(str(Path(__file__).with_name("grammar_trees.py")))
_KINDS = ("mean", "second", "derivative_second")
_DIGITS = 10


class Finding(NamedTuple):
    """What came of one moment of one expression."""

    text: str
    kind: str
    outcome: str  # agrees, wrong, refused, missing, unsure
    seconds: float
    detail: str


def judge(tree: Any, kinds: tuple[str, ...] = _KINDS) -> list[Finding]:
    """One finding for each moment; a single one where the grammar refuses."""
    text = _TREES["text"](tree)
    start = time.perf_counter()
    try:
        found = activation(text)
    except BadInput as refusal:
        return [Finding(text, "", "refused", time.perf_counter() - start, str(refusal))]
    return [_judged(tree, text, found, kind) for kind in kinds]


def _judged(tree: Any, text: str, found: Any, kind: str) -> Finding:
    start = time.perf_counter()
    number = moment(found, kind, 1, _DIGITS)
    seconds = time.perf_counter() - start
    if isinstance(number, Missing):
        return Finding(text, kind, "missing", seconds, number.reason)
    outcome, detail = _compared(tree, kind, number.ball)
    return Finding(text, kind, outcome, seconds, detail)


def _compared(tree: Any, kind: str, ball: Any) -> tuple[str, str]:
    """The ball must hold mpmath's value up to the error that mpmath states for it."""
    with mp.workdps(25):
        try:
            oracle, error = _TREES["moment"](tree, kind)
        except (ZeroDivisionError, OverflowError) as error:
            return "unsure", f"mpmath gives up: {error}"
        middle = mp.mpf(ball.mid().str(40, radius=False))
        off = abs(oracle - middle) - mp.mpf(ball.rad().str(10, radius=False)) - 1000 * error
        scale = abs(oracle) + mp.mpf(10) ** -20
        if off <= scale * mp.mpf(10) ** (2 - _DIGITS):
            return "agrees", ""
        sure = error < scale * mp.mpf(10) ** -6
        return (
            "wrong" if sure else "unsure"
        ), f"{ball} against {mp.nstr(oracle, 15)} +/- {mp.nstr(error, 2)}"


def study(count: int, seed: int, report: Any = None) -> tuple[Counter[str], list[Finding]]:
    """So many random expressions: how often each outcome came, and the findings that need a look."""
    rng, outcomes, odd = Random(seed), Counter[str](), []
    for _ in range(count):
        for finding in judge(_TREES["grow"](rng)):
            outcomes[finding.outcome] += 1
            if finding.outcome == "wrong" or finding.seconds > 10:
                odd.append(finding)
            if report:
                report(finding)
    return outcomes, odd
