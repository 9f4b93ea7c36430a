"""Measurement: draw networks, test what the theory says of them.

`verify(Claim(...))` draws, judges and returns a `Verdict`; `plan(Claim(...))` says beforehand what that
would cost and how surely it would decide. Nothing heavy is loaded until a name is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verify.claim import Claim, layer_widths
    from verify.power import Power
    from verify.run import Interrupted, plan, verify
    from verify.verdict import TestRow, Verdict

__all__ = ["Claim", "Interrupted", "Power", "TestRow", "Verdict", "layer_widths", "plan", "verify"]

_HOME = {
    "Claim": "verify.claim",
    "layer_widths": "verify.claim",
    "Power": "verify.power",
    "Interrupted": "verify.run",
    "plan": "verify.run",
    "verify": "verify.run",
    "TestRow": "verify.verdict",
    "Verdict": "verify.verdict",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'verify' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
