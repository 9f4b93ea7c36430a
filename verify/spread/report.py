"""The predicted spread beside the measured one, as plain data and in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.accumulate import Array, Trajectory
from verify.spread.chains import Spread

_LOG10_2 = float(np.log10(2.0))
_NAMES = ("low", "median", "high")
_METHOD = "a Markov chain of q from Gaussian moments: no network is drawn for it; for one input"


def predicted_quantiles(spread: Spread | None, found: Trajectory) -> dict[str, Any]:
    """Keys for the trajectory of q. `share_below` is the part of the networks drawn that ended at or below each
    predicted quantile, with the binomial standard error that it has if the prediction holds."""
    if spread is None:
        return {"predicted_quantiles": None}
    logs = {
        f"log10_predicted_{name}": (_LOG10_2 * row).tolist()
        for name, row in zip(_NAMES, spread.log_q, strict=True)
    }
    levels, last = np.array(spread.quantiles), _ordered(found.first_nets[:, -1])
    return logs | {
        "predicted_quantiles": {
            "levels": list(spread.quantiles),
            "share_below": [float((last <= quantile).mean()) for quantile in spread.log_q[:, -1]],
            "standard_error": np.sqrt(levels * (1 - levels) / len(last)).tolist(),
            "dead": float(spread.dead[-1]),
            "method": _METHOD,
        }
    }


def ends_in_words(spread: Spread, log_last: Array, layers: int) -> str:
    """Both spreads after all layers, in a clause."""
    last = np.sort(_ordered(log_last))
    places = [round(level * (len(last) - 1)) for level in spread.quantiles]
    levels = ", ".join(f"{100 * level:g}%" for level in spread.quantiles)
    return (
        f"q after {layers} layers at the {levels} quantiles of networks: "
        f"predicted {_listed(spread.log_q[:, -1])}, measured {_listed(last[places])}"
    )


def decimal(log_value: float, below: str = "0") -> str:
    """A value from its log2, as text at any size; `below` is what stands for log2 of -inf.

    >>> decimal(-1.0), decimal(-2000.0)
    ('0.5', '10^-602.1')
    """
    if not np.isfinite(log_value):
        return below if log_value < 0 else "past the range"
    return f"{2.0**log_value:.4g}" if abs(log_value) < 300 else f"10^{_LOG10_2 * log_value:.1f}"


def _listed(log_values: Array) -> str:
    return ", ".join(decimal(value) for value in log_values.tolist())


def _ordered(log_values: Array) -> Array:
    """What has left the range is above all; a true zero below."""
    return np.nan_to_num(log_values, nan=np.inf, posinf=np.inf, neginf=-np.inf)
