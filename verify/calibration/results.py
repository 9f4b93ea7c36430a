"""All parts of the study, gathered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from verify.calibration.intercepts import Found, sweeps, tasks
from verify.calibration.plants import Plant, harmless, plants
from verify.calibration.plants.backward import Factor, factors
from verify.calibration.refute import Refutation, refutation
from verify.calibration.study import DEFAULT_RUNS, Study, spread, study

Progress = Callable[[str, int, int], None]

# A sweep of every case for so many runs of the study, and as many at least.
_RUNS_PER_SWEEP = 1000
_FEWEST_SWEEPS = 2


@dataclass(frozen=True)
class Planted:
    """What became of planted errors.

    `fixed` and `sequential` are the wrong theories in either mode, in the order of `plants()`; `harmless` the
    changes that leave the claim true; `fresh` and `right` the composed gradient with fresh weights and without.
    """

    fixed: tuple[Refutation, ...]
    sequential: tuple[Refutation, ...]
    harmless: tuple[Refutation, ...]
    fresh: tuple[Factor, ...]
    right: tuple[Factor, ...]

    @property
    def failures(self) -> list[str]:
        """The mistakes that were not refuted where they are and at their size, and whatever was wrongly refuted."""
        found = [one.mistake for one in (*self.fixed, *self.harmless) if not one.right]
        found += [one.mistake for one in self.sequential if one.verdict != "refuted"]
        if not all(one.agrees(1.0) and not one.agrees(one.exact) for one in self.fresh):
            found.append("fresh weights in the backward pass")
        if not all(one.agrees(one.exact) for one in self.right):
            found.append("the right weights in the backward pass")
        return found


@dataclass(frozen=True)
class Results:
    """What the page tells: runs on true claims, sweeps over widths, and planted errors."""

    requested: int
    seed: int
    study: Study
    intercepts: Found
    planted: Planted


def results(
    total: int = DEFAULT_RUNS, jobs: int = 2, seed: int = 0, progress: Progress | None = None
) -> Results:
    """Run everything. `progress(part, done, total)` counts tasks."""
    say = progress or (lambda part, done, total: None)
    found = study(total, jobs, seed, progress=partial(say, "runs"))
    lines = intercepts(max(_FEWEST_SWEEPS, total // _RUNS_PER_SWEEP), jobs, seed, partial(say, "sweeps"))
    return Results(total, seed, found, lines, planted(jobs, seed, partial(say, "plants")))


def intercepts(each: int, jobs: int, seed: int, say: Callable[[int, int], None]) -> Found:
    """`each` sweeps of every case."""
    made = tasks(each, seed)
    found = []
    for task, part in zip(made, spread(sweeps, made, jobs), strict=True):
        found.append((task, tuple(part)))
        say(len(found), len(made))
    return tuple(found)


def planted(jobs: int, seed: int, say: Callable[[int, int], None]) -> Planted:
    """Every plant in fixed mode, the wrong ones in sequential mode too."""
    made = [("fixed", n) for n in range(len(table()))] + [("sequential", n) for n in range(len(plants()))]
    found = []
    for one in spread(partial(_refuted, seed=seed), made, jobs):
        found.append(one)
        say(len(found), len(made))
    wrong, everything = len(plants()), len(table())
    return Planted(
        fixed=tuple(found[:wrong]),
        sequential=tuple(found[everything:]),
        harmless=tuple(found[wrong:everything]),
        fresh=factors(fresh=True, seed=seed),
        right=factors(fresh=False, seed=seed),
    )


def table() -> tuple[Plant, ...]:
    """All plants, the harmless ones last."""
    return (*plants(), *harmless())


def _refuted(task: tuple[str, int], seed: int) -> Refutation:
    mode, number = task
    return refutation(table()[number], mode, seed)
