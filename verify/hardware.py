"""The device and the arithmetic of a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


def device(name: str) -> torch.device:
    """The torch device for "auto", "cpu" or "cuda"; auto takes CUDA where there is one."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def dtype(name: str) -> torch.dtype:
    """The torch dtype for "float32" or "float64".

    >>> dtype("float64")
    torch.float64
    """
    return {"float32": torch.float32, "float64": torch.float64}[name]


def describe(where: torch.device) -> str:
    """The device in words, as a report states it."""
    return torch.cuda.get_device_name(where) if where.type == "cuda" else "cpu"


@contextmanager
def full_precision() -> Iterator[None]:
    """Multiply matrices in their own precision (no TF32, no bfloat16 passes); then as the user had it."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)
