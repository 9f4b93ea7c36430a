"""Measurement: draw networks, test what the theory says of them.

`verify(Claim(...))` draws, judges and returns a `Verdict`; `plan(Claim(...))` says beforehand what that
would cost and how surely it would decide; `sweep(Claim(...), widths)` tells a finite width from a wrong
theory. `gain(thing)` gives the gains of anything, a torch callable included. Nothing heavy is loaded until a
name is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from verify.claim import Claim, layer_widths
    from verify.estimate import Estimate, EstimatedGains, gain
    from verify.laws import custom_law
    from verify.power import Power
    from verify.run import Interrupted, plan, verify
    from verify.verdict import TestRow, Verdict
    from verify.width_sweep.result import Sweep
    from verify.width_sweep.run import sweep

__all__ = [
    "Claim",
    "Estimate",
    "EstimatedGains",
    "Interrupted",
    "Power",
    "Sweep",
    "TestRow",
    "Verdict",
    "custom_law",
    "gain",
    "layer_widths",
    "plan",
    "sweep",
    "verify",
]

_HOME = {
    "Claim": "verify.claim",
    "layer_widths": "verify.claim",
    "Estimate": "verify.estimate",
    "EstimatedGains": "verify.estimate",
    "gain": "verify.estimate",
    "custom_law": "verify.laws",
    "Power": "verify.power",
    "Interrupted": "verify.run",
    "plan": "verify.run",
    "verify": "verify.run",
    "Sweep": "verify.width_sweep.result",
    "sweep": "verify.width_sweep.run",
    "TestRow": "verify.verdict",
    "Verdict": "verify.verdict",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'verify' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
