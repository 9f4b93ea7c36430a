"""Right claims, drawn with weights that are used twice: in two layers, or in all networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from verify.calibration.cases import same
from verify.calibration.plants.plant import Plant, planted
from verify.seeds import seed

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from verify.network import Family

# Shards that a plant may take.
_SHARDS = 64
_WIDTH = 8


def wrong_bonds() -> tuple[Plant, ...]:
    """All of them."""
    return (
        # Of width 1, a unit that is on in layer 2 has w > 0, so in layer 3 it is on too: 2 E[w^2 | w > 0] = 2.
        planted(
            "one matrix for layers 2 and 3",
            "relu",
            (16, 1, 1, 1),
            0.05,
            _shared,
            forward=(1.0, 1.0, 2.0),
            sampler="dense",
        ),
        planted(
            "the same weights in every network",
            "identity",
            same(_WIDTH, 4),
            0.02,
            _everywhere,
            forward=(float(_one(_WIDTH, _WIDTH).square().mean()), None, None, None),
            sampler="dense",
        ),
    )


def _shared(family: Family) -> Family:
    """Layer 3 (from 1) draws with the seed of layer 2."""
    seeds = {
        seed(family.root, family.depth, shard, 2, "weights"): seed(
            family.root, family.depth, shard, 1, "weights"
        )
        for shard in range(_SHARDS)
    }
    return replace(family, law=replace(family.law, draw=_Reseeded(seeds)))


class _Reseeded:
    """Normal weights from another seed, where the generator's is in the table."""

    def __init__(self, seeds: Mapping[int, int]) -> None:
        self._seeds = seeds

    def __call__(self, weights: Tensor, generator: Generator) -> Tensor:
        other = self._seeds.get(generator.initial_seed())
        if other is not None:
            generator.manual_seed(other)
        return weights.normal_(generator=generator)


def _everywhere(family: Family) -> Family:
    """Every net and layer has the one matrix of its shape."""

    def fill(weights: Tensor, generator: Generator) -> Tensor:
        return weights.copy_(_one(*weights.shape[-2:]))

    return replace(family, law=replace(family.law, draw=fill, iid=False))


def _one(rows: int, columns: int) -> Tensor:
    return torch.empty(rows, columns).normal_(generator=torch.Generator().manual_seed(5))
