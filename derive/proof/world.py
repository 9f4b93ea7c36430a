"""A finite probability space, and what can be read off it exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod

Key = tuple[str, tuple[int, ...]]
Outcome = Mapping[Key, Fraction]
Env = Mapping[str, Fraction]


@dataclass(frozen=True)
class World:
    """A finite probability space: sizes, constants, functions, and outcomes with their probabilities.

    sizes: values of size symbols (n, m, L); arrays: values of indexed sizes such as n[l] by index;
    constants: values of parameters; functions: the meaning of abstract f; ranks: indices that a tensor has.
    """

    sizes: Mapping[str, int]
    outcomes: tuple[tuple[Fraction, Outcome], ...]
    constants: Mapping[str, Fraction] = field(default_factory=dict)
    arrays: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    functions: Mapping[str, Callable[[Fraction], Fraction]] = field(default_factory=dict)
    ranks: Mapping[str, int] = field(default_factory=dict)


def block_values(name: str, layer: int | None, outcome: Outcome) -> tuple[Fraction, ...]:
    """All entries of one tensor (in one layer, if given) in one outcome, in index order."""
    keys = sorted(k for k in outcome if k[0] == name and (layer is None or k[1][0] == layer))
    return tuple(outcome[k] for k in keys)


def independent(world: World, *groups: Callable[[Outcome], tuple[Fraction, ...]]) -> bool:
    """Whether the given functions of the outcome are mutually independent in the world, exactly."""
    joint: dict[tuple[tuple[Fraction, ...], ...], Fraction] = {}
    marginals: list[dict[tuple[Fraction, ...], Fraction]] = [{} for _ in groups]
    for p, outcome in world.outcomes:
        values = tuple(g(outcome) for g in groups)
        joint[values] = joint.get(values, Fraction(0)) + p
        for marginal, v in zip(marginals, values, strict=True):
            marginal[v] = marginal.get(v, Fraction(0)) + p
    cells = product(*(m.items() for m in marginals))
    return all(joint.get(tuple(v for v, _ in c), 0) == prod(p for _, p in c) for c in cells)
