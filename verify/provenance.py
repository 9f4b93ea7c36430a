"""Where a result comes from: enough to draw the same networks again."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import torch

from verify.hardware import describe
from verify.measure import Measurements
from verify.network import Family

_PACKAGES = ("gainproof", "torch", "numpy", "scipy", "sympy", "python-flint")


def provenance(drawn: Family, found: Measurements, quadrature_error: float | None) -> dict[str, Any]:
    """Seed, key, device, versions and a hash of the increments: no clock, so equal runs print equal bytes."""
    return {
        "seed": drawn.key[0],
        "seed_key": list(drawn.key),
        "seed_key_holds": "seed, networks per shard at most, batch, law, dtype and sampler as integers, widths",
        "networks_per_shard": drawn.key[1],
        "replicates": found.nets,
        "device": describe(drawn.device),
        "versions": {"python": platform.python_version()} | {name: _version(name) for name in _PACKAGES},
        "cuda": torch.version.cuda if drawn.device.type == "cuda" else None,
        "quadrature_error": quadrature_error,
        "data_sha256": found.digest,
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
