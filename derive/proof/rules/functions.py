"""Rules about functions of one real variable: definitions, reflection at zero, splitting at the kink."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from derive.proof.facts import Fact, JointlySymmetric, Symmetric
from derive.proof.layout import Defined
from derive.proof.rule import Context, RefusedError, Rule
from derive.proof.terms import E, Tensor


def unfold(*definitions: Defined) -> Rule:
    """Replace each defined entry by its definition, at whatever indices it stands."""

    def rewrite(term: Any, _: Context) -> Any:
        for definition in definitions:
            term = _unfold_one(term, definition)
        return term

    return Rule("definition", "By the definition in the setting.", rewrite)


def _unfold_one(term: Any, definition: Defined) -> Any:
    name = definition.target.base.label

    def value(entry: Any) -> Any:
        table = dict(zip(definition.target.indices, entry.indices, strict=True))
        return definition.value.subs(table, simultaneous=True)

    return term.replace(
        lambda t: (
            isinstance(t, sp.Indexed)
            and t.base.label == name
            and len(t.indices) == len(definition.target.indices)
        ),
        value,
    )


def unfold_entry(definition: Defined, whole: Tensor, *parts: Tensor) -> Rule:
    """Replace a representative entry x by its definition in representative entries, as in x = f(z).

    Only for definitions that act unit by unit: a sum over other units has no representative.
    """
    target, value = definition.target, definition.value
    if value.has(sp.Sum):
        raise RefusedError(f"{target} is a sum, not a function of one unit")
    table = {entry: part.entry for part in parts for entry in value.atoms(sp.Indexed) if _names(entry, part)}
    result = value.xreplace(table)
    return Rule(
        "definition",
        "By the definition in the setting.",
        lambda term, _: term.xreplace({whole.entry: result}),
    )


def _names(entry: Any, tensor: Tensor) -> bool:
    return str(entry.base.label) == tensor.name


def apply_function(name: str, body: sp.Expr, variable: sp.Symbol, label: str) -> Rule:
    """Replace the abstract function `name` by its expression `body` in `variable`."""

    def rewrite(term: Any, _: Context) -> Any:
        return term.replace(lambda t: _is_call(t, name), lambda t: body.xreplace({variable: t.args[0]}))

    return Rule("the activation", label, rewrite)


def _is_call(term: Any, name: str) -> bool:
    return isinstance(term, AppliedUndef) and term.func.__name__ == name


def reflect(tensors: tuple[Tensor, ...]) -> Rule:
    """E[h(z)] = E[(h(z) + h(-z))/2] where z, or several tensors at one unit together, are symmetric."""
    fact: Fact = Symmetric(tensors[0]) if len(tensors) == 1 else JointlySymmetric(tensors)

    def rewrite(term: Any, context: Context) -> Any:
        context.need(fact)
        return term.replace(lambda t: isinstance(t, E), lambda t: E(_average(t.args[0], tensors)))

    return Rule("reflection", "z and -z have the same law, so both may be averaged.", rewrite)


def _average(inside: Any, tensors: tuple[Tensor, ...]) -> Any:
    names = {t.name for t in tensors}
    flips = {e: -e for e in inside.atoms(sp.Indexed) if str(e.base.label) in names}
    if not flips:
        return inside
    return sp.Mul(sp.Rational(1, 2), inside + inside.xreplace(flips), evaluate=False)


def by_sign(z: Tensor, unmet: Fact | None = None) -> Rule:
    """Simplify a function of z_i that is one polynomial on z_i > 0, on z_i < 0 and at z_i = 0.

    Refuses where the pieces differ. With `unmet`, a fact that makes the point 0 negligible, the value there
    is left out.
    """

    def rewrite(term: Any, context: Context) -> Any:
        if unmet is not None:
            context.need(unmet)
        return term.replace(
            lambda t: isinstance(t, E), lambda t: E(_one_piece(t.args[0], z, unmet is not None))
        )

    if unmet is None:
        return Rule("split at the kink", "Both sides of zero, and zero itself, give the same value.", rewrite)
    why = "The two sides of zero give the same value; zero itself does not count."
    return Rule("split at the kink, almost surely", why, rewrite)


def _one_piece(inside: Any, z: Tensor, almost_everywhere: bool) -> Any:
    entry = next(e for e in inside.atoms(sp.Indexed) if str(e.base.label) == z.name)
    p = sp.Dummy("p", positive=True)
    above = sp.expand(inside.xreplace({entry: p}).doit()).xreplace({p: entry})
    below = sp.expand(sp.expand(inside.xreplace({entry: -p}).doit()).xreplace({p: -entry}))
    if sp.expand(above - below) != 0:
        raise RefusedError(f"{inside} is {above} above zero and {below} below")
    at_zero = inside.xreplace({entry: sp.Integer(0)}).doit()
    if not almost_everywhere and sp.expand(at_zero - above.xreplace({entry: sp.Integer(0)})) != 0:
        raise RefusedError(f"{inside} is {at_zero} at zero, where the pieces give another value")
    return sp.factor(above)
