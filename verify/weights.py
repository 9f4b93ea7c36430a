"""The weights of one shard, drawn one layer at a time, and had again for the backward pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from verify.laws import Law

Streams = Callable[[int], torch.Generator]


class Weights:
    """Standardised weights, (nets, n_out, n_in) per layer, kept if there is room and otherwise drawn again.

    `streams(layer)` is a fresh generator at the seed of that layer, so a second draw gives the same bits as
    the first: what is computed does not depend on `keep`. The buffers outlive a shard; a draw overwrites.
    """

    def __init__(self, law: Law, buffers: Sequence[Tensor], keep: bool) -> None:
        self._law = law
        self._buffers = buffers
        self._keep = keep

    def first(self, layer: int, shape: tuple[int, int, int], streams: Streams) -> Tensor:
        """Draw the weights of a layer (0-based)."""
        buffer = self._buffers[layer if self._keep else 0]
        weights = buffer[: shape[0] * shape[1] * shape[2]].view(shape)
        return self._law.fill(weights, streams(layer))

    def again(self, layer: int, shape: tuple[int, int, int], streams: Streams) -> Tensor:
        """The weights of a layer that has been drawn for this shard already."""
        if not self._keep:
            return self.first(layer, shape, streams)
        return self._buffers[layer][: shape[0] * shape[1] * shape[2]].view(shape)


def buffers(sizes: Sequence[int], keep: bool, dtype: torch.dtype, device: torch.device) -> list[Tensor]:
    """Memory for the weights of a shard: one flat buffer per layer, or a single one of the largest size."""
    wanted = list(sizes) if keep else [max(sizes)]
    return [torch.empty(size, dtype=dtype, device=device) for size in wanted]
