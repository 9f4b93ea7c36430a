"""What a sampler is."""

from __future__ import annotations

from collections.abc import Callable

from verify.increments import Sample
from verify.network import Shard

# One worker's: it may hold buffers that a draw overwrites.
Sampler = Callable[[Shard], Sample]
