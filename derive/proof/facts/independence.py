"""Facts about independence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp

from derive.proof.evaluate import evaluate
from derive.proof.facts.base import I_, entries, layers
from derive.proof.terms import Indep, Tensor, index
from derive.proof.world import Key, Outcome, World, block_values, independent

Reader = Callable[[Outcome], tuple[Fraction, ...]]


@dataclass(frozen=True)
class Independent:
    """Two or more groups of tensors are independent of each other, each group taken together."""

    groups: tuple[tuple[Tensor, ...], ...]

    name = "independent"

    @property
    def statement(self) -> str:
        nouns = [" and the ".join(t.noun for t in group) for group in self.groups]
        return f"The {nouns[0]} are independent of the {', of the '.join(nouns[1:])}."

    @property
    def formula(self) -> sp.Basic:
        parts = [sp.Tuple(*(t.entry for t in g)) if len(g) > 1 else g[0].entry for g in self.groups]
        return Indep(*parts)

    def at(self, layer: sp.Expr) -> Independent:
        return Independent(tuple(tuple(t.at(layer) for t in g) for g in self.groups))

    def holds(self, world: World) -> bool:
        return independent(world, *(_reader(g) for g in self.groups))


@dataclass(frozen=True)
class LayersIndependent:
    """The weight matrices of all layers and the inputs (taken together) are mutually independent."""

    weights: Tensor
    inputs: tuple[Tensor, ...]

    name = "layers independent"

    @property
    def statement(self) -> str:
        together = " and the ".join(t.noun for t in self.inputs)
        return f"The {self.weights.noun} of different layers and the {together} are drawn independently of each other."

    @property
    def formula(self) -> sp.Basic:
        first, last = (self.weights.at(end).entry for end in (sp.Integer(1), index("L")))
        entries_of = [t.entry for t in self.inputs]
        group = entries_of[0] if len(entries_of) == 1 else sp.Tuple(*entries_of)
        return Indep(first, sp.Symbol("..."), last, group)

    def at(self, layer: sp.Expr) -> LayersIndependent:
        return self

    def holds(self, world: World) -> bool:
        readers = [_keys_reader(keys) for keys in layers(world, self.weights)]
        return independent(world, *readers, _reader(self.inputs))


@dataclass(frozen=True)
class SlopeIndependent:
    """At each unit f'(z_i) is independent of the gradient g_i that arrives there (He et al. 2015, before eq. 13)."""

    slope: str
    pre: Tensor
    gradient: Tensor

    name = "derivative independent of gradient"

    @property
    def statement(self) -> str:
        return f"At each unit the derivative f'(z) is independent of the {self.gradient.noun}."

    @property
    def formula(self) -> sp.Basic:
        return Indep(sp.Function(self.slope)(self.pre[I_]), self.gradient[I_])

    def at(self, layer: sp.Expr) -> SlopeIndependent:
        return SlopeIndependent(self.slope, self.pre.at(layer), self.gradient.at(layer))

    def holds(self, world: World) -> bool:
        at = [{"i": Fraction(key[1][-1])} for key in entries(world, self.pre)]
        return all(evaluate(self.formula, world, env) for env in at)


def _reader(group: tuple[Tensor, ...]) -> Reader:
    def read(outcome: Outcome) -> tuple[Fraction, ...]:
        return tuple(v for t in group for v in block_values(t.name, _number(t.layer), outcome))

    return read


def _number(layer: sp.Expr | None) -> int | None:
    return int(layer) if isinstance(layer, sp.Integer) else None


def _keys_reader(keys: list[Key]) -> Reader:
    return lambda outcome: tuple(outcome[k] for k in keys)
