"""F(q) in floats for a search or a walk: from samples of f where they agree with the balls, else from balls.

Samples serve many q at once, but they are too coarse for a function that oscillates fast or is narrow. They
are used only where they meet the certified E f^2 at a few q far apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf, isfinite, nan

import sympy as sp
from flint import arb, ctx

from derive.moments.enclosure import NoEnclosureError, enclosure_over
from derive.moments.kinds import monomial
from derive.phase.variance_map import VarianceMap
from derive.sampled import sampled

CHECKED = (2.0**-8, 0.25, 1.0, 4.0, 2.0**10)
AGREES = 1e-6  # relative
_DIGITS = 10
_ROUNDING = 1e-11  # relative, of the samples


@dataclass(frozen=True)
class Readings:
    """A variance map read at floats; `certified` where every reading comes from a ball."""

    of: VarianceMap
    certified: bool

    def value(self, q: float) -> float:
        """F(q), accurate to a float; not finite where it is infinite or cannot be enclosed."""
        return _middle(self._ball(q), q) if self.certified else self.of.approximate(q)

    def excess(self, q: float) -> float:
        """F(q) - q; 0 where its sign cannot be told, NaN where it cannot be read."""
        if not self.certified:
            found = self.of.approximate(q) - q
            return found if abs(found) > _ROUNDING * q else 0.0
        ball = self._ball(q)
        with ctx.workdps(_DIGITS + 20):
            over = None if ball is None else ball - arb(q)
        narrow = over is not None and over.rad() <= AGREES * q
        return 0.0 if over is not None and narrow and over.contains(0) else _middle(over, q)

    def _ball(self, q: float) -> arb | None:
        with ctx.workdps(_DIGITS + 20):
            try:
                return self.of(arb(q), _DIGITS)
            except NoEnclosureError:
                return None


def _middle(ball: arb | None, q: float) -> float:
    """The middle of a ball that is narrow beside q or beside itself; NaN for one that is not."""
    if ball is None or not ball.rad() <= AGREES * (abs(ball.mid()) + q):
        return nan
    return float(ball.mid())


def readings(of: VarianceMap, q: float = 1.0) -> Readings:
    """Readings from samples where these agree with the balls at q and elsewhere, from balls where not.

    >>> from derive.catalogue import activation
    >>> from derive.number import Number
    >>> one, zero = (Number(sp.Integer(k), None, arb(k), 15) for k in (1, 0))
    >>> readings(VarianceMap(activation("silu"), one, zero)).certified
    False
    """
    function = of.activation.numeric()
    return Readings(of, not all(agree(function, at) for at in (q, *CHECKED) if at > 0))


@lru_cache(maxsize=256)
def agree(function: sp.Expr, q: float) -> bool:
    """Whether the samples of a function of x alone meet the certified E f^2 at q to 1e-6 of it; or neither
    is finite."""
    seen = sampled(function).second(q)
    with ctx.workdps(_DIGITS + 20):
        try:
            exact = enclosure_over(function, monomial("second"), arb(q), _DIGITS)
        except NoEnclosureError:
            return seen == inf
        return isfinite(seen) and bool(abs(exact - arb(seen)) <= AGREES * abs(exact))
