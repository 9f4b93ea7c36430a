"""What the verifier says of a planted wrong theory: refuted, where, and how large beside what was planted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from verify.calibration.plants import Plant
from verify.calibration.runs import drawn, judged, planned
from verify.claim import Claim
from verify.measure import family
from verify.problem import Problem, resolve
from verify.statistics import Band, Outcome
from verify.verdict import TestRow

# High, so that the interval of every estimate should hold its plant's size in the whole table at once.
CONFIDENCE = 0.99999


@dataclass(frozen=True)
class Refutation:
    """The verdict on a plant and its rows.

    `missed` names the tests that should refute and do not; `accused` those that refute where nothing is
    planted; `misjudged` those whose interval does not hold the planted size.
    """

    mistake: str
    expected: Outcome
    verdict: Outcome
    networks: int
    rows: tuple[TestRow, ...]
    missed: tuple[str, ...]
    accused: tuple[str, ...]
    misjudged: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether the verdict is as expected: a wrong theory refuted, where it is wrong and nowhere else, at the size
        that was planted."""
        return self.verdict == self.expected and not (self.missed or self.accused or self.misjudged)

    @property
    def places(self) -> dict[str, tuple[int, ...]]:
        """The layers that refute, by direction."""
        found = [row for row in self.rows if row.layer is not None and row.verdict == "refuted"]
        directions = dict.fromkeys(row.direction for row in self.rows)
        return {d: tuple(row.layer or 0 for row in found if row.direction == d) for d in directions}


def claim_of(plant: Plant, seed: int) -> Claim:
    """The claim that is tested."""
    return replace(plant.case.claim, confidence=CONFIDENCE, seed=seed)


def refutation(plant: Plant, mode: str = "fixed", seed: int = 0) -> Refutation:
    """Draw what the plant draws, and hold it against the claim."""
    problem, plan = planned(resolve(claim_of(plant, seed)), mode)
    networks = family(problem) if plant.wrong is None else plant.wrong(family(problem))
    found = drawn(problem, plan, networks)
    said = judged(problem, plan, found)
    return compared(plant, problem, said.verdict, found.nets, said.rows)


def compared(
    plant: Plant, problem: Problem, verdict: Outcome, networks: int, rows: tuple[TestRow, ...]
) -> Refutation:
    """Compare the rows with what was planted."""
    band = Band.of(problem.claim.margin)
    known = [(row, plant.size(row.direction, row.layer)) for row in rows]
    wrong = [(row, size) for row, size in known if size is not None and not band.low <= size <= band.high]
    harmless = [row for row, size in known if size is not None and band.low <= size <= band.high]
    return Refutation(
        plant.mistake,
        plant.expected,
        verdict,
        networks,
        rows,
        missed=tuple(row.name for row, _ in wrong if row.verdict != "refuted"),
        accused=tuple(row.name for row in harmless if row.verdict == "refuted"),
        misjudged=tuple(row.name for row, size in known if size is not None and not _holds(row, size)),
    )


def _holds(row: TestRow, size: float) -> bool:
    return row.interval[0] <= size <= row.interval[1]
