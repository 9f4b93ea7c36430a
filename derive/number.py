"""A number as this package gives it: a closed form where there is one, and always a rigorous enclosure."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import sympy as sp
from flint import arb

from derive.decimals import exact_decimal, fraction, magnitude_up, rounded

Json = dict[str, str | None]


@dataclass(frozen=True)
class Number:
    """A real number known exactly (`exact` at the given q, `symbolic` in q and parameters) or by a ball.

    `ball` contains the number whether or not there is a closed form; `digits` is how many correct
    significant digits were asked for; `reason` says why there is no closed form, where there is none;
    `reduction` then states the number through a named auxiliary function such as K(q), if it can be.

    >>> half = Number(sp.Rational(1, 2), None, arb("0.5"), 30)
    >>> half.value, half.radius, float(half)
    ('0.5', '0', 0.5)
    """

    exact: sp.Expr | None
    symbolic: sp.Expr | None
    ball: arb
    digits: int
    reason: str | None = None
    reduction: sp.Expr | None = None

    @property
    def value(self) -> str:
        """The number in decimal, with at least `digits` correct significant digits where the ball allows."""
        return self._printed[0]

    @property
    def radius(self) -> str:
        """A bound on |printed value - number|, decimal rounding included; "0" only if they are equal."""
        return self._printed[1]

    @property
    def _printed(self) -> tuple[str, str]:
        if self.exact is not None and self.exact.is_Rational:
            centre, spread = fraction(self.exact), fraction(0)
        else:
            centre, spread = fraction(self.ball.mid()), fraction(self.ball.rad())
        plain = exact_decimal(centre, self.digits + 3) if spread == 0 else None
        if plain is not None:
            return plain, "0"
        text, shown = rounded(centre, spread, self.digits + 3)
        return text, magnitude_up(abs(shown - centre) + spread)

    def __float__(self) -> float:
        known = self.exact is not None and self.exact.is_Rational
        number = fraction(self.exact if known else self.ball.mid())
        try:
            return float(number)
        except OverflowError:
            return inf if number > 0 else -inf

    def to_json(self) -> Json:
        """The contract's object for a number: strings or null."""
        return {
            "exact": None if self.exact is None else str(self.exact),
            "symbolic": None if self.symbolic is None else str(self.symbolic),
            "value": self.value,
            "radius": self.radius,
        } | ({} if self.reduction is None else {"reduction": str(self.reduction)})


@dataclass(frozen=True)
class Missing:
    """A number that does not exist, or that cannot be vouched for; `reason` says which and why. Of a moment
    that is infinite, `infinite_from` is the q from which it is."""

    reason: str
    infinite_from: sp.Expr | None = None

    def to_json(self) -> Json:
        """The contract's object for a number that is not there: nulls and the reason.

        >>> Missing("f' = 0 almost everywhere").to_json()["reason"]
        "f' = 0 almost everywhere"
        """
        nothing: Json = {
            "exact": None,
            "symbolic": None,
            "value": None,
            "radius": None,
            "reason": self.reason,
        }
        return nothing | ({} if self.infinite_from is None else {"infinite_from": str(self.infinite_from)})
