"""Building a proof: chains of rewritings over a set of known facts, each step recorded as it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sympy as sp

from derive.proof.facts import Fact
from derive.proof.layout import Layout
from derive.proof.rule import RefusedError, Rule


@dataclass(frozen=True)
class Line:
    """One recorded step, before its check: what was rewritten to what, by which rule, from which facts."""

    number: int
    before: sp.Basic
    after: sp.Basic
    rule: Rule
    facts: tuple[Fact, ...]  # assumptions used
    lines: tuple[int, ...]  # earlier lines used


@dataclass
class Proof:
    """A proof under construction: the setting's worlds, the facts assumed, the lines so far.

    The builder is used inside one theorem function and never outlives it.
    """

    layout: Layout
    assumptions: tuple[Fact, ...]
    lines: list[Line] = field(default_factory=list)
    _learned: dict[Fact, int] = field(default_factory=dict)

    def chain(self, start: sp.Basic) -> Chain:
        """Start a chain of equal (or equivalent) terms."""
        return Chain(self, start)

    def learn(self, fact: Fact, line: int) -> None:
        """Record a fact that an earlier line proved."""
        self._learned[fact] = line

    def source(self, fact: Fact) -> Fact | int:
        """The assumption or the line number that gives `fact`. Errors: `RefusedError` when nothing does."""
        if fact in self._learned:
            return self._learned[fact]
        for assumption in self.assumptions:
            if fact == assumption or _in_any_layer(fact) == _in_any_layer(assumption):
                return assumption
        raise RefusedError(f"the fact '{fact.name}' is missing: {fact.statement}")

    def used(self) -> tuple[Fact, ...]:
        """The assumptions that some line used, in the order in which they were declared."""
        needed = {fact for line in self.lines for fact in line.facts}
        return tuple(fact for fact in self.assumptions if fact in needed)


_ANY = sp.Symbol("any layer")


def _in_any_layer(fact: Fact) -> Fact | None:
    """The fact with its layer forgotten: an assumption about all layers gives it in each."""
    return fact.at(_ANY)


@dataclass
class _Uses:
    """The context of one rule application: it records what the rule asked for."""

    proof: Proof
    facts: list[Fact] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def need(self, fact: Fact) -> None:
        source = self.proof.source(fact)
        if isinstance(source, int):
            self.lines.append(source)
        else:
            self.facts.append(source)

    def is_random(self, term: sp.Basic) -> bool:
        names = self.proof.layout.tensors()
        indexed = any(str(e.base.label) in names for e in term.atoms(sp.Indexed))
        return indexed or any(s.name in names for s in term.free_symbols if isinstance(s, sp.Symbol))


@dataclass
class Chain:
    """A chain of rewritings `start = ... = end`."""

    proof: Proof
    start: sp.Basic
    end: sp.Basic = field(init=False)
    last: int = 0

    def __post_init__(self) -> None:
        self.end = self.start

    def by(self, *rules: Rule) -> Chain:
        """Apply the rules in turn, one recorded line each. Errors: `RefusedError`."""
        for rule in rules:
            self._apply(rule)
        return self

    def _apply(self, rule: Rule) -> None:
        uses = _Uses(self.proof)
        after = rule(self.end, uses)
        number = len(self.proof.lines) + 1
        lines = tuple(sorted({*uses.lines, *rule.lines}))
        line = Line(number, self.end, after, rule, tuple(dict.fromkeys(uses.facts)), lines)
        self.proof.lines.append(line)
        self.end, self.last = after, number

    def gives(self, *facts: Fact) -> Chain:
        """Record facts that the chain has just proved."""
        for fact in facts:
            self.proof.learn(fact, self.last)
        return self

    @property
    def equation(self) -> sp.Eq:
        """`start = end`, unevaluated."""
        return sp.Eq(self.start, self.end, evaluate=False)


def assumption_ids(facts: Sequence[Fact]) -> Mapping[Fact, str]:
    """A1, A2, ... in the order given."""
    return {fact: f"A{number}" for number, fact in enumerate(facts, 1)}
