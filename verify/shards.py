"""How a run is cut into shards, and what memory a shard takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from derive.errors import BadInput
from verify.claim import Claim
from verify.network import Shard
from verify.samplers.method import method
from verify.sequential.looks import Looks

# Weights of one layer, and units of all layers, that a shard draws together. They fix which networks a seed
# means, so they depend on the shape and the way of drawing alone, never on the memory that there is.
_WEIGHTS = 2**21
_UNITS = 2**22
# Without weights a layer is a few calls on vectors: so many units of one layer make the calls' own cost small
# and stay in the cache, up to so many numbers of all layers.
_LAYER_UNITS = 2**16
_MOST_NUMBERS = 2**26
# Layers of all networks, where a layer takes a few numbers; networks and layers up to which depth counts less.
_LAYERS = 2**16
_MOST_LAYERS, _FEW = 2**20, 64
# Copies of the states at one time: inputs and pre-activations, and float64 working copies of a layer; for several
# inputs of the exact samplers a basis and its image too; for one input, z with and without bias.
_COPIES = {"dense": 4, "haar": 6, "conditional": 6, "chain": 0}
_COPIES_OF_ONE_INPUT = 2
# float64 numbers per layer and input beside the states: q, means, exponents, increments and their logs.
_NUMBERS = 24


@dataclass(frozen=True)
class Cut:
    """How many shards are drawn side by side, whether their weights are kept, and how much is drawn.

    `nets` is the number of networks in a shard, `layer_sizes` the weights of one net per layer. With `looks` shards
    end where the run looks, and `nets` is the most that one holds.
    """

    replicates: int
    nets: int
    layer_sizes: tuple[int, ...]
    workers: int
    keep: bool
    looks: Looks | None = None

    @property
    def largest(self) -> int:
        """Networks in the largest shard."""
        return min(self.nets, self.replicates)

    def shards(self) -> Iterator[Shard]:
        """All shards, in order."""
        starts = range(0, self.replicates, self.nets)
        even = (min(self.nets, self.replicates - start) for start in starts)
        for index, nets in enumerate(even if self.looks is None else self.looks.sizes()):
            yield Shard(index, nets)


def nets_per_shard(claim: Claim) -> int:
    """How many networks are drawn together.

    >>> from derive.catalogue import activation
    >>> nets_per_shard(Claim(activation("relu"), sampler="dense")), nets_per_shard(Claim(activation("tanh")))
    (32, 256)
    """
    if method(claim) == "chain":
        return max(1, _LAYERS // claim.depth, min(_FEW, _MOST_LAYERS // claim.depth))
    units = claim.batch * (sum(claim.widths) + _NUMBERS * claim.depth)
    if method(claim) == "dense":
        return max(1, min(_WEIGHTS // max(_weights(claim)), _UNITS // units))
    return max(
        1, min(_LAYER_UNITS // (claim.batch * max(claim.widths)), _MOST_NUMBERS // (units * _copies(claim)))
    )


def cut(claim: Claim, replicates: int, workers: int, looks: Looks | None = None) -> Cut:
    """The shards of a run; raises `BadInput` where even one layer of one shard is too much for the memory.

    `looks` is the schedule of a sequential run, made for these replicates.
    `workers` is how many shards may be drawn side by side. Weights are kept for the backward pass if they
    fit, with fewer workers if need be, and drawn again otherwise: the results are the same.
    """
    nets, sizes = nets_per_shard(claim) if looks is None else looks.shard, _layer_sizes(claim)
    largest = min(nets, replicates)
    workers = max(1, min(workers, -(-replicates // nets)))
    kept, least = (_mebibytes(claim, largest, weights) for weights in (sum(sizes), max(sizes)))
    if least > claim.memory_mib:
        raise BadInput(
            f"networks of these widths take {least} MiB at a time where {claim.memory_mib} are allowed: "
            "allow more memory, or give smaller widths or a smaller batch"
        )
    keep = kept <= claim.memory_mib
    return Cut(
        replicates, nets, sizes, min(workers, claim.memory_mib // (kept if keep else least)), keep, looks
    )


def _layer_sizes(claim: Claim) -> tuple[int, ...]:
    """Weights that are held in memory, of one net per layer."""
    return _weights(claim) if method(claim) == "dense" else (0,) * claim.depth


def _weights(claim: Claim) -> tuple[int, ...]:
    return tuple(n_in * n_out for n_in, n_out in pairwise(claim.widths))


def _mebibytes(claim: Claim, nets: int, weights: int) -> int:
    item = 8 if claim.dtype == "float64" else 4
    states = _copies(claim) * claim.batch * sum(claim.widths)
    numbers = 8 * _NUMBERS * claim.batch * claim.depth
    return nets * ((weights + states) * item + numbers) // 2**20 + 1


def _copies(claim: Claim) -> int:
    chosen = method(claim)
    return _COPIES_OF_ONE_INPUT if chosen == "conditional" and claim.batch == 1 else _COPIES[chosen]
