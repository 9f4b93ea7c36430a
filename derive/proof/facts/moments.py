"""Facts about the first two moments of a tensor's entries."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import sympy as sp

from derive.proof.facts.base import I_, J_, K_, About, covariance, entries, layers, lines, mean
from derive.proof.terms import E, Var
from derive.proof.world import World


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
        a, b = (
            (self.tensor[I_, J_], self.tensor[I_, K_])
            if self.axis == 0
            else (self.tensor[I_, J_], self.tensor[K_, J_])
        )
        apart = sp.Ne(J_, K_) if self.axis == 0 else sp.Ne(I_, K_)
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
class Diagonal(About):
    """Different entries have product mean zero and all share one second moment: E[g_i g_k] = delta_ik E[g^2]."""

    name = "diagonal second moments"

    @property
    def statement(self) -> str:
        return f"The {self.tensor.noun} of different outputs have product mean zero, and all share one second moment."

    @property
    def formula(self) -> sp.Basic:
        product = self.tensor[I_] * self.tensor[K_]
        return sp.Eq(E(product), sp.KroneckerDelta(I_, K_) * E(self.tensor.entry**2))

    def holds(self, world: World) -> bool:
        keys = entries(world, self.tensor)
        off = all(mean(world, a, b) == 0 for a, b in combinations(keys, 2))
        return off and len({mean(world, k, k) for k in keys}) == 1
