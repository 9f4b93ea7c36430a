"""How long the moments of the whole catalogue take, from a cold start.

    python benchmarks/moments.py [--digits 30] [--workers 2] [--worst 5]

One fresh process per worker. For each activation the three moments E f, E f^2 and E f'^2 at q = 1: the closed
form where there is one, its trials, and the certified ball. Prints the total wall time, the number of closed forms
and of reductions, the widest ball beside its size, and the slowest moments.
"""

from __future__ import annotations

import argparse
import time
from multiprocessing import get_context
from typing import NamedTuple

from derive.catalogue import activation, names
from derive.moments import moment
from derive.number import Number

KINDS = ("mean", "second", "derivative_second")


class Row(NamedTuple):
    """One moment: whose, how long it took, and what it is: closed, reduced, ball or missing."""

    name: str
    kind: str
    seconds: float
    what: str
    radius: str


def rows(task: tuple[str, int]) -> list[Row]:
    """The three moments of one activation."""
    name, digits = task
    return [_row(name, kind, digits) for kind in KINDS]


def _row(name: str, kind: str, digits: int) -> Row:
    start = time.perf_counter()
    found = moment(activation(name), kind, 1, digits)  # type: ignore[arg-type]
    taken = time.perf_counter() - start
    if not isinstance(found, Number):
        return Row(name, kind, taken, "missing", "-")
    what = "closed" if found.symbolic is not None else "reduced" if found.reduction is not None else "ball"
    return Row(name, kind, taken, what, found.radius)


def main() -> None:
    """Time everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("digits", 30), ("workers", 2), ("worst", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    tasks = [(name, chosen.digits) for name in names()]
    start = time.perf_counter()
    with get_context("spawn").Pool(chosen.workers) as pool:
        found = [row for part in pool.imap_unordered(rows, tasks) for row in part]
    wall = time.perf_counter() - start
    kinds = {
        what: sum(row.what == what for row in found) for what in ("closed", "reduced", "ball", "missing")
    }
    print(
        f"{len(tasks)} activations, {len(found)} moments, {chosen.digits} digits, "
        f"{chosen.workers} workers: {wall:.2f} s"
    )
    print(", ".join(f"{count} {what}" for what, count in kinds.items()))
    print(f"widest ball: {max((row.radius for row in found if row.radius != '-'), key=float)}")
    for row in sorted(found, key=lambda row: -row.seconds)[: chosen.worst]:
        print(f"  {row.name:24}{row.kind:20}{1e3 * row.seconds:9.1f} ms  {row.what}")


if __name__ == "__main__":
    main()
