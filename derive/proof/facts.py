"""Facts: what a rule may ask for, what a theorem assumes, and what a finite world can be tested for.

A fact is a frozen dataclass with an English statement, the same in symbols, and `holds(world)`, which
decides it in a finite world by exact enumeration. Facts about a tensor of a deep network hold in every
layer when they are assumed; `at(layer)` speaks of one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Protocol

import sympy as sp

from derive.proof.evaluate import Key, Outcome, World, block_values, evaluate, independent
from derive.proof.terms import E, Indep, Law, P, Tensor, Var, index

_I, _J, _K = index("i"), index("j"), index("k")


class Fact(Protocol):
    """What a proof needs of a fact."""

    @property
    def name(self) -> str:
        """The field's short name."""

    @property
    def statement(self) -> str:
        """One plain English sentence."""

    @property
    def formula(self) -> sp.Basic:
        """The same in symbols."""

    def at(self, layer: sp.Expr) -> Fact:
        """The same fact in one layer."""

    def holds(self, world: World) -> bool:
        """Whether it is true in a finite world, exactly; in every layer that the world has."""


def mean(world: World, *keys: Key) -> Fraction:
    """E of the product of the given entries."""
    total = Fraction(0)
    for p, outcome in world.outcomes:
        term = p
        for key in keys:
            term *= outcome[key]
        total += term
    return total


def covariance(world: World, a: Key, b: Key) -> Fraction:
    """Cov of two entries."""
    return mean(world, a, b) - mean(world, a) * mean(world, b)


def entries(world: World, tensor: Tensor) -> list[Key]:
    """The keys of all entries of the tensor in the world; those of its layer only, if that is a number."""
    keys = sorted(k for k in world.outcomes[0][1] if k[0] == tensor.name)
    if isinstance(tensor.layer, sp.Integer):
        return [k for k in keys if k[1][0] == tensor.layer]
    return keys


def layers(world: World, tensor: Tensor) -> list[list[Key]]:
    """The entries, layer by layer; one list where the tensor has no layers."""
    keys = entries(world, tensor)
    if tensor.layer is None:
        return [keys]
    return [[k for k in keys if k[1][0] == at] for at in sorted({k[1][0] for k in keys})]


def lines(keys: list[Key], axis: int) -> list[list[Key]]:
    """The entries of one layer grouped so that within a group only the unit index at `axis` (from the right) varies."""
    groups: dict[tuple[int, ...], list[Key]] = {}
    for key in keys:
        at = len(key[1]) - 1 - axis
        groups.setdefault(key[1][:at] + key[1][at + 1 :], []).append(key)
    return list(groups.values())


@dataclass(frozen=True)
class About:
    """A fact about one tensor."""

    tensor: Tensor

    def at(self, layer: sp.Expr) -> About:
        return replace(self, tensor=self.tensor.at(layer))

    def _any(self) -> sp.Indexed:
        return self.tensor[(_I, _J)[2 - self.tensor.rank :]]


@dataclass(frozen=True)
class ZeroMean(About):
    """Every entry has mean zero."""

    name = "zero mean"

    @property
    def statement(self) -> str:
        return f"The {self.tensor.noun} have mean zero."

    @property
    def formula(self) -> sp.Basic:
        return sp.Eq(E(self._any()), 0)

    def holds(self, world: World) -> bool:
        return all(mean(world, key) == 0 for key in entries(world, self.tensor))


@dataclass(frozen=True)
class Uncorrelated(About):
    """Entries of one row (axis 0) or of one column (axis 1) are pairwise uncorrelated."""

    axis: int = 0

    name = "uncorrelated"

    @property
    def statement(self) -> str:
        where = "that meet in one unit" if self.axis == 0 else "that leave one unit"
        return f"The {self.tensor.noun} {where} are pairwise uncorrelated; they need not be independent."

    @property
    def formula(self) -> sp.Basic:
        a, b = (self.tensor[_I, _J], self.tensor[_I, _K]) if self.axis == 0 else (self.tensor[_I, _J], self.tensor[_K, _J])
        apart = sp.Ne(_J, _K) if self.axis == 0 else sp.Ne(_I, _K)
        return sp.Implies(apart, sp.Eq(E(a * b), E(a) * E(b)))

    def holds(self, world: World) -> bool:
        rows = [line for keys in layers(world, self.tensor) for line in lines(keys, self.axis)]
        return all(covariance(world, a, b) == 0 for row in rows for a, b in combinations(row, 2))


@dataclass(frozen=True)
class EqualVariance(About):
    """All entries (of a layer) have one variance."""

    name = "equal variance"

    @property
    def statement(self) -> str:
        scope = "" if self.tensor.layer is None else " of a layer"
        return f"The {self.tensor.noun}{scope} share one variance."

    @property
    def formula(self) -> sp.Basic:
        return sp.Eq(Var(self._any()), Var(self.tensor.entry))

    def holds(self, world: World) -> bool:
        return all(len({covariance(world, k, k) for k in keys}) == 1 for keys in layers(world, self.tensor))


@dataclass(frozen=True)
class EqualSecondMoment(About):
    """All entries (of a layer) have one second moment."""

    name = "equal second moments"

    @property
    def statement(self) -> str:
        return f"The {self.tensor.noun} share one second moment; they may depend on each other."

    @property
    def formula(self) -> sp.Basic:
        return sp.Eq(E(self._any() ** 2), E(self.tensor.entry**2))

    def holds(self, world: World) -> bool:
        return all(len({mean(world, k, k) for k in keys}) == 1 for keys in layers(world, self.tensor))


@dataclass(frozen=True)
class Symmetric(About):
    """The entries of one line together have the same law as their negatives.

    For a matrix the lines are its rows, the weights that meet in one unit.
    """

    name = "symmetric"

    @property
    def statement(self) -> str:
        if self.tensor.rank == 2:
            return f"The {self.tensor.noun} that meet in one unit, taken together, have the same law as their negatives."
        return f"Each of the {self.tensor.noun} has the same law as its negative."

    @property
    def formula(self) -> sp.Basic:
        return sp.Eq(Law(self._any()), Law(-self._any()))

    def holds(self, world: World) -> bool:
        return all(_symmetric(world, line) for keys in layers(world, self.tensor) for line in self._lines(keys))

    def _lines(self, keys: list[Key]) -> list[list[Key]]:
        return lines(keys, 0) if self.tensor.rank == 2 else [[k] for k in keys]


def _symmetric(world: World, line: list[Key]) -> bool:
    law: dict[tuple[Fraction, ...], Fraction] = {}
    for p, outcome in world.outcomes:
        value = tuple(outcome[k] for k in line)
        law[value] = law.get(value, Fraction(0)) + p
    return all(law.get(tuple(-v for v in value)) == p for value, p in law.items())


@dataclass(frozen=True)
class NoAtom(About):
    """No entry is exactly zero with positive probability."""

    name = "no atom at zero"

    @property
    def statement(self) -> str:
        return f"None of the {self.tensor.noun} is exactly zero with positive probability."

    @property
    def formula(self) -> sp.Basic:
        return sp.Eq(P(sp.Eq(self._any(), 0)), 0)

    def holds(self, world: World) -> bool:
        keys = entries(world, self.tensor)
        return all(outcome[k] != 0 for p, outcome in world.outcomes for k in keys if p)


@dataclass(frozen=True)
class KinkUnmet:
    """Almost surely z_i is zero only where the tangent s_i is zero too.

    Weaker than no atom at zero, and what a network of finite width has: where all units below a layer are
    off its pre-activations are zero, and so are its tangents.
    """

    pre: Tensor
    tangent: Tensor

    name = "kink not met"

    @property
    def statement(self) -> str:
        return (
            f"With probability one, {self.pre.noun} are exactly zero only where the {self.tangent.noun} are zero too."
        )

    @property
    def formula(self) -> sp.Basic:
        event = sp.And(sp.Eq(self.pre[_I], 0), sp.Ne(self.tangent[_I], 0))
        return sp.Eq(P(event), 0)

    def at(self, layer: sp.Expr) -> KinkUnmet:
        return KinkUnmet(self.pre.at(layer), self.tangent.at(layer))

    def holds(self, world: World) -> bool:
        pairs = list(zip(entries(world, self.pre), entries(world, self.tangent), strict=True))
        return all(outcome[z] != 0 or outcome[s] == 0 for p, outcome in world.outcomes for z, s in pairs if p)


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


def _reader(group: tuple[Tensor, ...]):  # type: ignore[no-untyped-def]
    def read(outcome: Outcome) -> tuple[Fraction, ...]:
        return tuple(v for t in group for v in block_values(t.name, _number(t.layer), outcome))

    return read


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


def _number(layer: sp.Expr | None) -> int | None:
    return int(layer) if isinstance(layer, sp.Integer) else None


def _keys_reader(keys: list[Key]):  # type: ignore[no-untyped-def]
    return lambda outcome: tuple(outcome[k] for k in keys)


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
        return Indep(sp.Function(self.slope)(self.pre[_I]), self.gradient[_I])

    def at(self, layer: sp.Expr) -> SlopeIndependent:
        return SlopeIndependent(self.slope, self.pre.at(layer), self.gradient.at(layer))

    def holds(self, world: World) -> bool:
        at = [{"i": Fraction(key[1][-1])} for key in entries(world, self.pre)]
        return all(evaluate(self.formula, world, env) for env in at)


@dataclass(frozen=True)
class JointlySymmetric:
    """At each unit the given tensors together have the same law as their negatives."""

    tensors: tuple[Tensor, ...]

    name = "jointly symmetric"

    @property
    def statement(self) -> str:
        nouns = " and the ".join(t.noun for t in self.tensors)
        return f"At each unit the {nouns} together have the same law as their negatives."

    @property
    def formula(self) -> sp.Basic:
        at = [t[_I] for t in self.tensors]
        return sp.Eq(Law(*at), Law(*(-t for t in at)))

    def at(self, layer: sp.Expr) -> JointlySymmetric:
        return JointlySymmetric(tuple(t.at(layer) for t in self.tensors))

    def holds(self, world: World) -> bool:
        columns = zip(*(entries(world, t) for t in self.tensors), strict=True)
        return all(_symmetric(world, list(keys)) for keys in columns)


@dataclass(frozen=True)
class Diagonal(About):
    """Different entries have product mean zero and all share one second moment: E[g_i g_k] = delta_ik E[g^2]."""

    name = "diagonal second moments"

    @property
    def statement(self) -> str:
        return f"The {self.tensor.noun} of different outputs have product mean zero, and all share one second moment."

    @property
    def formula(self) -> sp.Basic:
        product = self.tensor[_I] * self.tensor[_K]
        return sp.Eq(E(product), sp.KroneckerDelta(_I, _K) * E(self.tensor.entry**2))

    def holds(self, world: World) -> bool:
        keys = entries(world, self.tensor)
        off = all(mean(world, a, b) == 0 for a, b in combinations(keys, 2))
        return off and len({mean(world, k, k) for k in keys}) == 1
