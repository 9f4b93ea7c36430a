"""Facts about whole laws: symmetry, and what has probability zero."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import sympy as sp

from derive.proof.facts.base import I_, About, entries, layers, lines
from derive.proof.terms import Law, P, Tensor
from derive.proof.world import Key, World


@dataclass(frozen=True)
class Symmetric(About):
    """The entries of one line together have the same law as their negatives.

    For a matrix the lines are its rows, the weights that meet in one unit.
    """

    name = "symmetric"

    @property
    def statement(self) -> str:
        if self.tensor.rank == 2:
            return (
                f"The {self.tensor.noun} that meet in one unit have together the same law as their negatives."
            )
        return f"Each of the {self.tensor.noun} has the same law as its negative."

    @property
    def formula(self) -> sp.Basic:
        return sp.Eq(Law(self._any()), Law(-self._any()))

    def holds(self, world: World) -> bool:
        return all(
            _symmetric(world, line) for keys in layers(world, self.tensor) for line in self._lines(keys)
        )

    def _lines(self, keys: list[Key]) -> list[list[Key]]:
        return lines(keys, 0) if self.tensor.rank == 2 else [[k] for k in keys]


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
        at = [t[I_] for t in self.tensors]
        return sp.Eq(Law(*at), Law(*(-t for t in at)))

    def at(self, layer: sp.Expr) -> JointlySymmetric:
        return JointlySymmetric(tuple(t.at(layer) for t in self.tensors))

    def holds(self, world: World) -> bool:
        columns = zip(*(entries(world, t) for t in self.tensors), strict=True)
        return all(_symmetric(world, list(keys)) for keys in columns)


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
        return f"Almost surely the {self.pre.noun} are zero only where the {self.tangent.noun} are zero too."

    @property
    def formula(self) -> sp.Basic:
        event = sp.And(sp.Eq(self.pre[I_], 0), sp.Ne(self.tangent[I_], 0))
        return sp.Eq(P(event), 0)

    def at(self, layer: sp.Expr) -> KinkUnmet:
        return KinkUnmet(self.pre.at(layer), self.tangent.at(layer))

    def holds(self, world: World) -> bool:
        pairs = list(zip(entries(world, self.pre), entries(world, self.tangent), strict=True))
        return all(outcome[z] != 0 or outcome[s] == 0 for p, outcome in world.outcomes for z, s in pairs if p)


def _symmetric(world: World, line: list[Key]) -> bool:
    law: dict[tuple[Fraction, ...], Fraction] = {}
    for p, outcome in world.outcomes:
        value = tuple(outcome[k] for k in line)
        law[value] = law.get(value, Fraction(0)) + p
    return all(law.get(tuple(-v for v in value)) == p for value, p in law.items())
