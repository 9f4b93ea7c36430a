"""The questions that the study puts to its runs."""

from __future__ import annotations

from collections.abc import Iterable

from verify.calibration.cases import cases
from verify.calibration.limits import Check, Count, Uniform
from verify.calibration.runs import CONFIDENCES, Cell, Run
from verify.calibration.study import Study
from verify.levels import POWER

Pairs = Iterable[tuple[Cell, Run]]
MODES = ("fixed", "sequential")


def checks(study: Study) -> list[Check]:
    """All of them, those of the whole study first, then those of each case."""
    return [*overall(study), *by_case(study)]


def overall(study: Study) -> list[Check]:
    """Of all cases together."""
    made: list[Check] = [coverage(study, mode, level) for mode in MODES for level in CONFIDENCES]
    made.append(Uniform("p-values", "all cases", tuple(_one_each(_pairs(study)))))
    made += [*wrong_verdicts(study), *power_kept(study), *promises_kept(study)]
    return [check for check in made if check.runs]


def by_case(study: Study) -> list[Check]:
    """Of each case: uniform p-values by direction."""
    made: list[Check] = []
    for number, case in enumerate(cases()):
        found = [run for cell, run in _pairs(study, "fixed") if cell.case == number]
        for direction in ("forward", "backward"):
            values = tuple(run.p_values[direction] for run in found if direction in run.p_values)
            if values:
                made.append(Uniform("p-values", f"{case.name}: {direction}", values))
    return made


def coverage(study: Study, mode: str, confidence: float) -> Count:
    """How often an interval misses the truth: as often as allowed with fixed numbers, at most so otherwise."""
    found = [run.missed[confidence] for _, run in _pairs(study, mode) if confidence in run.missed]
    what = f"{mode}, {100 * confidence:g}%"
    return Count("coverage", what, len(found), sum(found), 1 - confidence, two_sided=mode == "fixed")


def wrong_verdicts(study: Study) -> list[Count]:
    """At an error of exactly the margin each verdict is wrong with probability 1 - confidence at most."""
    made = []
    for mode in MODES:
        for confidence in CONFIDENCES:
            for error in (-1, 1):
                kept = [r for c, r in _pairs(study, mode) if (c.error, c.confidence) == (error, confidence)]
                for verdict in ("confirmed", "refuted"):
                    wrong = sum(run.verdict == verdict for run in kept)
                    what = f"{mode}, {100 * confidence:g}%, {error:+d} margin, {verdict}"
                    made.append(Count("wrong verdicts", what, len(kept), wrong, 1 - confidence))
    return made


def power_kept(study: Study) -> list[Count]:
    """Undecided or wrong at zero error and at twice the margin: at most what the planned power leaves."""
    made = []
    for mode in MODES:
        for errors, right in (((0,), "confirmed"), ((-2, 2), "refuted")):
            kept = [run for cell, run in _pairs(study, mode) if cell.error in errors]
            failed = sum(run.verdict != right for run in kept)
            what = f"{mode}, not {right} at " + ("zero error" if right == "confirmed" else "twice the margin")
            made.append(Count("power", what, len(kept), failed, 1 - POWER))
    return made


def promises_kept(study: Study) -> list[Count]:
    """With fewer networks than planned: no more failures than the plan for so many promises.

    The probabilities differ between cases; beyond their mean, the tail of such a sum is below that of a binomial law
    at the mean probability (Hoeffding 1956, Ann. Math. Stat. 27, theorem 5).
    """
    made = []
    for errors, right in (((0,), "confirmed"), ((-2, 2), "refuted")):
        kept = [run for cell, run in _pairs(study, "fewer") if cell.error in errors]
        failed = sum(run.verdict != right for run in kept)
        rate = 1 - sum(run.promised for run in kept) / max(len(kept), 1)
        what = f"a quarter, not {right} at " + ("zero error" if right == "confirmed" else "twice the margin")
        made.append(Count("power", what, len(kept), failed, rate))
    return made


def _pairs(study: Study, mode: str | None = None) -> Pairs:
    for cell, part in study.found:
        if mode in (None, cell.mode):
            for run in part:
                yield cell, run


def _one_each(pairs: Pairs) -> Iterable[float]:
    """One p-value of each run, of its directions in turn: those of one run need not be independent."""
    for number, (_, run) in enumerate(pairs):
        if run.p_values:
            yield list(run.p_values.values())[number % len(run.p_values)]
