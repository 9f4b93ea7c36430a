"""The C library's memory, kept for the next shard."""

from __future__ import annotations

import torch

# Just below the largest threshold that glibc adapts to, 32 MiB.
_BLOCK = 2**25 - 2**16


def keep_freed_memory() -> None:
    """Let freed tensors of the usual sizes stay with the process, which then uses them again.

    glibc hands blocks above a threshold back to the system when they are freed, and a page that comes again costs
    as much as a thousand random numbers. It lifts the threshold to the size of the largest such block that it has
    seen freed: this frees one, which was never touched. Elsewhere it does nothing.
    """
    torch.empty(_BLOCK, dtype=torch.uint8)
