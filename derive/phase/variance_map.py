"""The variance map F(q) = v + g^2 E f(sqrt(q) Z)^2 and its relatives, as balls at any q.

Poole et al. 2016, eq. 3; Schoenholz et al. 2017, eq. 3. Every function takes a q as a ball, exact or not,
and returns a ball that holds the value at every q in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import sympy as sp
from flint import arb, ctx

from derive.activation import Activation
from derive.errors import BadInput
from derive.jumps import UnplacedJumpError, jump_ball, jump_term
from derive.moments.enclosure import NoEnclosureError, enclosure_over
from derive.moments.engine import positive_variance
from derive.moments.kinds import monomial
from derive.moments.program import value
from derive.number import Missing, Number
from derive.sampled import sampled

MOST_POINTS = 10_000


@dataclass(frozen=True)
class VarianceMap:
    """The map of one activation at a gain and a bias variance."""

    activation: Activation
    gain: Number
    bias_variance: Number

    @cached_property
    def _function(self) -> sp.Expr:
        return self.activation.numeric()

    @cached_property
    def _jumps(self) -> sp.Expr:
        return jump_term(self.activation)

    def _moment(self, kind: str, q: arb, digits: int) -> arb:
        return enclosure_over(self._function, monomial(kind), q, digits)

    def __call__(self, q: arb, digits: int) -> arb:
        """F(q); raises `NoEnclosureError` where it is infinite or cannot be enclosed."""
        return sharp(self.bias_variance) + sharp(self.gain) ** 2 * self._moment("second", q, digits)

    def approximate(self, q: float) -> float:
        """F(q) in floats, from samples of f; infinity where it does not look finite."""
        return float(self.bias_variance) + float(self.gain) ** 2 * sampled(self._function).second(q)

    def slope(self, q: arb, digits: int) -> arb:
        """F'(q) = g^2 (E[z f f'] + J)/q, jumps counted; raises `UnplacedJumpError` too."""
        inner = self._moment("slope", q, digits) + jump_ball(self._jumps, q)
        return sharp(self.gain) ** 2 * inner / q

    def chi(self, q: arb, digits: int) -> arb:
        """chi(q) = g^2 E f'(sqrt(q) Z)^2, the factor of the squared gradient."""
        return sharp(self.gain) ** 2 * self._moment("derivative_second", q, digits)

    def excess(self, q: arb, digits: int) -> arb:
        """F(q) - q."""
        return self(q, digits) - q

    def excess_slope(self, q: arb, digits: int) -> arb:
        """F'(q) - 1."""
        return self.slope(q, digits) - 1


def sharp(number: Number) -> arb:
    """The ball of a number, as sharp as the working precision where it is known exactly."""
    return number.ball if number.exact is None else value(number.exact).real


def curve(
    of: VarianceMap, variances: Sequence[object], digits: int = 10, what: str = "value"
) -> tuple[Number | Missing, ...]:
    """F, its "slope" or "chi" at positive rational variances: what a plot asks for, with about 4 ms a point.

    A point where there is no ball is `Missing`, with the reason. Raises `BadInput` for an unknown `what`, a
    variance that is not a positive rational, or more than 10,000 of them.

    >>> from derive.catalogue import activation
    >>> one = Number(sp.Integer(1), None, arb(1), 10)
    >>> none = Number(sp.Integer(0), None, arb(0), 10)
    >>> [n.value for n in curve(VarianceMap(activation("relu"), one, none), [1, 3])]
    ['0.5000000000000', '1.500000000000']
    """
    functions = {"value": of.__call__, "slope": of.slope, "chi": of.chi}
    if what not in functions:
        raise BadInput(f"{what!r} is not a curve of the variance map: ask for 'value', 'slope' or 'chi'")
    if len(variances) > MOST_POINTS:
        raise BadInput(f"{len(variances)} points are too many for a curve: ask for {MOST_POINTS} or fewer")
    points = [positive_variance(variance) for variance in variances]
    return tuple(_point(functions[what], q, digits) for q in points)


def _point(function: object, q: sp.Rational, digits: int) -> Number | Missing:
    assert callable(function)
    with ctx.workdps(digits + 20):
        try:
            return Number(None, None, function(value(q).real, digits + 2), digits)
        except (NoEnclosureError, UnplacedJumpError) as error:
            return Missing(str(error))
