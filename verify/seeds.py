"""Seeds: every draw of a run has its own, computed from a key, so that any part can be drawn again alone.

The key is the user's seed and what fixes the meaning of a draw: the most networks in a shard, the batch, the
widths, and the names of the law, the dtype and the way of drawing (full weights, or one of the exact samplers:
the same seed means other networks there). The activation, gain and bias variance are not in it, so claims that
differ only in those see the same standardised weights, if their shards are of one size: a sequential run may draw
fewer networks together, to be able to look (`verify.sequential.looks`), which depends on its plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

PURPOSES = ("weights", "biases", "input", "output", "forward", "backward")
# 2^32 / golden ratio, odd: stepping by it visits every 32-bit number once.
_STEP = 0x9E3779B1


def root(key: Sequence[int]) -> tuple[int, ...]:
    """A key of any length as eight 32-bit words, by numpy's SeedSequence."""
    return tuple(np.random.SeedSequence(list(key)).generate_state(8).tolist())


def seed(root: tuple[int, ...], depth: int, shard: int, layer: int, purpose: str) -> int:
    """The 64-bit seed of one draw, from the root of the run's key.

    torch's CPU generator uses the low 32 bits only, where thousands of hashed seeds would collide by
    chance; so those bits count the draws, in a scrambled order from a hashed start: within a run no two
    are equal. The high bits, which CUDA uses too, are those of SeedSequence(root, (shard, layer, purpose)).

    >>> low = {seed((7,), 3, s, l, p) % 2**32 for s in range(9) for l in range(4) for p in PURPOSES}
    >>> len(low)
    216
    """
    place = PURPOSES.index(purpose)
    count = (shard * (depth + 1) + layer) * len(PURPOSES) + place
    high = int(np.random.SeedSequence(root, spawn_key=(shard, layer, place)).generate_state(1)[0])
    return high << 32 | (root[0] + _STEP * count) % 2**32


def generator(device: torch.device, value: int) -> torch.Generator:
    """A torch generator on the device, at that seed; torch's global generator is never touched."""
    import torch

    return torch.Generator(device=device).manual_seed(value)
