"""Rules of expectation: linearity, the definition of variance, independence, zero means."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.proof.facts import Independent, ZeroMean
from derive.proof.rule import Context, RefusedError, Rule
from derive.proof.terms import E, Tensor, Var


def _linear(term: Any, context: Context) -> Any:
    return term.replace(lambda t: isinstance(t, E), lambda t: _linear_one(t.args[0], context))


def _linear_one(inside: Any, context: Context) -> Any:
    if isinstance(inside, sp.Add):
        return sp.Add(*(_linear_one(a, context) for a in inside.args))
    if isinstance(inside, sp.Sum):
        return sp.Sum(_linear_one(inside.function, context), *inside.limits)
    if not context.is_random(inside):
        return inside
    if not isinstance(inside, sp.Mul):
        return E(inside)
    fixed = [a for a in inside.args if not context.is_random(a)]
    return sp.Mul(*fixed, E(sp.Mul(*(a for a in inside.args if context.is_random(a)))))


linearity = Rule(
    "linearity of expectation",
    "The mean of a finite sum is the sum of the means; constants come out.",
    _linear,
)


def _variance(term: Any, _: Context) -> Any:
    return term.replace(Var, lambda x: E(x**2) - E(x) ** 2)


variance_definition = Rule("definition of variance", "Var[X] = E[X^2] - E[X]^2.", _variance)


def belongs(term: sp.Basic, tensor: Tensor) -> bool:
    """Whether the term depends on the tensor (in its layer, if it has one)."""
    return any(_is_entry(a, tensor) for a in term.atoms(sp.Indexed)) or tensor.entry in term.free_symbols


def _is_entry(entry: Any, tensor: Tensor) -> bool:
    same = str(entry.base.label) == tensor.name
    return same and (tensor.layer is None or entry.indices[0] == tensor.layer)


def factor(left: tuple[Tensor, ...], right: tuple[Tensor, ...]) -> Rule:
    """E[X Y] = E[X] E[Y] where X depends on `left` only and Y on `right` only."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(Independent((left, right)))
        return term.replace(lambda t: isinstance(t, E), lambda t: _split(t.args[0], left, right))

    return Rule(
        "independence",
        "The mean of a product of independent factors is the product of their means.",
        rewrite,
    )


def _split(inside: Any, left: tuple[Tensor, ...], right: tuple[Tensor, ...]) -> Any:
    factors = sp.Mul.make_args(inside)
    mine = [f for f in factors if any(belongs(f, t) for t in left)]
    theirs = [f for f in factors if f not in mine]
    if any(belongs(f, t) for f in mine for t in right):
        raise RefusedError(f"a factor of {inside} depends on both sides, so it does not split")
    if not mine or not theirs:
        return E(inside)
    return E(sp.Mul(*mine)) * E(sp.Mul(*theirs))


def zero_mean(tensor: Tensor) -> Rule:
    """E of an entry is zero, and so is a sum of such terms."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(ZeroMean(tensor))
        return drop_empty_sums(term.replace(lambda t: _is_mean_of(t, tensor), lambda t: sp.Integer(0)))

    return Rule("zero mean", f"The {tensor.noun} have mean zero.", rewrite)


def _is_mean_of(term: Any, tensor: Tensor) -> bool:
    return isinstance(term, E) and isinstance(term.args[0], sp.Indexed) and _is_entry(term.args[0], tensor)


def drop_empty_sums(term: Any) -> Any:
    """A sum of zeros is zero."""
    return term.replace(lambda t: isinstance(t, sp.Sum) and t.function == 0, lambda t: sp.Integer(0))
