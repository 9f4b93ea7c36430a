"""What a test of a direction, or of one layer of it, found: the same for every way of testing."""

from __future__ import annotations

from dataclasses import dataclass

from verify.statistics import Band, Outcome, outcome


@dataclass(frozen=True)
class Finding:
    """An estimate of (g/g*)^2 for a direction, as a whole (layer None) or at a layer (0-based).

    `interval` misses on each side with its share of the error (see `verify.levels`). `p_value` is against "the
    error of the gain is within the margin": one, or min(1, 1/e) for an `e_value`, which is None where there
    is none. `factor` says by how much the derived variance was enlarged. `informed` is whether there is enough to
    tell the borders of the margin apart: until then it is inconclusive.
    """

    direction: str
    layer: int | None
    estimate: float
    standard_error: float
    freedom: float
    interval: tuple[float, float]
    p_value: float
    networks: int
    e_value: float | None = None
    factor: float = 1.0
    informed: bool = True

    def outcome(self, band: Band) -> Outcome:
        """By where the interval lies."""
        return outcome(self.interval, band) if self.informed else "inconclusive"


@dataclass(frozen=True)
class Findings:
    """Of all directions, and of all their layers; `far` bounds the chance that a pooled interval lies beyond the
    far border of the margin, the truth being at the near one."""

    whole: tuple[Finding, ...]
    layers: tuple[Finding, ...]
    far: float
