"""All runs of the study, over processes; the result does not depend on how many there are."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from verify.calibration.cases import cases
from verify.calibration.runs import Cell, Run, runs
from verify.workers import one_thread_each

Task = TypeVar("Task")
Result = TypeVar("Result")

DEFAULT_RUNS = 12_000
# (mode, error in margins, confidence): the share of a case's runs that it gets.
_SHARES = {
    ("fixed", 0, 0.9): 5,
    ("fixed", 0, 0.999): 3,
    ("fixed", -1, 0.9): 2,
    ("fixed", 1, 0.9): 2,
    ("fixed", -1, 0.999): 1,
    ("fixed", 1, 0.999): 1,
    ("fixed", -2, 0.9): 1,
    ("fixed", 2, 0.9): 1,
    ("fewer", 0, 0.9): 2,
    ("fewer", -2, 0.9): 1,
    ("fewer", 2, 0.9): 1,
    ("sequential", 0, 0.9): 2,
    ("sequential", 0, 0.99): 2,
    ("sequential", 0, 0.999): 2,
    ("sequential", -1, 0.9): 2,
    ("sequential", 1, 0.9): 2,
    ("sequential", -1, 0.99): 1,
    ("sequential", 1, 0.99): 1,
    ("sequential", -2, 0.9): 1,
    ("sequential", 2, 0.9): 1,
}
# Seeds of a case begin this far apart: no two runs of the study share one.
_APART = 10**6


@dataclass(frozen=True)
class Study:
    """The runs of every cell."""

    seed: int
    found: tuple[tuple[Cell, tuple[Run, ...]], ...]

    @property
    def runs(self) -> int:
        """How many there are."""
        return sum(len(part) for _, part in self.found)


def cells(total: int, seed: int, numbers: Sequence[int]) -> list[Cell]:
    """The cells of the cases of these numbers, of at least `total` runs together."""
    unit = -(-total // (len(numbers) * sum(_SHARES.values())))
    made = []
    for number in numbers:
        start = (seed * len(cases()) + number) * _APART
        for (mode, error, confidence), share in _SHARES.items():
            made.append(Cell(number, mode, error, confidence, range(start, start + share * unit)))
            start += share * unit
    return made


def study(
    total: int = DEFAULT_RUNS,
    jobs: int = 2,
    seed: int = 0,
    numbers: Sequence[int] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Study:
    """Run the cases of these numbers, or all. `progress(done, total)` counts cells."""
    tasks = cells(total, seed, range(len(cases())) if numbers is None else numbers)
    found = []
    for cell, part in zip(tasks, spread(runs, tasks, jobs), strict=True):
        found.append((cell, tuple(part)))
        if progress is not None:
            progress(len(found), len(tasks))
    return Study(seed, tuple(found))


def spread(work: Callable[[Task], Result], tasks: Iterable[Task], jobs: int) -> Iterator[Result]:
    """work(task) for every task, in order, over processes that compute on one thread each."""
    if jobs == 1:
        with one_thread_each():
            yield from map(work, tasks)
        return
    # Not forked: torch's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=_alone) as pool:
        yield from pool.map(work, tasks)


def _alone() -> None:
    import torch

    torch.set_num_threads(1)
