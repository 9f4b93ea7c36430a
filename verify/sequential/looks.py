"""When a sequential run looks at what it has: after fixed numbers of networks, which depend on the claim only."""

from __future__ import annotations

from dataclasses import dataclass

# About so many looks, where networks are many; few networks are drawn in groups of this size at least, since a
# shard of fewer costs hardly less.
_LOOKS = 16
_GROUP = 64


@dataclass(frozen=True)
class Looks:
    """A look every `every` networks, each a whole number of shards of `shard` networks, and one at `most`."""

    shard: int
    every: int
    most: int

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of networks at which the run looks.

        >>> looks(150, 32).numbers
        (32, 64, 96, 128, 150)
        """
        return (*range(self.every, self.most, self.every), self.most)

    def due(self, nets: int) -> bool:
        """Whether the run looks after so many networks."""
        return nets % self.every == 0 or nets >= self.most


def looks(most: int, shard: int) -> Looks:
    """The looks of a run of at most `most` networks, whose shards hold at most `shard`.

    >>> looks(300, 256).numbers, looks(16000, 256).every, looks(16000, 256).shard
    ((64, 128, 192, 256, 300), 1000, 250)
    """
    every = max(2, -(-most // _LOOKS), min(shard, _GROUP, -(-most // 2)))
    groups = -(-every // shard)
    even = -(-every // groups)
    return Looks(even, even * groups, most)
