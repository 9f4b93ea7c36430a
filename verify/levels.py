"""How the error that the confidence allows is shared between the tests of a run."""

from __future__ import annotations

from dataclasses import dataclass

# At zero error a run must confirm, and at twice the margin refute, with at least this probability.
POWER = 0.9999


@dataclass(frozen=True)
class Levels:
    """Error rates of a run at confidence C = 1 - alpha, for a number of directions and of layer tests.

    A pooled interval misses the truth with probability alpha / (2 directions) on each side, so all of them
    hold together with confidence C. At an error of exactly the margin a false refutation needs a miss on
    one given side: alpha/2 in all. The layers share at most the other half, by Holm's method.

    >>> levels = Levels(alpha=0.001, directions=2, layer_tests=100)
    >>> levels.pooled_tail, levels.layers <= 0.0005
    (0.00025, True)
    """

    alpha: float
    directions: int
    layer_tests: int

    @property
    def pooled_tail(self) -> float:
        """What a pooled interval misses on each side."""
        return self.alpha / (2 * self.directions)

    @property
    def layers(self) -> float:
        """The family-wise level of all layer tests: also no more than half of what the power leaves."""
        return min(self.alpha / 2, (1 - POWER) / 2)

    @property
    def layer_tail(self) -> float:
        """What the interval shown for a layer misses on each side; wholly outside is Holm's first step."""
        return self.layers / self.layer_tests

    @property
    def miss(self) -> float:
        """The probability with which one direction may fail to decide, where the power is as planned."""
        return (1 - POWER) / 2 / self.directions

    def layers_after(self, far_tails: float) -> float:
        """The layers' level where pooled intervals may jump over the whole margin with this probability.

        That matters only for intervals wider than the margin. Kept so, false refutations stay below alpha.
        """
        return max(0.0, min(self.layers, self.alpha / 2 - far_tails))
