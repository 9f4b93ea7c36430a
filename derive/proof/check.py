"""The independent check of a step: enumeration in finite worlds, or exact algebra at random rationals."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

from derive.proof.derivation import Line
from derive.proof.evaluate import evaluate
from derive.proof.layout import Layout, points
from derive.proof.rules.logic import quantities
from derive.proof.statement import Check
from derive.proof.terms import index
from derive.proof.world import World

POINTS = 24
DEPTH = index("L")
LAYER = index("l")


def check_line(line: Line, layout: Layout, worlds: Sequence[World]) -> Check:
    """Check one line by the means that its rule names."""
    if line.rule.verify is not None:
        return line.rule.verify(line.before, line.after)
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
    if line.rule.relation == "=>":
        return bool(evaluate(line.after, world, env))
    return bool(evaluate(line.before, world, env) == evaluate(line.after, world, env))


def check_algebra(line: Line, seed: int = 0) -> Check:
    """Compare both sides exactly at random positive rationals put for every quantity in them.

    For `<=>` between equations, half of the points are moved onto a root of the second, so that
    the statement is tried where it is true and where it is false.
    """
    rng = Random(f"algebra {line.number} {seed}")
    passed = all(_agree(*_sides(line, 1 + turn % 4), line, rng, onto=turn % 2 == 0) for turn in range(POINTS))
    detail = f"both sides agree exactly at {POINTS} random rational points"
    return Check(passed, "algebra", POINTS, detail)


def _sides(line: Line, depth: int) -> tuple[Any, Any]:
    """Both sides with products written out at a concrete depth and the premises put in."""
    out: list[Any] = []
    for side in (line.before, line.after):
        concrete = side.xreplace({DEPTH: sp.Integer(depth)})
        concrete = concrete.replace(lambda t: isinstance(t, sp.Product), _written_out)
        out.append(_with_premises(concrete, line, depth))
    return out[0], out[1]


def _written_out(product: Any) -> Any:
    # Not `.doit()`: sympy refuses an index declared positive that starts at 0.
    symbol, low, high = product.limits[0]
    return sp.Mul(
        *(product.function.xreplace({symbol: sp.Integer(k)}) for k in range(int(low), int(high) + 1))
    )


def _with_premises(side: Any, line: Line, depth: int) -> Any:
    for left, right in line.rule.given:
        table = {
            left.xreplace({LAYER: sp.Integer(k)}): right.xreplace({LAYER: sp.Integer(k)})
            for k in range(depth + 2)
        }
        side = side.xreplace(table | {left: right})
    return side


def _point(atoms: Sequence[sp.Basic], rng: Random) -> dict[sp.Basic, sp.Rational]:
    return {a: sp.Integer(rng.randint(2, 9)) if _is_count(a) else _rational(rng) for a in atoms}


def _is_count(atom: Any) -> bool:
    return bool(atom.is_integer)


def _rational(rng: Random) -> sp.Rational:
    return sp.Rational(rng.randint(1, 40), rng.randint(1, 20))


def _agree(before: Any, after: Any, line: Line, rng: Random, onto: bool) -> bool:
    point = _point(sorted(quantities(before) | quantities(after), key=str), rng)
    if not isinstance(before, Boolean):
        return bool(sp.simplify((before - after).xreplace(point)) == 0)
    if onto and isinstance(after, sp.Eq):
        point = _onto(after, point)
    left, right = (bool(sp.simplify(side.xreplace(point))) for side in (before, after))
    return right or not left if line.rule.relation == "=>" else left == right


def _onto(after: sp.Eq, point: dict[sp.Basic, sp.Rational]) -> dict[sp.Basic, sp.Rational]:
    """The point moved so that the equation holds there, if one side of it is a quantity of its own."""
    for one, other in (after.args, after.args[::-1]):
        if one in point:
            rest = {k: v for k, v in point.items() if k != one}
            return {**rest, one: other.xreplace(rest)}
    return point
