"""What the phase analysis finds: one frozen object that prints itself as sentences and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sympy as sp

from derive.activation import Activation
from derive.number import Missing, Number
from derive.phase.depth_scales import Depth50, DepthScales
from derive.phase.feasible import Feasible
from derive.phase.fixed_points import FixedPoint
from derive.phase.no_go import NoGo
from derive.phase.sentences import sentences
from derive.phase.variance_map import VarianceMap
from derive.stability import Kind

Regime = Literal["ordered", "critical", "chaotic", "undecided"]


@dataclass(frozen=True)
class Critical:
    """The critical point at q: weight variance C_W and bias variance C_b with chi(q) = 1 and F(q) = q, and
    what that point is worth in depth."""

    C_W: Number
    C_b: Number
    slope: Number | Missing
    kind: Kind

    def to_json(self) -> dict[str, object]:
        """Both variances, F'(q) there and its kind."""
        numbers: dict[str, object] = {"C_W": self.C_W.to_json(), "C_b": self.C_b.to_json()}
        return numbers | {"slope": self.slope.to_json(), "kind": self.kind}


@dataclass(frozen=True)
class Phase:
    """The analysis at one q, gain and bias variance; `holds` says whether q is a fixed point there.

    slope, kind, chi, regime, depth_scales and depth50 speak of `studied`, the fixed point that is studied: q
    itself where it holds, otherwise the stable fixed point that the search found (the largest, if several).
    """

    activation: Activation
    variance: sp.Rational
    gain: Number | Missing
    bias_variance: Number
    holds: bool
    studied: Number | Missing
    slope: Number | Missing
    kind: Kind
    chi: Number | Missing
    regime: Regime
    every_q: bool  # whether F(q) = q for every q
    jumps: bool  # whether f jumps, or may: then chi is a factor of gradients only
    fixed_points: tuple[FixedPoint, ...]
    searched: tuple[float, float]
    stopped: str | None
    escapes: bool | None
    critical: Critical | Missing
    depth_scales: DepthScales
    depth50: Depth50 | Missing
    no_go: NoGo
    feasible: Feasible
    note: str | None = None  # why there may be more fixed points than are listed

    @property
    def sentences(self) -> tuple[str, ...]:
        """The analysis in a few plain sentences."""
        return sentences(self)

    @property
    def variance_map(self) -> VarianceMap | None:
        """The map that was studied, for curves; None without a gain."""
        if isinstance(self.gain, Missing):
            return None
        return VarianceMap(self.activation, self.gain, self.bias_variance)

    def to_json(self) -> dict[str, object]:
        """The analysis as one JSON object, numbers as everywhere."""
        numbers = ("gain", "bias_variance", "studied", "slope", "chi")
        parts = ("critical", "depth_scales", "depth50", "no_go", "feasible")
        return {
            "variance": str(self.variance),
            **{name: getattr(self, name).to_json() for name in numbers},
            **{
                name: getattr(self, name)
                for name in ("holds", "kind", "regime", "every_q", "jumps", "stopped", "escapes", "note")
            },
            "fixed_points": [point.to_json() for point in self.fixed_points],
            "searched": list(self.searched),
            **{name: getattr(self, name).to_json() for name in parts},
            "sentences": list(self.sentences),
        }
