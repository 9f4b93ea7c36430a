"""What a correct verifier may show: binomial limits and tests of uniformity, at a stated false-alarm rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binom, kstest

# The probability that a verifier as good as it says fails anywhere in the whole study, were its seed drawn anew.
FALSE_ALARM = 1e-3


@dataclass(frozen=True)
class Count:
    """A number of events among a number of runs, beside what it may be.

    `rate` is the nominal probability of the event; `two_sided` that fewer would be wrong as well.
    """

    group: str
    what: str
    runs: int
    events: int
    rate: float
    two_sided: bool = False

    def bounds(self, level: float) -> tuple[int, int]:
        """The numbers of events that occur but with probability `level`, at the nominal rate.

        >>> Count("coverage", "90%", 1000, 97, 0.1, True).bounds(1e-4)
        (65, 139)
        """
        if not self.two_sided:
            return 0, int(binom.isf(level, self.runs, self.rate))
        low = int(binom.ppf(level / 2, self.runs, self.rate))
        return low, int(binom.isf(level / 2, self.runs, self.rate))

    def passed(self, level: float) -> bool:
        """Whether the events are within bounds."""
        low, high = self.bounds(level)
        return low <= self.events <= high


@dataclass(frozen=True)
class Uniform:
    """Point-null p-values, which should be uniform: tested by Kolmogorov and Smirnov."""

    group: str
    what: str
    values: tuple[float, ...]

    @property
    def runs(self) -> int:
        """How many p-values there are."""
        return len(self.values)

    @property
    def p_value(self) -> float:
        """Of the test of uniformity.

        >>> round(Uniform("p", "a grid", tuple((i + 0.5) / 20 for i in range(20))).p_value, 3)
        1.0
        """
        return float(kstest(self.values, "uniform").pvalue)

    def passed(self, level: float) -> bool:
        """Whether they look uniform."""
        return self.p_value > level


Check = Count | Uniform


def level(checks: Sequence[Check]) -> float:
    """The level of each check, so that all together fail a correct verifier with probability FALSE_ALARM."""
    return FALSE_ALARM / len(checks)


def failures(checks: Sequence[Check]) -> list[Check]:
    """The checks that fail."""
    return [check for check in checks if not check.passed(level(checks))]
