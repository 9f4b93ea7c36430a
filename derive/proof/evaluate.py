"""The meaning of a term in a finite world: exact rational enumeration, sharing nothing with the rules.

This is the second, independent means by which a step is checked. A rule rewrites symbols; this module
turns a term into a function of (world, indices, outcome) and sums it over the outcomes of a finite
probability space in `fractions.Fraction`. An unknown node raises NotImplementedError.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import prod
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import BooleanFalse, BooleanTrue

from derive.proof.terms import E, Indep, Law, P, Var
from derive.proof.world import Env, Outcome, World, block_values, independent

Meaning = Callable[[World, Env, Outcome | None], Any]


def evaluate(term: sp.Basic, world: World, env: Env | None = None) -> Any:
    """The value of `term` in `world`, with free indices taken from `env`.

    Returns a Fraction, a bool for a statement, or a Counter for a `Law`. Raises KeyError for a name that
    the world does not give and NotImplementedError for a node without a meaning here.

    >>> half = Fraction(1, 2)
    >>> coin = World({}, ((half, {("x", (1,)): Fraction(3)}), (half, {("x", (1,)): Fraction(1)})))
    >>> x = sp.IndexedBase("x")
    >>> str(evaluate(Var(x[1]), coin))
    '1'
    """
    return meaning(term)(world, env or {}, None)


def evaluate_in(term: sp.Basic, world: World, env: Env, outcome: Outcome) -> Any:
    """The value of a random term in one outcome of the world."""
    return meaning(term)(world, env, outcome)


@lru_cache(maxsize=4096)
def meaning(term: sp.Basic) -> Meaning:
    """The term as a function of world, indices and outcome."""
    for kind, build in _BUILDERS:
        if isinstance(term, kind):
            return build(term)
    raise NotImplementedError(f"no finite meaning for {type(term).__name__}: {term}")


def _all(term: Any) -> tuple[Meaning, ...]:
    return tuple(meaning(a) for a in term.args)


def _rational(term: Any) -> Meaning:
    value = Fraction(int(term.p), int(term.q))
    return lambda _w, _e, _o: value


def _symbol(term: Any) -> Meaning:
    name = term.name

    def value(w: World, e: Env, o: Outcome | None) -> Any:
        for table in (e, w.constants, w.sizes):
            if name in table:
                return Fraction(table[name])
        return _entry(w, name, (), o)

    return value


def _indexed(term: Any) -> Meaning:
    name = str(term.base.label)
    parts = tuple(meaning(i) for i in term.indices)

    def value(w: World, e: Env, o: Outcome | None) -> Any:
        indices = tuple(int(p(w, e, o)) for p in parts)
        if name in w.arrays:
            return Fraction(w.arrays[name][indices[0]])
        return _entry(w, name, indices, o)

    return value


def _entry(w: World, name: str, indices: tuple[int, ...], o: Outcome | None) -> Fraction:
    if o is None:
        raise ValueError(f"{name} is random and stands outside an expectation")
    missing = w.ranks.get(name, len(indices)) - len(indices)
    return o[(name, indices + (1,) * missing)]


def _add(term: Any) -> Meaning:
    parts = _all(term)
    return lambda w, e, o: sum((p(w, e, o) for p in parts), Fraction(0))


def _mul(term: Any) -> Meaning:
    parts = _all(term)
    return lambda w, e, o: prod((p(w, e, o) for p in parts), start=Fraction(1))


def _power(term: Any) -> Meaning:
    base, exponent = _all(term)

    def value(w: World, e: Env, o: Outcome | None) -> Fraction:
        power = exponent(w, e, o)
        if power.denominator != 1:
            raise NotImplementedError(f"an irrational power: {term}")
        return Fraction(base(w, e, o) ** power.numerator)

    return value


def _folded(term: Any) -> Callable[[World, Env, Outcome | None], Iterator[Any]]:
    inside = meaning(term.function)
    names = [str(k) for k, _, _ in term.limits]
    bounds = [(meaning(lo), meaning(hi)) for _, lo, hi in term.limits]

    def values(w: World, e: Env, o: Outcome | None) -> Iterator[Any]:
        spans = [range(int(lo(w, e, o)), int(hi(w, e, o)) + 1) for lo, hi in bounds]
        for point in product(*spans):
            here = {name: Fraction(at) for name, at in zip(names, point, strict=True)}
            yield inside(w, {**e, **here}, o)

    return values


def _sum(term: Any) -> Meaning:
    values = _folded(term)
    return lambda w, e, o: sum(values(w, e, o), Fraction(0))


def _product(term: Any) -> Meaning:
    values = _folded(term)
    return lambda w, e, o: prod(values(w, e, o), start=Fraction(1))


def _average(w: World, of: Callable[[Outcome], Any]) -> Fraction:
    return sum((p * of(outcome) for p, outcome in w.outcomes), Fraction(0))


def _expectation(term: Any) -> Meaning:
    inside = meaning(term.args[0])
    return lambda w, e, _: _average(w, lambda o: inside(w, e, o))


def _variance(term: Any) -> Meaning:
    x = meaning(term.args[0])

    def value(w: World, e: Env, _: Outcome | None) -> Fraction:
        return _average(w, lambda o: x(w, e, o) ** 2) - _average(w, lambda o: x(w, e, o)) ** 2

    return value


def _law(term: Any) -> Meaning:
    parts = _all(term)

    def value(w: World, e: Env, _: Outcome | None) -> Counter[tuple[Fraction, ...]]:
        law: Counter[tuple[Fraction, ...]] = Counter()
        for p, outcome in w.outcomes:
            law[tuple(part(w, e, outcome) for part in parts)] += p  # type: ignore[assignment]
        return law

    return value


def _indep(term: Any) -> Meaning:
    groups = [tuple(g.args) if isinstance(g, sp.Tuple) else (g,) for g in term.args]

    def value(w: World, e: Env, _: Outcome | None) -> bool:
        readers = [lambda o, g=g: tuple(v for member in g for v in _read(member, w, e, o)) for g in groups]
        return independent(w, *readers)

    return value


def _read(member: Any, w: World, e: Env, o: Outcome) -> tuple[Fraction, ...]:
    """All entries of a bare tensor such as w or w[l]; the value of any other term."""
    if isinstance(member, sp.Symbol):
        return block_values(member.name, None, o)
    if isinstance(member, sp.Indexed) and len(member.indices) < w.ranks[str(member.base.label)]:
        return block_values(str(member.base.label), int(meaning(member.indices[0])(w, e, o)), o)
    return (meaning(member)(w, e, o),)


def _piecewise(term: Any) -> Meaning:
    branches = [(meaning(value), meaning(condition)) for value, condition in term.args]

    def chosen(w: World, e: Env, o: Outcome | None) -> Any:
        return next(value(w, e, o) for value, condition in branches if condition(w, e, o))

    return chosen


_TESTS = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def _relation(term: Any) -> Meaning:
    left, right = _all(term)
    test = _TESTS[term.rel_op]
    return lambda w, e, o: bool(test(left(w, e, o), right(w, e, o)))


def _fold(join: Callable[[list[Any]], Any]) -> Callable[[Any], Meaning]:
    def build(term: Any) -> Meaning:
        parts = _all(term)
        return lambda w, e, o: join([p(w, e, o) for p in parts])

    return build


def _heaviside(values: list[Any]) -> Fraction:
    at, at_zero = values
    return Fraction(int(at > 0)) if at else at_zero


def _undefined(term: Any) -> Meaning:
    name, (inside,) = term.func.__name__, _all(term)
    return lambda w, e, o: w.functions[name](inside(w, e, o))


def _probability(term: Any) -> Meaning:
    event = meaning(term.args[0])
    return lambda w, e, _: _average(w, lambda o: Fraction(int(event(w, e, o))))


_BUILDERS: tuple[tuple[Any, Callable[[Any], Meaning]], ...] = (
    (sp.Rational, _rational),
    (sp.Indexed, _indexed),
    (sp.Symbol, _symbol),
    (sp.Add, _add),
    (sp.Mul, _mul),
    (sp.Pow, _power),
    (E, _expectation),
    (Var, _variance),
    (P, _probability),
    (Law, _law),
    (Indep, _indep),
    (sp.Sum, _sum),
    (sp.Product, _product),
    (sp.Piecewise, _piecewise),
    (sp.Rel, _relation),
    (sp.And, _fold(all)),
    (sp.Or, _fold(any)),
    (sp.Implies, _fold(lambda v: (not v[0]) or v[1])),
    (sp.Equivalent, _fold(lambda v: len(set(v)) == 1)),
    (BooleanTrue, lambda _: lambda _w, _e, _o: True),
    (BooleanFalse, lambda _: lambda _w, _e, _o: False),
    (sp.Max, _fold(max)),
    (sp.Min, _fold(min)),
    (sp.Abs, _fold(lambda v: abs(v[0]))),
    (sp.Heaviside, _fold(_heaviside)),
    (sp.sign, _fold(lambda v: Fraction(int(v[0] > 0) - int(v[0] < 0)))),
    (sp.KroneckerDelta, _fold(lambda v: Fraction(int(v[0] == v[1])))),
    (AppliedUndef, _undefined),
)
