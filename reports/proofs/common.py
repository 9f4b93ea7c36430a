"""What every layout of a proof says in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import sympy as sp
from sympy.logic.boolalg import Boolean

from derive.proof.statement import Check, Countermodel, Step, Theorem

MINIMAL = "None can be dropped: for each, a world in which the others hold and the conclusion fails."


def check_words(check: Check) -> str:
    """How a step was checked, and whether it passed.

    >>> check_words(Check(True, "finite models", 120, ""))
    'checked on 120 finite models'
    """
    verb = "checked" if check.passed else "CHECK FAILED"
    if check.kind == "finite models":
        return f"{verb} on {check.models} finite models"
    return f"{verb} by {check.kind}"


def reasons(step: Step) -> str:
    """The facts and earlier lines that a step uses, such as "A1, A2, (3)"."""
    return ", ".join([*step.facts, *(f"({line})" for line in step.lines)])


def step_words(steps: Iterable[int]) -> str:
    """Which steps use an assumption.

    >>> step_words((1, 3)), step_words((2,)), step_words(())
    ('steps 1, 3', 'step 2', 'no step')
    """
    numbers = [str(step) for step in steps]
    if not numbers:
        return "no step"
    return f"step{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"


def continued(theorem: Theorem) -> Iterator[tuple[Step, bool]]:
    """Each step, and whether it goes on from the right side of the one before, whose left side then need not
    be repeated."""
    steps = theorem.steps
    if steps:
        yield steps[0], False
    for before, step in pairwise(steps):
        yield step, step.before == before.after


def shown_relation(step: Step) -> str:
    """The sign between the two sides: statements are equivalent, not equal, however they were rewritten."""
    if not isinstance(step.after, Boolean):
        return step.relation
    return {"=": "<=>", "~=": "=>"}.get(step.relation, step.relation)


def is_approximate(step: Step) -> bool:
    """Whether the step puts digits in: then "g = 1.59" is shown as "g ≈ 1.59"."""
    return step.relation == "~=" and bool(step.after.free_symbols)


def countermodel_words(model: Countermodel) -> str:
    """The world in one sentence, with a full stop."""
    return model.description.rstrip(". ") + "."


EXACTLY_WHERE = "The factor is one exactly where"


def condition(theorem: Theorem) -> sp.Basic | None:
    """The solved condition, where the conclusion does not say it already and it is not a matter of digits."""
    found = theorem.condition
    if found is None or found == theorem.conclusion or found.atoms(sp.Float):
        return None
    return found
