"""The whole study, as `python -m verify.calibration` runs it: some minutes on two cores."""

from __future__ import annotations

import pytest

from verify.calibration.limits import failures
from verify.calibration.page import all_checks, page
from verify.calibration.results import Results, results
from verify.calibration.study import study

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found() -> Results:
    """All runs, sweeps and plants."""
    return results()


def test_every_check_is_within_its_limits(found: Results) -> None:
    assert found.study.runs >= 10_000
    assert failures(all_checks(found)) == []


def test_every_planted_wrong_theory_is_refuted_where_it_is(found: Results) -> None:
    assert len(found.planted.fixed) >= 50
    assert found.planted.failures == []


def test_the_page_says_so(found: Results) -> None:
    assert "| NO |" not in page(found)


def test_the_result_does_not_depend_on_the_processes() -> None:
    few = (5, 16)
    assert study(60, jobs=2, numbers=few) == study(60, jobs=1, numbers=few)
