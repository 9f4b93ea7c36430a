"""What a fact is, and how the entries of a tensor are read in a finite world."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol, Self

import sympy as sp

from derive.proof.terms import Tensor, index
from derive.proof.world import Key, World

I_, J_, K_ = index("i"), index("j"), index("k")


class Fact(Protocol):
    """What a proof needs of a fact."""

    @property
    def name(self) -> str:
        """The field's short name."""

    @property
    def statement(self) -> str:
        """One plain English sentence."""

    @property
    def formula(self) -> sp.Basic | None:
        """The same in symbols, where the heads of `derive.proof.terms` can say it."""

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

    def at(self, layer: sp.Expr) -> Self:
        return replace(self, tensor=self.tensor.at(layer))

    def _any(self) -> sp.Indexed:
        return self.tensor[(I_, J_)[2 - self.tensor.rank :]]
