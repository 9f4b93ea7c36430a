"""What a sweep found: data that prints as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from verify.verdict import finite
from verify.width_sweep.fit import GATE, Fit, Point

Conclusion = Literal["confirmed", "confirmed with a finite-width effect", "theory refuted", "inconclusive"]


@dataclass(frozen=True)
class Line:
    """One direction over all widths.

    `interval` is the intercept's, at the confidence shared between directions. `effect` is the relative error of
    the gain that a finite width makes at the claim's own width (`at_width`), with `effect_error`; `more` how many
    times the networks that were drawn would decide, if inconclusive for want of them.
    """

    direction: str
    swept: str
    points: tuple[Point, ...]
    fit: Fit
    interval: tuple[float, float]
    outcome: Conclusion
    at_width: int
    effect: float
    effect_error: float
    more: float | None
    statement: str

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "direction": self.direction,
            "swept": self.swept,
            "points": [dict(point.__dict__) for point in self.points],
            "fit": fit_json(self.fit, self.interval),
            "outcome": self.outcome,
            "finite_width_effect": {
                "width": self.at_width,
                "relative_error_of_the_gain": self.effect,
                "standard_error": self.effect_error,
            },
            "times_as_many_networks": self.more,
            "statement": self.statement,
        }


@dataclass(frozen=True)
class Sweep:
    """A claim at several widths: one line a direction, and the outcome of the worst of them.

    `composition` is plain data on what all layers together do to the gradient, where the backward direction was
    swept and q is no unstable fixed point; no outcome rests on it.
    """

    claim: dict[str, Any]
    widths: tuple[int, ...]
    lines: tuple[Line, ...]
    outcome: Conclusion
    statement: str
    composition: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """{"sweep": {"widths", "lines", "points", "fit", "outcome", "statement"}}; `points` and `fit` are those of the
        line that decided."""
        deciding = next(line for line in self.lines if line.outcome == self.outcome).to_json()
        plain: dict[str, Any] = finite(
            {
                "claim": self.claim,
                "widths": self.widths,
                "points": deciding["points"],
                "fit": deciding["fit"],
                "outcome": self.outcome,
                "statement": self.statement,
                "lines": [line.to_json() for line in self.lines],
                "composition": self.composition,
            }
        )
        return {"sweep": plain}


def fit_json(fit: Fit, interval: tuple[float, float]) -> dict[str, Any]:
    """A fit as plain data."""
    return {
        "model": f"intercept + {model(fit.powers)}",
        "intercept": fit.intercept,
        "intercept_standard_error": fit.errors[0],
        "interval": interval,
        "slope": fit.coefficients[1],
        "slope_standard_error": fit.errors[1],
        "width_p_value": fit.width_p_value,
        "coefficients": fit.coefficients,
        "covariance": fit.covariance,
        "chi_squared": fit.chi_squared,
        "degrees_of_freedom": fit.freedom,
        "p_value": fit.p_value,
        "gate": GATE,
        "passed": fit.passed,
        "widths": fit.widths,
        "dropped_widths": fit.dropped,
    }


def model(powers: tuple[float, ...]) -> str:
    """The curve's terms in words.

    >>> model((0.5, 1.0))
    'slope/sqrt(n) + second/n'
    """
    names = {1.0: "n", 0.5: "sqrt(n)"}
    return " + ".join(
        f"{name}/{names[power]}" for name, power in zip(("slope", "second"), powers, strict=False)
    )
