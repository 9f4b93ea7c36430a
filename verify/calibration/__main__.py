"""`python -m verify.calibration`: run the study and write its page."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Run, write, and say what fails; 1 where something does."""
    options = _parser().parse_args(arguments)
    from verify.calibration.limits import failures
    from verify.calibration.page import all_checks, page
    from verify.calibration.results import results

    found = results(options.runs, options.jobs, options.seed, _say)
    text = page(found)
    if options.write is None:
        print(text, end="")
    else:
        options.write.write_text(text, encoding="utf-8")
    wrong = [f"{c.group}: {c.what}" for c in failures(all_checks(found))] + found.planted.failures
    for what in wrong:
        print(f"not within its limits: {what}", file=sys.stderr)
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    from verify.calibration.study import DEFAULT_RUNS

    parser = argparse.ArgumentParser(prog="python -m verify.calibration", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="the page (default: standard output)")
    parser.add_argument("--runs", type=int, default=DEFAULT_RUNS, help="runs of true claims, at least")
    parser.add_argument("--jobs", type=int, default=2, help="processes; the result does not depend on it")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def _say(part: str, done: int, total: int) -> None:
    end = "\n" if done == total else "\r"
    print(f"{part}: {done} of {total}", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
