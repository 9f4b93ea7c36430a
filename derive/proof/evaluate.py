"""The meaning of a term in a finite world: exact rational enumeration, sharing nothing with the rules.

This is the second, independent means by which a step is checked. A rule rewrites symbols; this module
sums over the outcomes of a finite probability space in `fractions.Fraction`. An unknown node raises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import BooleanFalse, BooleanTrue

from derive.proof.terms import E, Indep, Law, P, Var

Key = tuple[str, tuple[int, ...]]
Outcome = Mapping[Key, Fraction]
Env = Mapping[str, Fraction]


@dataclass(frozen=True)
class World:
    """A finite probability space: sizes, constants, functions, and outcomes with their probabilities.

    sizes: values of size symbols (n, m, L); arrays: values of indexed sizes such as n[l] by index;
    constants: values of parameters; functions: the meaning of abstract f; ranks: unit indices a tensor has.
    """

    sizes: Mapping[str, int]
    outcomes: tuple[tuple[Fraction, Outcome], ...]
    constants: Mapping[str, Fraction] = field(default_factory=dict)
    arrays: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    functions: Mapping[str, Callable[[Fraction], Fraction]] = field(default_factory=dict)
    ranks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Scope:
    world: World
    env: Env
    outcome: Outcome | None


def evaluate(term: sp.Basic, world: World, env: Env | None = None) -> Any:
    """The value of `term` in `world`, with free indices taken from `env`.

    Returns a Fraction, a bool for a statement, or a Counter for a `Law`. Raises KeyError for a name that
    the world does not give and NotImplementedError for a node without a meaning here.

    >>> coin = World({"n": 1}, ((Fraction(1, 2), {("x", (1,)): Fraction(3)}), (Fraction(1, 2), {("x", (1,)): Fraction(1)})))
    >>> x = sp.IndexedBase("x")
    >>> str(evaluate(Var(x[1]), coin))
    '1'
    """
    return _value(term, _Scope(world, env or {}, None))


def evaluate_in(term: sp.Basic, world: World, env: Env, outcome: Outcome) -> Any:
    """The value of a random term in one outcome of the world."""
    return _value(term, _Scope(world, env, outcome))


def _value(term: sp.Basic, s: _Scope) -> Any:
    for kind, meaning in _MEANINGS:
        if isinstance(term, kind):
            return meaning(term, s)
    raise NotImplementedError(f"no finite meaning for {type(term).__name__}: {term}")


def _rational(term: Any, _: _Scope) -> Fraction:
    return Fraction(int(term.p), int(term.q))


def _symbol(term: Any, s: _Scope) -> Fraction:
    name = term.name
    for table in (s.env, s.world.constants, s.world.sizes):
        if name in table:
            return Fraction(table[name])
    return _random(name, (), s)


def _indexed(term: Any, s: _Scope) -> Fraction:
    name = str(term.base.label)
    indices = tuple(int(_value(i, s)) for i in term.indices)
    if name in s.world.arrays:
        return Fraction(s.world.arrays[name][indices[0]])
    return _random(name, indices, s)


def _random(name: str, indices: tuple[int, ...], s: _Scope) -> Fraction:
    if s.outcome is None:
        raise ValueError(f"{name} is random and stands outside an expectation")
    missing = s.world.ranks.get(name, len(indices)) - len(indices)
    return s.outcome[(name, indices + (1,) * missing)]


def _power(term: Any, s: _Scope) -> Fraction:
    exponent = _value(term.exp, s)
    if exponent.denominator != 1:
        raise NotImplementedError(f"an irrational power: {term}")
    base = _value(term.base, s)
    return Fraction(base**exponent.numerator)


def _fold(term: Any, s: _Scope) -> list[Any]:
    spans = [range(int(_value(lo, s)), int(_value(hi, s)) + 1) for _, lo, hi in term.limits]
    names = [str(k) for k, _, _ in term.limits]
    values = []
    for point in product(*spans):
        env = {**s.env, **{k: Fraction(v) for k, v in zip(names, point, strict=True)}}
        values.append(_value(term.function, _Scope(s.world, env, s.outcome)))
    return values


def _sum(term: Any, s: _Scope) -> Fraction:
    # A sum whose bound depends on another index arrives nested, as `Sum(Sum(...))`.
    return sum(_fold(term, s), Fraction(0))


def _product(term: Any, s: _Scope) -> Fraction:
    return prod(_fold(term, s), start=Fraction(1))


def _mean(of: Callable[[_Scope], Any], s: _Scope) -> Fraction:
    total = Fraction(0)
    for p, outcome in s.world.outcomes:
        total += p * of(_Scope(s.world, s.env, outcome))
    return total


def _expectation(term: Any, s: _Scope) -> Fraction:
    return _mean(lambda inner: _value(term.args[0], inner), s)


def _variance(term: Any, s: _Scope) -> Fraction:
    x = term.args[0]
    return _mean(lambda t: _value(x, t) ** 2, s) - _mean(lambda t: _value(x, t), s) ** 2


def _probability(term: Any, s: _Scope) -> Fraction:
    return _mean(lambda inner: Fraction(int(_value(term.args[0], inner))), s)


def _law(term: Any, s: _Scope) -> Counter[tuple[Fraction, ...]]:
    law: Counter[tuple[Fraction, ...]] = Counter()
    for p, outcome in s.world.outcomes:
        law[tuple(_value(a, _Scope(s.world, s.env, outcome)) for a in term.args)] += p  # type: ignore[assignment]
    return law


def block_values(name: str, layer: int | None, outcome: Outcome) -> tuple[Fraction, ...]:
    """All entries of one tensor (in one layer, if given) in one outcome, in index order."""
    keys = sorted(k for k in outcome if k[0] == name and (layer is None or k[1][0] == layer))
    return tuple(outcome[k] for k in keys)


def independent(world: World, *groups: Callable[[Outcome], tuple[Fraction, ...]]) -> bool:
    """Whether the given functions of the outcome are mutually independent in the world, exactly."""
    joint: Counter[tuple[tuple[Fraction, ...], ...]] = Counter()
    for p, outcome in world.outcomes:
        joint[tuple(g(outcome) for g in groups)] += p  # type: ignore[assignment]
    marginals: list[Counter[tuple[Fraction, ...]]] = [Counter() for _ in groups]
    for values, p in joint.items():
        for marginal, v in zip(marginals, values, strict=True):
            marginal[v] += p
    cells = product(*(m.items() for m in marginals))
    return all(joint.get(tuple(v for v, _ in c), 0) == prod(p for _, p in c) for c in cells)


def _indep(term: Any, s: _Scope) -> bool:
    return independent(s.world, *(_reader(group, s) for group in term.args))


def _reader(group: sp.Basic, s: _Scope) -> Callable[[Outcome], tuple[Fraction, ...]]:
    members = tuple(group.args) if isinstance(group, sp.Tuple) else (group,)
    return lambda outcome: tuple(v for m in members for v in _read(m, _Scope(s.world, s.env, outcome)))


def _read(member: Any, s: _Scope) -> tuple[Fraction, ...]:
    """All entries of a bare tensor such as w or w[l]; the value of any other term."""
    assert s.outcome is not None
    if isinstance(member, sp.Symbol):
        return block_values(member.name, None, s.outcome)
    if isinstance(member, sp.Indexed) and len(member.indices) < s.world.ranks[str(member.base.label)]:
        return block_values(str(member.base.label), int(_value(member.indices[0], s)), s.outcome)
    return (_value(member, s),)


def _piecewise(term: Any, s: _Scope) -> Any:
    for value, condition in term.args:
        if _value(condition, s):
            return _value(value, s)
    raise ValueError(f"no branch of {term} applies")


def _relation(term: Any, s: _Scope) -> bool:
    left, right = (_value(a, s) for a in term.args)
    tests: dict[str, Callable[[], bool]] = {
        "==": lambda: left == right,
        "!=": lambda: left != right,
        "<": lambda: left < right,
        "<=": lambda: left <= right,
        ">": lambda: left > right,
        ">=": lambda: left >= right,
    }
    return tests[term.rel_op]()


def _heaviside(term: Any, s: _Scope) -> Fraction:
    at = _value(term.args[0], s)
    return Fraction(int(at > 0)) if at else _value(term.args[1], s)


def _undefined(term: Any, s: _Scope) -> Fraction:
    return s.world.functions[term.func.__name__](_value(term.args[0], s))


def _all(term: Any, s: _Scope) -> list[Any]:
    return [_value(a, s) for a in term.args]


_MEANINGS: tuple[tuple[Any, Callable[[Any, _Scope], Any]], ...] = (
    (sp.Rational, _rational),
    (sp.Indexed, _indexed),
    (sp.Symbol, _symbol),
    (sp.Add, lambda t, s: sum(_all(t, s), Fraction(0))),
    (sp.Mul, lambda t, s: prod(_all(t, s), start=Fraction(1))),
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
    (sp.And, lambda t, s: all(_all(t, s))),
    (sp.Or, lambda t, s: any(_all(t, s))),
    (sp.Implies, lambda t, s: (not _value(t.args[0], s)) or _value(t.args[1], s)),
    (sp.Equivalent, lambda t, s: len(set(_all(t, s))) == 1),
    (BooleanTrue, lambda _t, _s: True),
    (BooleanFalse, lambda _t, _s: False),
    (sp.Max, lambda t, s: max(_all(t, s))),
    (sp.Min, lambda t, s: min(_all(t, s))),
    (sp.Abs, lambda t, s: abs(_value(t.args[0], s))),
    (sp.Heaviside, _heaviside),
    (sp.KroneckerDelta, lambda t, s: Fraction(int(len(set(_all(t, s))) == 1))),
    (AppliedUndef, _undefined),
)
