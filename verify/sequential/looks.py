"""When a sequential run looks at what it has: after fixed numbers of networks, which depend on the claim only."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# Looks are a quarter of what was drawn apart, but no more than this part of the most that may be drawn: a plan can
# be far from what a run needs, where a theory is far off or networks wander. A group is at least as large as the
# second number, if a shard is, since fewer networks cost hardly less.
_GROWTH, _LOOKS = 4, 16
_GROUP = 64


@dataclass(frozen=True)
class Looks:
    """The numbers of networks at which a run looks, rising, the last being the most; shards hold at most `shard`."""

    numbers: tuple[int, ...]
    shard: int

    @property
    def most(self) -> int:
        """The most networks that are drawn."""
        return self.numbers[-1]

    def due(self, nets: int) -> bool:
        """Whether the run looks after so many networks."""
        place = bisect_left(self.numbers, nets)
        return place < len(self.numbers) and self.numbers[place] == nets

    def sizes(self) -> Iterator[int]:
        """The networks of each shard: those between two looks, shared evenly.

        >>> list(Looks((5, 12), 4).sizes())
        [3, 2, 4, 3]
        """
        for start, end in pairwise((0, *self.numbers)):
            parts = -(-(end - start) // self.shard)
            for part in range(parts):
                yield (end - start + parts - 1 - part) // parts


def looks(most: int, shard: int) -> Looks:
    """The looks of a run of at most `most` networks, whose shards hold at most `shard`.

    >>> looks(300, 256).numbers, looks(16000, 256).numbers[:9]
    ((64, 128, 192, 256, 300), (64, 128, 192, 256, 320, 400, 500, 625, 781))
    """
    first = max(2, min(shard, _GROUP, -(-most // 2)))
    numbers = [min(first, most)]
    while numbers[-1] < most:
        step = max(first, min(numbers[-1] // _GROWTH, -(-most // _LOOKS)))
        numbers.append(min(numbers[-1] + step, most))
    largest = max(end - start for start, end in pairwise((0, *numbers)))
    return Looks(tuple(numbers), min(shard, largest))
