"""What `gainproof verify --plan` says: how much would be drawn, how long that takes, and how surely it decides."""

from __future__ import annotations

from itertools import pairwise

from reports.verdicts import shapes
from verify import Claim, Power


def plan_text(claim: Claim, power: Power) -> str:
    """What would be drawn, and how surely it would decide."""
    from verify.samplers.method import sampling

    weights = sum(n_in * n_out for n_in, n_out in pairwise(claim.widths))
    lines = [
        f"{_networks(claim, power)} of {shapes(claim.widths)}, {weights} weights each",
        f"sampling: {sampling(claim)}",
        f"at most {power.normals:.3g} random numbers{_seconds(power)}",
        f"confirms with probability at least {power.confirm:.6f} where the gain is right",
        f"refutes with probability at least {power.refute:.6f} where it is off by {200 * claim.margin:g}%",
    ]
    return "\n".join(lines)


def _networks(claim: Claim, power: Power) -> str:
    if power.expected is None:
        asked = "" if power.replicates == power.planned else f" ({power.planned} by the power calculation)"
        return f"{power.replicates} networks{asked}"
    right, wrong = (round(number) for number in power.expected)
    return (
        f"at most {power.replicates} networks, about {right} where the gain is right and {wrong} where it is off by "
        f"{200 * claim.margin:g}%,"
    )


def _seconds(power: Power) -> str:
    """How long it takes, where that could be told."""
    seconds = power.to_json().get("expected_seconds")
    if seconds is None:
        return ""
    return f", about {_duration(float(seconds))}"


def _duration(seconds: float) -> str:
    """A time in words.

    >>> _duration(0.4), _duration(75), _duration(9000)
    ('0.4 s', '75 s', '2.5 h')
    """
    if seconds < 120:
        return f"{seconds:.2g} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.2g} h"
