"""One run of the verifier on a case, and what is kept of it.

A run goes through the same functions as `verify.verify`; only the problem and its plan are shared between runs
of a case that differ in their seeds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from verify.calibration.cases import cases
from verify.claim import Claim
from verify.judge import Judgement, judge
from verify.measure import Measurements, family, measure
from verify.network import Family
from verify.power import Power, power
from verify.problem import Problem, resolve
from verify.run import stopping
from verify.statistics import Outcome
from verify.verdict import TestRow

CONFIDENCES = (0.9, 0.99, 0.999)
# A margin so small that "within the margin" is a point: 1e-12 is far below any standard error.
_POINT = 1e-12
# The part of the planned networks that a run with fewer draws.
_PART = 0.25


@dataclass(frozen=True)
class Cell:
    """Runs of one case that differ in their seeds only.

    `mode` is "fixed" (the planned number of networks, given beforehand), "fewer" (a part of that, where a verdict is
    far from sure) or "sequential". `error` is the true error of the gain in units of the margin.
    """

    case: int
    mode: str
    error: int
    confidence: float
    seeds: range


@dataclass(frozen=True)
class Run:
    """What one run said.

    `missed` maps a confidence to whether any pooled interval of the run misses the truth. `p_values` are
    against the truth as a point, by direction; none in sequential mode. `networks` were drawn, of `planned`;
    `promised` is the probability that the plan gives of confirming at zero error, or of refuting at twice the margin.
    """

    verdict: Outcome
    missed: dict[float, bool]
    p_values: dict[str, float]
    networks: int
    planned: int
    promised: float


@lru_cache(maxsize=64)
def prepared(case: int, error: int, confidence: float, mode: str) -> tuple[Problem, Power]:
    """The problem of a case whose gain is off by `error` margins, and its plan."""
    claim = replace(cases()[case].claim, confidence=confidence)
    problem = resolve(claim)
    if error != 0:
        gain = problem.gain * (1 + error * claim.margin)
        problem = resolve(replace(claim, gain=gain, bias_variance=problem.bias_variance))
    return planned(problem, mode)


def planned(problem: Problem, mode: str) -> tuple[Problem, Power]:
    """The problem and its plan: sequential, or with the planned number of networks as if given beforehand."""
    plan = power(problem)
    if mode == "sequential":
        return problem, plan
    networks = plan.planned if mode == "fixed" else max(2, round(_PART * plan.planned))
    given = with_claim(problem, replace(problem.claim, replicates=networks))
    return given, power(given)


def runs(cell: Cell) -> list[Run]:
    """All runs of a cell."""
    problem, plan = prepared(cell.case, cell.error, cell.confidence, cell.mode)
    one = sequential if cell.mode == "sequential" else fixed
    promised = plan.confirm if cell.error == 0 else plan.refute
    return [replace(one(seeded(problem, seed), plan), promised=promised) for seed in cell.seeds]


def seeded(problem: Problem, seed: int) -> Problem:
    """The same problem at another seed."""
    return with_claim(problem, replace(problem.claim, seed=seed))


def with_claim(problem: Problem, claim: Claim) -> Problem:
    """The same problem, its claim changed in what neither gains nor moments depend on."""
    return replace(problem, claim=claim)


def drawn(problem: Problem, plan: Power, networks: Family | None = None) -> Measurements:
    """Draw as the plan says, the problem's own networks or others, until the number is full or the run stops."""
    chosen = family(problem) if networks is None else networks
    return measure(chosen, problem, plan.replicates, stop=stopping(problem, plan))


def fixed(problem: Problem, plan: Power) -> Run:
    """A run that draws exactly the planned number."""
    found = drawn(problem, plan)
    verdict = judged(problem, plan, found).verdict
    missed = {level: _misses(_at(problem, level), plan, found) for level in CONFIDENCES}
    points = _pooled(_point(problem), plan, found)
    p_values = {row.direction: row.p_value for row in points if row.p_value is not None}
    return Run(verdict, missed, p_values, found.nets, plan.planned, plan.confirm)


def sequential(problem: Problem, plan: Power) -> Run:
    """A run that stops when it has decided; its intervals are those at the stopping time."""
    found = drawn(problem, plan)
    verdict = judged(problem, plan, found).verdict
    missed = {problem.claim.confidence: _misses(problem, plan, found)}
    return Run(verdict, missed, {}, found.nets, plan.planned, plan.confirm)


def _misses(problem: Problem, plan: Power, found: Measurements) -> bool:
    """Whether an interval of the run does not hold the true (g/g*)^2."""
    return any(missing(problem, row) for row in _pooled(problem, plan, found))


def missing(problem: Problem, row: TestRow) -> bool:
    """Whether the interval of a row leaves out the true (g/g*)^2, the same for all layers of a case."""
    truth = float(problem.ratio(row.direction)[0])
    return not row.interval[0] <= truth <= row.interval[1]


def _pooled(problem: Problem, plan: Power, found: Measurements) -> list[TestRow]:
    return [row for row in judged(problem, plan, found).rows if row.layer is None]


def judged(problem: Problem, plan: Power, found: Measurements) -> Judgement:
    """The verdict on what was measured, and its tests."""
    information = None if plan.looks is None else found.information
    return judge(problem, plan, found.increments, found.nets, information)


def _at(problem: Problem, confidence: float) -> Problem:
    return with_claim(problem, replace(problem.claim, confidence=confidence))


def _point(problem: Problem) -> Problem:
    """The problem with the truth for its target, and a margin that is next to none."""
    targets = dict.fromkeys(problem.targets, problem.gain)
    claim = replace(problem.claim, margin=_POINT)
    return replace(problem, claim=claim, targets=targets)
