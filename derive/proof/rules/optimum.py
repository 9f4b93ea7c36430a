"""Rules for optima in one positive variable: where an objective is least, and where two statements meet."""

from __future__ import annotations

from random import Random
from typing import Any

import sympy as sp

from derive.proof.rule import Context, RefusedError, Rule
from derive.proof.rules.logic import quantities
from derive.proof.statement import Check
from derive.proof.terms import ArgMin

POINTS = 24


def minimise(why: str = "The derivative vanishes there, is negative below and positive above.") -> Rule:
    """ArgMin(objective, v) by the unique positive zero of the derivative; refuses where there is not just one."""

    def rewrite(term: Any, _: Context) -> Any:
        if not isinstance(term, ArgMin):
            raise RefusedError(f"{term} is not a place of a minimum")
        objective, v = term.args
        roots = [sp.simplify(r) for r in sp.solve(sp.together(sp.diff(objective, v)), v) if r.is_positive]
        if len(roots) != 1:
            raise RefusedError(f"the derivative of {objective} has {len(roots)} positive zeros")
        return sp.factor(roots[0])

    return Rule("minimum", why, rewrite, check="algebra", verify=check_minimum)


def crossing(first: sp.Expr, second: sp.Expr) -> Rule:
    """ArgMin(Max(|first|, |second|), v) for increasing first and second: where first = -second."""

    def rewrite(term: Any, _: Context) -> Any:
        objective, v = term.args
        if objective != sp.Max(sp.Abs(first), sp.Abs(second)):
            raise RefusedError(f"{objective} is not the larger of the two errors")
        (root,) = sp.solve(sp.Eq(first, -second), v)
        return sp.factor(root)

    why = "There the errors are equal and opposite; moving either way makes one of them larger."
    return Rule("equal and opposite errors", why, rewrite, check="algebra", verify=check_minimum)


def check_minimum(before: sp.Basic, after: sp.Basic, seed: int = 0) -> Check:
    """Compare the objective at the claimed minimum with its value at random other points, in exact arithmetic
    where it is rational and to 60 digits where it holds logarithms."""
    rng = Random(f"minimum {seed}")
    passed = all(_lower(before, after, rng) for _ in range(POINTS))
    detail = f"the objective is larger at {POINTS} random rational points, at random sizes"
    return Check(passed, "algebra", POINTS, detail)


def _lower(before: Any, after: Any, rng: Random) -> bool:
    objective, v = before.args
    sizes = {a: sp.Integer(rng.randint(1, 30)) for a in quantities(objective) - {v}}
    place = after.xreplace(sizes)
    other = place * sp.Rational(rng.randint(1, 60), 30)
    if other == place:
        return True
    gap = (objective.xreplace({**sizes, v: other}) - objective.xreplace({**sizes, v: place})).doit()
    return bool(sp.N(gap, 60) > 0)
