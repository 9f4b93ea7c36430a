"""Rules about the units of a layer: pairs of independent ones, and ones that are all alike."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.proof.facts.units import AllZero, StandardNormal, UnitsAlike, UnitsIndependent, VanishesAtZero
from derive.proof.rule import Context, Rule
from derive.proof.rules.expectation import belongs, drop_empty_sums
from derive.proof.statement import Check
from derive.proof.terms import E, Tensor


def same_law(z: Tensor) -> Rule:
    """E[h(Z_i)] is the same at every unit of a layer."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(StandardNormal(z))
        return term.replace(lambda t: isinstance(t, E), lambda t: _representative(t, z))

    return Rule("equal laws", f"The {z.noun} of a layer share one law.", rewrite)


def _representative(mean: Any, z: Tensor) -> Any:
    found = {e for e in mean.atoms(sp.Indexed) if belongs(e, z)}
    return mean.xreplace(dict.fromkeys(found, z.entry)) if len(found) == 1 else mean


def pairs_of_units(z: Tensor) -> Rule:
    """E[h(Z_i) h(Z_k)] = E[h(Z)]^2 + delta_ik (E[h(Z)^2] - E[h(Z)]^2)."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(UnitsIndependent(z))
        context.need(StandardNormal(z))
        return term.replace(lambda t: isinstance(t, E), lambda t: _pair(t, z))

    why = "Different units are independent and alike; a unit with itself gives the mean square."
    return Rule("pairs of independent units", why, rewrite)


def _pair(mean: Any, z: Tensor) -> Any:
    factors = sp.Mul.make_args(mean.args[0])
    places = [sorted((e for e in f.atoms(sp.Indexed) if belongs(e, z)), key=str) for f in factors]
    if len(factors) != 2 or any(len(found) != 1 for found in places):
        return mean
    (left,), (right,) = places
    one = factors[0].xreplace({left: z.entry})
    if factors[1].xreplace({right: z.entry}) != one:
        return mean
    together = sp.KroneckerDelta(left.indices[-1], right.indices[-1])
    return E(one) ** 2 + together * (E(one**2) - E(one) ** 2)


def _split(term: Any, _: Context) -> Any:
    return term.replace(
        lambda t: isinstance(t, sp.Sum) and isinstance(t.function.expand(), sp.Add),
        lambda t: sp.Add(*(sp.Sum(part, *t.limits) for part in t.function.expand().args)),
    )


sum_of_sums = Rule("sum of a sum", "A sum of sums is taken term by term.", _split)


def _counted(term: Any, _: Context) -> Any:
    return term.replace(sp.Sum, _count)


def _count(function: Any, *limits: Any) -> Any:
    if any(symbol in function.free_symbols for symbol, _, _ in limits):
        return sp.Sum(function, *limits)
    return sp.Mul(function, *(high - low + 1 for _, low, high in limits))


equal_terms = Rule("equal terms", "Terms that do not depend on the indices are counted.", _counted)


def normal_is_symmetric(z: Tensor) -> Rule:
    """Law(Z) = Law(-Z)."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(StandardNormal(z))
        return term.func(*(-a for a in term.args))

    return Rule("symmetry of the normal law", "Its density is even.", rewrite)


def normal_moments(z: Tensor) -> Rule:
    """E[Z^2] = 1 and E[Z^4] = 3."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(StandardNormal(z))
        return term.xreplace({E(z.entry**2): sp.Integer(1), E(z.entry**4): sp.Integer(3)})

    why = "The second moment of a standard normal is 1, and three pairings make the fourth."
    return Rule("moments of the normal law", why, rewrite, verify=lambda *sides: _by_parts(z, *sides))


def _by_parts(z: Tensor, before: Any, after: Any) -> Check:
    """Whether both sides agree where E Z^k = (k - 1) E Z^(k-2), as integration by parts has it."""
    powers = {mean: mean.args[0].as_base_exp()[1] for mean in before.atoms(E) if mean.has(z.entry)}
    moments = {mean: _parted(int(power)) for mean, power in powers.items()}
    passed = sp.expand(before.xreplace(moments) - after) == 0
    return Check(passed, "algebra", len(moments), "the same by integrating by parts against the density")


def _parted(power: int) -> sp.Integer:
    if power < 2:
        return sp.Integer(1 - power)
    return (power - 1) * _parted(power - 2)


def alike(fact: UnitsAlike, old: sp.Expr, new: sp.Expr) -> Rule:
    """Put the unit `new` in the place of `old` in a tensor whose units are all alike."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(fact)
        table = {e: e.xreplace({old: new}) for e in term.atoms(sp.Indexed) if belongs(e, fact.tensor)}
        return drop_empty_sums(term.xreplace(table)).replace(E, _mean)

    return Rule("units alike", f"The {fact.tensor.noun} are the same at every unit.", rewrite)


def _mean(inside: Any) -> Any:
    """E[0] = 0."""
    return sp.Integer(0) if inside == 0 else E(inside)


def all_zero(tensor: Tensor) -> Rule:
    """Put zero for every entry."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(AllZero(tensor))
        table = {e: sp.Integer(0) for e in term.atoms(sp.Indexed) if belongs(e, tensor)}
        return drop_empty_sums(term.xreplace(table)).replace(E, _mean)

    return Rule("zero", f"The {tensor.noun} are zero.", rewrite)


def vanishes_at_zero(fact: VanishesAtZero) -> Rule:
    """Put zero for f(0)."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(fact)
        at_zero = sp.Function(fact.function, real=True)(0)
        return term.xreplace({at_zero: sp.Integer(0)}).replace(E, _mean)

    return Rule("zero at zero", fact.statement, rewrite)
