"""The one error that a user of gainproof is meant to see.

Everything that a person can get wrong raises `BadInput` with one line that says what was wrong, why
it cannot be, and what to do. The command line turns it into exit code 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class BadInput(ValueError):
    """Input that cannot be acted on; its message is one line fit to be read by the person who typed it."""


def unknown_name(what: str, name: str, known: Iterable[str]) -> BadInput:
    """A `BadInput` for a name that is not known, with the nearest known one.

    >>> str(unknown_name("activation", "rellu", ["relu", "tanh"]))
    "unknown activation 'rellu': did you mean 'relu'? `gainproof list` shows all names"
    """
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'? " if near else ""
    return BadInput(f"unknown {what} {name[:80]!r}: {hint}`gainproof list` shows all names")
