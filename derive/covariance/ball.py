"""A ball around E[f(u) f(v)] for an activation without variables, by whichever route gets there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, log

import sympy as sp
from flint import arb, ctx

from derive.activation import Activation, X
from derive.covariance.hermite import Series, Truncated, series, truncated
from derive.covariance.smoothing import smoothed
from derive.moments.certificate import NoCertificateError
from derive.moments.enclosure import NoEnclosureError, enclosure
from derive.moments.existence import absence
from derive.moments.kinds import Monomial
from derive.moments.operations import UnsupportedError
from derive.moments.program import value
from derive.moments.tail import NoTailError
from derive.number import Missing

_SHORT, _LONG = 48, 384  # terms of the Hermite series
_LN10 = log(10)

REFUSALS = (NoEnclosureError, NoCertificateError, NoTailError, UnsupportedError)


@dataclass(frozen=True)
class Problem:
    """f without variables, whether f' is meant, q, and the digits wanted."""

    function: sp.Expr
    derivative: bool
    variance: sp.Rational
    digits: int


def covariance_ball(problem: Problem, correlation: sp.Rational) -> arb:
    """A ball around E[f(u) f(v)], or of f' likewise; its radius is below 10^-digits of the value where the
    series converges fast enough, and tells honestly where it does not.

    Raises one of `REFUSALS` with the reason where there is none.
    """
    f, digits = problem.function, problem.digits
    if correlation == 1:
        return enclosure(f, _powers(problem, 2), problem.variance, digits)
    if correlation == 0:
        mean = enclosure(f, _powers(problem, 1), problem.variance, digits + 1)
        with ctx.workprec(_bits(digits)):
            return mean * mean
    if correlation == -1:
        g = Activation("", f, (), "", None).derivative if problem.derivative else f
        return enclosure(g * g.xreplace({X: -X}), Monomial(1, 0, 0, 0), problem.variance, digits)
    return _between(problem, correlation)


def _powers(problem: Problem, power: int) -> Monomial:
    return Monomial(0, power, 0, 0) if problem.derivative else Monomial(power, 0, 0, 0)


def _between(problem: Problem, correlation: sp.Rational) -> arb:
    """By a short Hermite series where |c| is small; else by smoothing, which does not care for kinks; else
    by the longest series, whose radius then tells what it is worth."""
    with ctx.workprec(_bits(problem.digits)):
        c, goal = value(correlation).real, arb(10) ** -problem.digits
        ball = hermite_series(problem, min(_enough(correlation, problem.digits), _SHORT)).at(c)
        if ball.rad() <= goal * ball.abs_lower():
            return ball
        try:
            found = smoothed_ball(problem, correlation, ball)
            met = found.rad() <= goal * found.abs_lower()
            return found if met else smoothed_ball(problem, correlation, found)
        except NoEnclosureError:
            return hermite_series(problem, _LONG).at(c)


def smoothed_ball(problem: Problem, correlation: sp.Rational, known: arb) -> arb:
    """The smoothing route, to 10^-digits of the size of a ball that is known; for 0 < |c| < 1.

    Raises `NoEnclosureError` where E f^4 is not known to be finite.
    """
    fourth = enclosure(problem.function, _powers(problem, 4), problem.variance, 5).abs_upper()
    cut = _truncated(problem)
    size = known.abs_lower() if known.abs_lower() > 0 else cut.second.abs_upper() / 1000
    tolerance = (size * arb(10) ** -problem.digits).upper()
    return smoothed(cut, fourth, problem.variance, correlation, tolerance)


def _enough(correlation: sp.Rational, digits: int) -> int:
    """Terms after which |c|^n alone is below 10^-digits."""
    return max(2, ceil((digits + 2) * _LN10 / -log(abs(float(correlation)))))


def _bits(digits: int) -> int:
    return int(digits * log(10, 2)) + 48


def why_not(problem: Problem, correlation: sp.Rational, error: Exception) -> Missing:
    """Why there is no ball: at c = 1 the map is E f^2; elsewhere the routes here need E f^2."""
    reason = absence(problem.function, _powers(problem, 2), problem.variance, NoEnclosureError(str(error)))
    if correlation == 1:
        return reason
    return Missing(f"not certified: the routes known here need E f^2, and {reason.reason}")


@lru_cache(maxsize=32)
def hermite_series(problem: Problem, count: int) -> Series:
    """The series of a problem, with `count` terms."""
    with ctx.workprec(_bits(problem.digits) + 3 * count // 4):  # the recursion for h_k loses as much
        cut = _truncated(problem)
        tolerance = cut.second.abs_upper().sqrt() * arb(10) ** (-problem.digits - 3)
        return series(cut, problem.variance, count, tolerance)


def _truncated(problem: Problem) -> Truncated:
    return truncated(problem.function, int(problem.derivative), problem.variance, problem.digits + 3)
