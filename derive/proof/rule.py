"""What a rule is, and how it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import sympy as sp

from derive.proof.facts import Fact
from derive.proof.statement import Check


class RefusedError(Exception):
    """A rule was applied where it does not hold: a fact that it needs is not known, or nothing matches."""


class Context(Protocol):
    """What a rule may ask of the proof that it works in."""

    def need(self, fact: Fact) -> None:
        """Record that the step uses `fact`; raise `RefusedError` when the proof does not know it."""

    def is_random(self, term: sp.Basic) -> bool:
        """Whether the term depends on a random tensor of the setting."""


@dataclass(frozen=True)
class Rule:
    """A named rewriting, with the sentence that justifies it."""

    name: str
    justification: str
    rewrite: Callable[[sp.Basic, Context], sp.Basic]
    relation: str = "="
    lines: tuple[int, ...] = ()  # earlier lines of the proof that it substitutes
    check: str = "finite models"  # or "algebra", where no probability is involved
    given: tuple[tuple[sp.Basic, sp.Basic], ...] = ()  # premises that an algebraic check must put in
    verify: Callable[[sp.Basic, sp.Basic], Check] | None = None  # a check of its own, e.g. by enclosure

    def __call__(self, term: sp.Basic, context: Context) -> sp.Basic:
        """The rewritten term. Errors: `RefusedError`."""
        after = self.rewrite(term, context)
        if after == term:
            raise RefusedError(f"the rule '{self.name}' finds nothing to rewrite in {term}")
        return after
