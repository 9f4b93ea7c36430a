"""The calibration study's own tests: its engine on few runs, its limits, and the page it wrote."""

from __future__ import annotations

from dataclasses import replace

import pytest

from verify.calibration.cases import cases
from verify.calibration.checks import coverage, overall
from verify.calibration.limits import FALSE_ALARM, Count, Uniform, failures, level
from verify.calibration.study import Study, cells, study

FEW = (2, 13)  # ReLU, width 4, both directions; tanh, width 16, forward


@pytest.fixture(scope="module")
def small() -> Study:
    """A study of two cases with few runs, in this process."""
    return study(100, jobs=1, numbers=FEW)


def test_a_small_study_meets_its_limits(small: Study) -> None:
    assert small.runs >= 100
    assert failures(overall(small)) == []


def test_the_result_does_not_depend_on_the_processes(small: Study) -> None:
    assert study(100, jobs=2, numbers=FEW) == small


def test_no_two_runs_share_a_seed() -> None:
    made = cells(11_000, 3, range(len(cases())))
    seeds = [seed for cell in made for seed in cell.seeds]
    assert len(set(seeds)) == len(seeds) >= 11_000
    assert not set(seeds) & {seed for cell in cells(11_000, 2, range(len(cases()))) for seed in cell.seeds}


def test_intervals_that_are_too_short_or_too_long_fail(small: Study) -> None:
    """The limits have power: 15% of misses, or 6%, at nominal 10% over 10,000 runs."""
    right = replace(coverage(small, "fixed", 0.9), runs=10_000, events=1_000)
    checks = [right] * 100
    assert right.passed(level(checks))
    assert not replace(right, events=1_500).passed(level(checks))
    assert not replace(right, events=600).passed(level(checks))
    assert not Uniform("", "", tuple(i / 1500 for i in range(1000))).passed(level(checks))


def test_all_checks_together_keep_the_false_alarm_rate() -> None:
    checks = [Count("", "", 1000, 0, 0.1)] * 50
    assert level(checks) * len(checks) == pytest.approx(FALSE_ALARM)
