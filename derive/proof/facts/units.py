"""Facts about the units of a Gaussian layer beside each other, and about layers whose units are alike."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import sympy as sp

from derive.proof.facts.base import I_, J_, K_, About, entries, layers, lines
from derive.proof.terms import E, Indep, Law
from derive.proof.world import Key, World, independent


@dataclass(frozen=True)
class UnitsIndependent(About):
    """The entries of one layer are independent of each other and of all that lies below."""

    name = "units independent"

    @property
    def statement(self) -> str:
        return (
            f"In each layer the {self.tensor.noun} are independent of each other and of the layers below, as "
            "independent Gaussian weights make them."
        )

    @property
    def formula(self) -> sp.Basic:
        layer = self.tensor.layer
        below = () if layer is None else (sp.IndexedBase("q", real=True)[layer],)
        return Indep(self.tensor[I_], self.tensor[K_], *below)

    def holds(self, world: World) -> bool:
        """All entries, and the first scale q[1] where there is one: what lies below is a function of those."""
        scale = [key for key in world.outcomes[0][1] if key == ("q", (1,))]
        drawn = [*scale, *entries(world, self.tensor)]
        return independent(world, *(lambda o, key=key: (o[key],) for key in drawn))


@dataclass(frozen=True)
class StandardNormal(About):
    """Each entry is standard normal.

    A finite world cannot be. One stands in where the entries of a layer share one symmetric law: the lines that are
    checked there use no more, and those that use the numbers of the normal law have a check of their own.
    """

    name = "standard normal"

    @property
    def statement(self) -> str:
        return f"The {self.tensor.noun} are standard normal, as Gaussian weights without a bias make them."

    @property
    def formula(self) -> sp.Basic:
        return sp.Eq(Law(self.tensor[I_]), Law(sp.Symbol("Z", real=True)))

    def holds(self, world: World) -> bool:
        return all(_one_symmetric_law(world, keys) for keys in layers(world, self.tensor))


@dataclass(frozen=True)
class UnitsAlike(About):
    """The units of a layer are alike: rows of a matrix (axis 1), its columns (axis 0), or a vector's entries."""

    axis: int = 1

    @property
    def name(self) -> str:
        return "equal weights" if self.tensor.rank == 2 else "equal units"

    @property
    def statement(self) -> str:
        if self.tensor.rank == 1:
            return f"All the {self.tensor.noun} are the same."
        where = "enter" if self.axis == 1 else "leave"
        return f"The {self.tensor.noun} that {where} one unit are the same as those that {where} another."

    @property
    def formula(self) -> sp.Basic:
        return sp.Eq(E((self._at(I_) - self._at(K_)) ** 2), 0)

    def _at(self, unit: sp.Expr) -> sp.Indexed:
        if self.tensor.rank == 1:
            return self.tensor[unit]
        return self.tensor[unit, J_] if self.axis == 1 else self.tensor[J_, unit]

    def holds(self, world: World) -> bool:
        axis = self.axis if self.tensor.rank == 2 else 0
        groups = [group for keys in layers(world, self.tensor) for group in lines(keys, axis)]
        return all(
            o[a] == o[b] for _, o in world.outcomes for group in groups for a, b in combinations(group, 2)
        )


@dataclass(frozen=True)
class AllZero(About):
    """Every entry is zero."""

    name = "zero"

    @property
    def statement(self) -> str:
        return f"The {self.tensor.noun} are zero."

    @property
    def formula(self) -> sp.Basic:
        return sp.Eq(E(self._any() ** 2), 0)

    def holds(self, world: World) -> bool:
        keys = entries(world, self.tensor)
        return all(outcome[key] == 0 for _, outcome in world.outcomes for key in keys)


@dataclass(frozen=True)
class VanishesAtZero:
    """The function is zero at zero."""

    function: str

    name = "zero at zero"

    @property
    def statement(self) -> str:
        return f"{self.function}(0) = 0."

    @property
    def formula(self) -> sp.Basic:
        return sp.Eq(sp.Function(self.function, real=True)(0), 0, evaluate=False)

    def at(self, layer: sp.Expr) -> VanishesAtZero:
        return self

    def holds(self, world: World) -> bool:
        return world.functions[self.function](Fraction(0)) == 0


def _one_symmetric_law(world: World, keys: list[Key]) -> bool:
    laws = [_law(world, key) for key in keys]
    return all(law == laws[0] for law in laws) and all(laws[0].get(-v) == p for v, p in laws[0].items())


def _law(world: World, key: Key) -> dict[Fraction, Fraction]:
    law: dict[Fraction, Fraction] = {}
    for p, outcome in world.outcomes:
        law[outcome[key]] = law.get(outcome[key], Fraction(0)) + p
    return law
