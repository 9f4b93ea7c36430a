"""The weights of one shard: drawn a layer at a time, multiplied while still in the cache, and had again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from derive.errors import BadInput
from verify.laws import Law

Streams = Callable[[int], torch.Generator]
Shape = tuple[int, int, int]

# Numbers drawn at a time on a CPU: 256 KiB of float32. torch passes over a tensor twice to fill it and the
# product reads it once more; all three are faster while it stays in the cache.
_BLOCK = 2**16


class Weights:
    """Standardised weights, (nets, n_out, n_in) per layer, kept if there is room and otherwise drawn again.

    `streams(layer)` is a fresh generator at the seed of that layer, so a second draw gives the same bits as
    the first: what is computed does not depend on `keep`. The buffers outlive a shard; a draw overwrites.
    """

    def __init__(self, law: Law, buffers: Sequence[Tensor], keep: bool) -> None:
        self._law = law
        self._buffers = buffers
        self._keep = keep

    def forward(self, layer: int, shape: Shape, streams: Streams, inputs: Tensor) -> Tensor:
        """Draw the weights of a layer (0-based) and apply them: W x, (nets, n_out, batch)."""
        drawn = self._drawn(layer, shape, streams)
        return torch.cat([torch.bmm(w, x) for w, x in zip(drawn, _blocks(inputs, shape), strict=True)])

    def backward(self, layer: int, shape: Shape, streams: Streams, delta: Tensor) -> Tensor:
        """Apply the transposed weights of a layer that has been drawn for this shard: W^T delta."""
        drawn = self._kept(layer, shape) if self._keep else self._drawn(layer, shape, streams)
        parts = zip(drawn, _blocks(delta, shape), strict=True)
        return torch.cat([torch.bmm(w.transpose(1, 2), d) for w, d in parts])

    def _kept(self, layer: int, shape: Shape) -> Sequence[Tensor]:
        nets, n_out, n_in = shape
        buffer = self._buffers[layer if self._keep else 0]
        return _blocks(buffer[: nets * n_out * n_in].view(shape), shape)

    def _drawn(self, layer: int, shape: Shape, streams: Streams) -> Iterator[Tensor]:
        stream = streams(layer)
        for block in self._kept(layer, shape):
            for part in _parts(block.view(-1)) if self._law.iid else (block,):
                self._law.draw(part, stream)
            yield block


def _parts(values: Tensor) -> Sequence[Tensor]:
    """A flat tensor in parts that fit the cache; in one piece on a GPU."""
    whole = values.device.type != "cpu" or len(values) <= _BLOCK
    return (values,) if whole else torch.split(values, _BLOCK)


def _blocks(values: Tensor, shape: Shape) -> Sequence[Tensor]:
    """A tensor split over networks into blocks whose weights fit the cache; in one piece on a GPU."""
    nets, n_out, n_in = shape
    size = max(1, _BLOCK // (n_out * n_in)) if values.device.type == "cpu" else nets
    return torch.split(values, size)


def buffers(sizes: Sequence[int], keep: bool, dtype: torch.dtype, device: torch.device) -> list[Tensor]:
    """Memory for the weights of a shard: one flat buffer per layer, or a single one of the largest size."""
    wanted = list(sizes) if keep else [max(sizes)]
    try:
        return [torch.empty(size, dtype=dtype, device=device) for size in wanted]
    except RuntimeError:  # torch's word for memory that the machine does not have
        raise BadInput(
            f"the weights of one shard, {max(wanted)} numbers a layer, do not fit into this machine's memory: "
            "give smaller widths or a smaller memory bound"
        ) from None
