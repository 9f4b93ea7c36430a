"""The calibration study's own tests: its engine on few runs, its limits, its plants, and the page it wrote."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from verify.calibration.cases import cases
from verify.calibration.checks import coverage, overall
from verify.calibration.limits import FALSE_ALARM, Count, Uniform, failures, level
from verify.calibration.plants import Plant, harmless, plants
from verify.calibration.plants.backward import exact_factors, factors
from verify.calibration.refute import refutation
from verify.calibration.study import Study, cells, study

FEW = (5, 16)  # ReLU 8 x 100 and tanh 16 x 6
PAGE = Path(__file__).parents[2] / "docs" / "calibration.md"


@pytest.fixture(scope="module")
def small() -> Study:
    """A study of two cases with few runs, in this process."""
    return study(60, jobs=1, numbers=FEW)


def test_a_small_study_meets_its_limits(small: Study) -> None:
    assert small.runs >= 60
    assert failures(overall(small)) == []


def test_no_two_runs_share_a_seed() -> None:
    numbers = range(len(cases()))
    seeds, others = ([s for cell in cells(12_000, seed, numbers) for s in cell.seeds] for seed in (2, 3))
    assert len(set(seeds)) == len(seeds) >= 12_000
    assert not set(seeds) & set(others)


def test_intervals_that_are_too_short_or_too_long_fail(small: Study) -> None:
    """The limits have power: 12% or 8% of misses at nominal 10% over 10,000 runs; 0.3% at 0.1%."""
    right = replace(coverage(small, "fixed", 0.9), runs=10_000, events=1_000)
    share = level([right] * 100)
    assert right.passed(share)
    assert not replace(right, events=1_200).passed(share)
    assert not replace(right, events=800).passed(share)
    assert not replace(right, rate=0.001, events=30).passed(share)


def test_p_values_that_are_not_uniform_fail() -> None:
    """Those of a standard error that is 10% too small, in 10,000 runs."""
    from scipy.special import ndtr, ndtri

    grid = [(i + 0.5) / 10_000 for i in range(10_000)]
    swollen = tuple(float(2 * ndtr(-abs(1.1 * ndtri(p / 2)))) for p in grid)
    assert Uniform("", "", tuple(grid)).passed(1e-5)
    assert not Uniform("", "", swollen).passed(1e-5)


def test_all_checks_together_keep_the_false_alarm_rate() -> None:
    checks = [Count("", "", 1000, 0, 0.1)] * 50
    assert level(checks) * len(checks) == pytest.approx(FALSE_ALARM)


# Plants.


def _plant(mistake: str) -> Plant:
    return next(plant for plant in plants() if plant.mistake == mistake)


def test_there_are_many_plants_and_each_is_wrong() -> None:
    assert len({plant.mistake for plant in plants()}) == len(plants()) >= 50
    assert all(plant.expected == "refuted" for plant in plants())
    assert all(plant.expected == "confirmed" for plant in harmless())


QUICK = (
    "the 1/2 of ReLU dropped",
    "one layer with its fans exchanged",
    "biases forgotten",
    "1 - tanh in place of 1 - tanh^2",
    "ReLU's half under skewed weights, Exp(1) - 1",
    "4 groups, the fan counted without them",
)


@pytest.mark.parametrize("mistake", QUICK)
def test_a_plant_is_refuted_where_it_is_and_at_its_size(mistake: str) -> None:
    found = refutation(_plant(mistake))
    assert found.right, found
    assert all(set(found.places[d]) >= set(layers) for d, layers in _plant(mistake).places.items())


def test_a_wrong_place_or_size_is_seen() -> None:
    """The same draws, held against sizes that were not planted."""
    plant = _plant("one layer with its fans exchanged")
    elsewhere = replace(plant, sizes={"forward": (1 / 3, 1.0, 1.0), "backward": (1.0, 1 / 3, 1.0)})
    found = refutation(elsewhere)
    assert found.verdict == "refuted"
    assert not found.right
    assert found.missed == ("forward, layer 1",)
    assert found.accused == ("forward, layer 2",)
    assert set(found.misjudged) == {"forward, layer 1", "forward, layer 2"}


@pytest.mark.parametrize("number", range(len(harmless())))
def test_a_harmless_change_is_not_refuted(number: int) -> None:
    assert refutation(harmless()[number]).right


def test_the_composed_factor_tends_to_its_limit() -> None:
    """1 + (2k - 1)/pi below k layers."""
    from math import pi

    found = exact_factors(10**8, 5)
    assert found == pytest.approx([1 + (2 * k - 1) / pi for k in range(1, 6)], rel=1e-6)


def test_fresh_weights_in_the_backward_pass_are_seen() -> None:
    """The verifier's own prediction is the one by hand; right weights agree with it and fresh ones with 1."""
    right, fresh = factors(fresh=False), factors(fresh=True)
    assert [one.predicted for one in right] == pytest.approx([one.exact for one in right], rel=1e-9)
    assert all(one.agrees(one.predicted) and not one.agrees(1.0) for one in right)
    assert all(one.agrees(1.0) and not one.agrees(one.predicted) for one in fresh)


# The page.


def _rows(heading: str) -> list[list[str]]:
    """The cells of all table rows under a heading."""
    part = PAGE.read_text(encoding="utf-8").split(f"\n{heading}\n")[1].split("\n#")[0]
    lines = [line for line in part.splitlines() if line.startswith("|") and not line.startswith("|---")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


COUNTED = {
    "## Intervals": 6,
    "## Wrong verdicts at an error of exactly the margin": 16,
    "## Power": 6,
    "## Weights that are not Gaussian: the intercept in 1/n": 3,
}


@pytest.mark.parametrize("heading", COUNTED)
def test_the_page_s_counts_are_within_the_limits_that_it_states(heading: str) -> None:
    checks = int(re.findall(r"of (\d+) checks are within", PAGE.read_text(encoding="utf-8"))[0])
    found = [row for row in _rows(heading) if len(row) == 7 and row[1].isdigit()]
    assert len(found) == COUNTED[heading]
    for what, runs, events, share, nominal, limits, within in found:
        assert share == f"{100 * int(events) / int(runs):.2f}%"
        two_sided = what.startswith("fixed") and heading == "## Intervals"
        count = Count("", what, int(runs), int(events), float(nominal.rstrip("%")) / 100, two_sided)
        low, high = count.bounds(FALSE_ALARM / checks)
        stated = [int(number) for number in re.findall(r"\d+", limits)]
        # a nominal rate that the page rounds moves a limit by one or two at most
        assert stated[-1] == pytest.approx(high, abs=2)
        assert within == "yes"
        assert (stated[0] if two_sided else 0) <= int(events) <= stated[-1]
        assert low <= int(events) <= high


def test_the_page_covers_ten_thousand_runs_with_intervals() -> None:
    rows = {row[0]: int(row[1]) for row in _rows("## Intervals")[1:]}
    together = rows["fixed, 90%"] + sum(n for name, n in rows.items() if name.startswith("sequential"))
    assert together >= 10_000


def test_the_page_lists_every_case_and_every_plant_as_refuted() -> None:
    listed = [row[0] for row in _rows("## Case by case")[1:]]
    assert listed == [case.name for case in cases()]
    rows = [row for row in _rows("## Planted wrong theories")[1:] if row[0]]
    assert [row[0].replace("\\|", "|") for row in rows] == [plant.mistake for plant in plants()]
    assert all(row[-1].startswith("refuted after") for row in rows)
    text = PAGE.read_text(encoding="utf-8")
    wrong = len(plants()) + 1
    assert f"{wrong} of {wrong} planted wrong theories are refuted" in text
    assert "NO" not in re.findall(r"\b[A-Z]{2}\b", text)


def test_the_page_says_how_it_is_written() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert "python -m verify.calibration --write docs/calibration.md --runs 12000 --seed 0" in text
    assert not re.search(r"\b20[0-9]{2}-[0-9]{2}|[0-9]:[0-9]{2}\b", text), "a date or a time"
