"""How a run is cut into shards, and what memory a shard takes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from derive.errors import BadInput
from verify.claim import Claim
from verify.network import Shard

# Weights of one layer, and units of all layers, that a shard draws together. They fix which networks a seed
# means, so they depend on the shape alone, never on the memory that there is.
_WEIGHTS = 2**22
_UNITS = 2**22
# Copies of the states at one time: drives and pre-activations, and float64 working copies of a layer.
_STATE_COPIES = 4


@dataclass(frozen=True)
class Cut:
    """The shards of a run, the weights of one net per layer, and whether a shard's weights are kept."""

    shards: tuple[Shard, ...]
    layer_sizes: tuple[int, ...]
    keep: bool

    @property
    def nets(self) -> int:
        """Networks in the largest shard."""
        return self.shards[0].nets


def nets_per_shard(claim: Claim) -> int:
    """How many networks are drawn together.

    >>> from derive.catalogue import activation
    >>> nets_per_shard(Claim(activation("relu")))
    64
    """
    largest = max(_layer_sizes(claim))
    return max(1, min(_WEIGHTS // largest, _UNITS // (claim.batch * sum(claim.widths))))


def cut(claim: Claim, replicates: int) -> Cut:
    """The shards of a run; raises `BadInput` where even one layer of one shard is too much for the memory.

    Weights are kept for the backward pass if they fit, and drawn again if not: the results are the same.
    """
    size = nets_per_shard(claim)
    starts = range(0, replicates, size)
    shards = tuple(Shard(index, min(size, replicates - start)) for index, start in enumerate(starts))
    sizes = _layer_sizes(claim)
    least = _mebibytes(claim, shards[0].nets, max(sizes))
    if least > claim.memory_mib:
        raise BadInput(
            f"networks of these widths take at least {least} MiB at a time and {claim.memory_mib} MiB are allowed: "
            "allow more memory, or give smaller widths or a smaller batch"
        )
    return Cut(shards, sizes, _mebibytes(claim, shards[0].nets, sum(sizes)) <= claim.memory_mib)


def _layer_sizes(claim: Claim) -> tuple[int, ...]:
    return tuple(n_in * n_out for n_in, n_out in pairwise(claim.widths))


def _mebibytes(claim: Claim, nets: int, weights: int) -> int:
    item = 8 if claim.dtype == "float64" else 4
    states = _STATE_COPIES * claim.batch * sum(claim.widths)
    return nets * (weights + states) * item // 2**20 + 1
