"""The edge of chaos, chi(q*) = 1, with a bias variance and without one.

Schoenholz et al. 2017, section 3; Hayou et al. 2019, section 3.1. For a given q the critical point has weight
variance C_W = 1/E f'^2 and bias variance C_b = q - C_W E f^2, where that is not negative: the pair that holds
both directions. For a given bias variance, q is found from C_b(q) = v.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, nan

import sympy as sp
from flint import arb, ctx

from derive.activation import Activation
from derive.decimals import rational
from derive.errors import BadInput
from derive.moments.enclosure import NoEnclosureError, enclosure_over
from derive.moments.kinds import monomial
from derive.moments.program import value
from derive.number import Number
from derive.roots import Balls, NoRootError, sign_change
from derive.sampled import Sampled, crossings, sampled

SEARCHED = (2.0**-14, 2.0**14)
GRID = tuple(2.0**k for k in range(-14, 15))


@dataclass(frozen=True)
class CriticalPoint:
    """A point of the critical line: q and (C_W, C_b), with chi(q) = 1 and F(q) = q there."""

    q: Number
    C_W: Number
    C_b: Number

    def to_json(self) -> dict[str, object]:
        """The three numbers."""
        return {"q": self.q.to_json(), "C_W": self.C_W.to_json(), "C_b": self.C_b.to_json()}


def critical_line(
    activation: Activation, bias_variance: object = 0, digits: int = 10
) -> tuple[CriticalPoint, ...]:
    """The critical points with this bias variance for q from 2^-14 to 2^14, by certified sign changes.

    A function that is positively homogeneous of degree 1 is critical at every q with bias variance 0 and at
    none otherwise; it gets an empty answer, as do functions without a critical point there. Raises `BadInput`
    for a negative bias variance.

    >>> from derive.catalogue import activation
    >>> tanh, = critical_line(activation("tanh"), "0.04", 6)
    >>> round(float(tanh.q), 4), round(float(tanh.C_W) ** 0.5, 4)
    (0.5121, 1.3041)
    """
    v = rational(bias_variance, "the bias variance")
    if v < 0:
        raise BadInput(f"the bias variance is {v}, but a variance is never below 0; give 0 or more")
    if activation.degree_one is not None:
        return ()
    samples = sampled(activation.numeric())
    found = crossings(lambda q: _approximate(samples, float(v), q), GRID)
    return tuple(point for at, rising in found for point in _points(activation, v, at, rising, digits))


def _approximate(samples: Sampled, v: float, q: float) -> float:
    slope, second = samples.derivative_second(q), samples.second(q)
    return (q - v) * slope / second - 1 if 0 < second < inf else nan


def _excess(activation: Activation, bias_variance: sp.Rational) -> Balls:
    """(q - v) E f'^2 / E f^2 - 1, which has the sign of C_b(q) - v wherever f' is not 0."""
    function = activation.numeric()

    def excess(q: arb, digits: int) -> arb:
        second = enclosure_over(function, monomial("second"), q, digits)
        slope = enclosure_over(function, monomial("derivative_second"), q, digits)
        return (q - value(bias_variance).real) * slope / second - 1

    return excess


def _points(
    activation: Activation, v: sp.Rational, near: float, rising: bool, digits: int
) -> Iterator[CriticalPoint]:
    try:
        yield _point(activation, v, sign_change(_excess(activation, v), near, rising, digits), digits)
    except (NoRootError, NoEnclosureError):
        return  # what the samples show and no ball bears out is left out


def _point(activation: Activation, v: sp.Rational, q: arb, digits: int) -> CriticalPoint:
    with ctx.workdps(digits + 20):
        slope = enclosure_over(activation.numeric(), monomial("derivative_second"), q, digits + 3)
        reason = "a certified sign change"
        return CriticalPoint(
            Number(None, None, q, digits, reason),
            Number(None, None, 1 / slope, digits, reason),
            Number(v, v, value(v).real, digits),
        )
