"""From a finished proof to a theorem: check every line, find a countermodel for every assumption."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp

from derive.proof.check import check_line
from derive.proof.derivation import Line, Proof, assumption_ids
from derive.proof.evaluate import evaluate
from derive.proof.facts import Fact
from derive.proof.layout import Layout, blocks, points
from derive.proof.search import describe, random_worlds, rational, simplest_world
from derive.proof.statement import Assumption, Countermodel, Setting, Step, Theorem
from derive.proof.world import World

WORLDS = 10


@dataclass(frozen=True)
class Heading:
    """What a theorem says of itself in words."""

    name: str
    title: str
    summary: str
    setting: tuple[Setting, ...]
    remarks: tuple[str, ...] = ()


def finish(
    proof: Proof,
    heading: Heading,
    conclusion: sp.Basic,
    condition: sp.Basic | None = None,
    named: Mapping[Fact, Countermodel] | None = None,
) -> Theorem:
    """Check the lines, find the countermodels, and return the theorem.

    `named` gives countermodels that are named laws, for facts that no finite world can break or keep.
    Errors: LookupError when an assumption has no countermodel among the worlds searched, which means that the
    proof asks for more than it needs.
    """
    facts = proof.used()
    ids = assumption_ids(facts)
    worlds = random_worlds(proof.layout, facts, WORLDS) if _finite(proof) else ()
    steps = tuple(_step(line, proof.layout, worlds, ids) for line in proof.lines)
    assumptions = tuple(
        _assumption(fact, facts, proof, conclusion, (named or {}).get(fact)) for fact in facts
    )
    return Theorem(
        heading.name,
        heading.title,
        heading.summary,
        heading.setting,
        assumptions,
        steps,
        conclusion,
        heading.remarks,
        condition,
    )


def _finite(proof: Proof) -> bool:
    return any(line.rule.check == "finite models" and line.rule.verify is None for line in proof.lines)


def _step(line: Line, layout: Layout, worlds: Sequence[World], ids: Mapping[Fact, str]) -> Step:
    check = check_line(line, layout, worlds)
    names = tuple(sorted(ids[fact] for fact in line.facts))
    rule = line.rule
    return Step(
        line.number,
        line.before,
        line.after,
        rule.relation,
        rule.name,
        rule.justification,
        names,
        line.lines,
        check,
    )


def _assumption(
    fact: Fact, facts: Sequence[Fact], proof: Proof, conclusion: sp.Basic, named: Countermodel | None
) -> Assumption:
    others = [f for f in facts if f != fact]
    used_in = tuple(line.number for line in proof.lines if fact in line.facts)
    model = named or countermodel(fact, others, proof.layout, conclusion)
    return Assumption(assumption_ids(facts)[fact], fact.name, fact.statement, fact.formula, model, used_in)


def countermodel(fact: Fact, others: Sequence[Fact], layout: Layout, conclusion: sp.Basic) -> Countermodel:
    """The simplest finite world where `others` hold and both `fact` and `conclusion` fail; parameters are 1/2."""
    constants = {c.name: Fraction(1, 2) for c in layout.constants}

    world = simplest_world(
        layout, fact, others, lambda w: failure(conclusion, layout, w) is not None, constants
    )
    if world is None:
        raise LookupError(f"no countermodel for '{fact.name}': {fact.statement}")
    return as_countermodel(world, layout, conclusion)


def failure(conclusion: sp.Basic, layout: Layout, world: World) -> tuple[Fraction, Fraction] | None:
    """Both sides of the conclusion at the first index where they differ in the world, if they do."""
    free = {s.name for s in conclusion.free_symbols if isinstance(s, sp.Symbol)}
    ranges = tuple(r for r in layout.ranges if r[0].name in free)
    for env in points(ranges, world):
        left, right = (evaluate(side, world, env) for side in conclusion.args)
        if left != right:
            return _compared(left, right)
    return None


def _compared(left: Any, right: Any) -> tuple[Fraction, Fraction]:
    """Two numbers as they are; of two laws the probabilities of the first value where they differ."""
    if not isinstance(left, Counter):
        return left, right
    value = min(v for v in left | right if left[v] != right[v])
    return Fraction(left[value]), Fraction(right[value])


def as_countermodel(world: World, layout: Layout, conclusion: sp.Basic) -> Countermodel:
    """The world as data: what it draws, with what probability, and both sides of the conclusion."""
    sides = failure(conclusion, layout, world)
    assert sides is not None
    sizes = dict(world.sizes) | {f"n[{i}]": v for i, v in world.arrays.get("n", {}).items()}
    return Countermodel(
        "finite world",
        describe(world, layout),
        rational(sides[0]),
        rational(sides[1]),
        sizes,
        _outcomes(world, layout),
    )


def _outcomes(world: World, layout: Layout) -> tuple[dict[str, object], ...]:
    keys = [key for block in blocks(layout, world) for key in block.keys]
    rows: list[dict[str, object]] = []
    for p, outcome in world.outcomes:
        values = {f"{name}[{', '.join(map(str, at))}]": str(outcome[name, at]) for name, at in keys}
        rows.append({"probability": str(p), "values": values})
    return tuple(rows)
