"""Rules that join results: substitute an earlier line, cite a theorem, solve, run an induction over depth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import sympy as sp

from derive.proof.derivation import Chain
from derive.proof.facts import Fact
from derive.proof.rule import Context, RefusedError, Rule
from derive.proof.statement import Check
from derive.proof.terms import E, Var


def by_line(chain: Chain, at: Mapping[sp.Basic, sp.Basic] | None = None, backwards: bool = False) -> Rule:
    """Replace the left side of an earlier result by its right side, at the indices `at`; or the other way."""
    left, right = (side.subs(at or {}, simultaneous=True) for side in (chain.start, chain.end))
    old, new = (right, left) if backwards else (left, right)
    why = f"By line ({chain.last})."
    return Rule("substitution", why, lambda term, _: term.xreplace({old: new}), lines=(chain.last,))


def by_statement(chain: Chain) -> Rule:
    """Substitute an equation that an earlier chain of statements ended with."""
    table = {chain.end.lhs: chain.end.rhs}
    why = f"By line ({chain.last})."
    return Rule("substitution", why, lambda term, _: term.xreplace(table), lines=(chain.last,))


def premise(equation: sp.Eq, why: str, fact: Fact | None = None, lines: tuple[int, ...] = ()) -> Rule:
    """Put in an equation that the setting, a fact or an earlier line grants; the check puts it in as well."""
    table = ((equation.lhs, equation.rhs),)

    def rewrite(term: Any, context: Context) -> Any:
        if fact is not None:
            context.need(fact)
        return term.xreplace(dict(table))

    return Rule("by hypothesis", why, rewrite, lines=lines, check="algebra", given=table)


def cite(title: str, equation: sp.Eq, facts: tuple[Fact, ...]) -> Rule:
    """Use the conclusion of a theorem whose assumptions are all known facts here."""

    def rewrite(term: Any, context: Context) -> Any:
        for fact in facts:
            context.need(fact)
        return term.xreplace({equation.lhs: equation.rhs})

    return Rule(f"theorem: {title}", "Its assumptions hold here.", rewrite)


def solve_for(unknown: sp.Expr) -> Rule:
    """Solve an equation for one quantity; refuses unless the root is unique.

    The other quantities in it must be positive, which the theorem's setting has to say.
    """

    def rewrite(term: Any, _: Context) -> Any:
        return sp.Eq(unknown, unique_root(term, unknown), evaluate=False)

    return Rule(
        "solve",
        "There is exactly one root, the other quantities being positive.",
        rewrite,
        relation="<=>",
        check="algebra",
    )


def unique_root(equation: Any, unknown: sp.Expr) -> sp.Expr:
    """The one positive root, the other atoms standing for positive numbers. Errors: `RefusedError`."""
    atoms = sorted(quantities(equation) - {unknown}, key=str)
    names = {a: sp.Dummy(str(a), positive=True) for a in atoms}
    v = sp.Dummy("v", positive=True)
    roots = sp.solve(equation.xreplace({**names, unknown: v}), v)
    if len(roots) != 1:
        raise RefusedError(f"{equation} has {len(roots)} positive roots in {unknown}")
    return sp.factor(roots[0]).xreplace({dummy: atom for atom, dummy in names.items()})


@lru_cache(maxsize=512)
def quantities(term: sp.Basic) -> frozenset[sp.Basic]:
    """The numbers that an algebraic statement speaks of: E[..], Var[..] and n[l] as wholes, and free symbols."""
    heads = term.atoms(E, Var, sp.Indexed)
    outer = {h for h in heads if not any(h != other and other.has(h) for other in heads)}
    bare = term.xreplace({h: sp.Dummy() for h in outer})
    return frozenset(outer) | {
        s for s in bare.free_symbols if isinstance(s, sp.Symbol) and not isinstance(s, sp.Dummy)
    }


def statement(
    build: Callable[[Any], Any],
    name: str,
    why: str,
    relation: str = "<=>",
    given: tuple[tuple[sp.Basic, sp.Basic], ...] = (),
    verify: Callable[[sp.Basic, sp.Basic], Check] | None = None,
) -> Rule:
    """A purely algebraic passage from one statement or expression to another: `build` computes the next."""
    return Rule(
        name, why, lambda term, _: build(term), relation=relation, check="algebra", given=given, verify=verify
    )


def telescope(layer: sp.Symbol) -> Rule:
    """prod_l n[l+1]/n[l] leaves the end widths."""

    def rewrite(term: Any, _: Context) -> Any:
        return term.replace(sp.Product, lambda f, lim: _telescoped(f, lim, layer))

    return Rule("telescoping product", "Every inner width cancels.", rewrite, check="algebra")


def _telescoped(factor: Any, limit: Any, layer: sp.Symbol) -> Any:
    symbol, low, high = limit
    top, bottom = sp.fraction(sp.together(factor))
    if sp.simplify(bottom.xreplace({symbol: symbol + 1}) - top) != 0:
        shifted = top.xreplace({symbol: symbol + 1})
        if sp.simplify(shifted - bottom) != 0:
            raise RefusedError(f"{factor} does not telescope in {layer}")
        return top.xreplace({symbol: low}) / bottom.xreplace({symbol: high})
    return top.xreplace({symbol: high}) / bottom.xreplace({symbol: low})


def induction(layer: sp.Symbol, first: sp.Expr, last: sp.Expr, lines: tuple[int, ...] = ()) -> Rule:
    """From u[l+1] = c[l] u[l] for first <= l < last to u[last] = u[first] prod_{l=first}^{last-1} c[l].

    The term is the equation of the recursion, `Eq(u[l+1], c[l]*u[l])`; the rule refuses where the factor
    still contains u.
    """

    def rewrite(term: Any, _: Context) -> Any:
        state = term.lhs.subs(layer, layer - 1)
        factor = sp.factor(sp.cancel(term.rhs / state))
        if factor.has(state):
            raise RefusedError(f"{term} does not multiply the layer below by a factor")
        product = sp.Product(factor, (layer, first, last - 1))
        ends = (state.xreplace({layer: end}) for end in (last, first))
        return sp.Eq(next(ends), next(ends) * product, evaluate=False)

    return Rule(
        "induction over depth",
        "Base: at the first layer the product is empty. Step: one more layer multiplies by its own factor.",
        rewrite,
        relation="=>",
        lines=lines,
    )
