"""The independent check of a step: enumeration in finite worlds, or exact algebra at random rationals."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

import sympy as sp

from derive.proof.derivation import Line
from derive.proof.evaluate import World, evaluate
from derive.proof.layout import Layout, points
from derive.proof.rules.logic import quantities
from derive.proof.statement import Check

ALGEBRA_POINTS = 24


def check_line(line: Line, layout: Layout, worlds: Sequence[World]) -> Check:
    """Check one line by the means that its rule names."""
    if line.rule.check == "algebra":
        return check_algebra(line)
    return check_in_worlds(line, layout, worlds)


def check_in_worlds(line: Line, layout: Layout, worlds: Sequence[World]) -> Check:
    """Compare both sides in every world at every index: equal values, or a true statement after `=>`."""
    passed = all(_holds(line, layout, world) for world in worlds)
    most = max(max(w.sizes.values(), default=1) for w in worlds)
    widths = max((v for w in worlds for v in w.arrays.get("n", {}).values()), default=most)
    detail = f"both sides equal in exact arithmetic in {len(worlds)} finite worlds, sizes up to {max(most, widths)}"
    return Check(passed, "finite models", len(worlds), detail)


def _holds(line: Line, layout: Layout, world: World) -> bool:
    free = {s.name for s in line.before.free_symbols | line.after.free_symbols if isinstance(s, sp.Symbol)}
    ranges = tuple(r for r in layout.ranges if r[0].name in free)
    return all(_holds_at(line, world, env) for env in points(ranges, world))


def _holds_at(line: Line, world: World, env: dict[str, Fraction]) -> bool:
    if line.rule.relation == "=":
        return bool(evaluate(line.before, world, env) == evaluate(line.after, world, env))
    before, after = evaluate(line.before, world, env), evaluate(line.after, world, env)
    return bool(after if line.rule.relation == "=>" else before == after)


def check_algebra(line: Line, seed: int = 0) -> Check:
    """Compare both sides exactly at random positive rationals put for every quantity in them.

    For `<=>` between equations, half of the points are moved onto a root of the second, so that
    the statement is tried where it is true and where it is false.
    """
    rng = Random(f"algebra {line.number} {seed}")
    atoms = sorted(quantities(line.before) | quantities(line.after), key=str)
    passed = all(_agree(line, _point(atoms, rng), onto=turn % 2 == 0) for turn in range(ALGEBRA_POINTS))
    detail = f"both sides agree exactly at {ALGEBRA_POINTS} random rational points"
    return Check(passed, "algebra", ALGEBRA_POINTS, detail)


def _point(atoms: Sequence[sp.Basic], rng: Random) -> dict[sp.Basic, sp.Rational]:
    return {a: sp.Integer(rng.randint(2, 9)) if _is_count(a) else _rational(rng) for a in atoms}


def _is_count(atom: Any) -> bool:
    return bool(atom.is_integer)


def _rational(rng: Random) -> sp.Rational:
    return sp.Rational(rng.randint(1, 40), rng.randint(1, 20))


def _agree(line: Line, point: dict[sp.Basic, sp.Rational], onto: bool) -> bool:
    if line.rule.relation == "=":
        return bool(sp.simplify((line.before - line.after).xreplace(point).doit()) == 0)
    if onto and isinstance(line.after, sp.Eq) and line.after.lhs in point:
        rest = {k: v for k, v in point.items() if k != line.after.lhs}
        point = {**rest, line.after.lhs: line.after.rhs.xreplace(rest).doit()}
    before, after = (_truth(side, point) for side in (line.before, line.after))
    return after or not before if line.rule.relation == "=>" else before == after


def _truth(side: Any, point: dict[sp.Basic, sp.Rational]) -> bool:
    value = side.xreplace(point)
    return bool(sp.simplify(value.doit()))
