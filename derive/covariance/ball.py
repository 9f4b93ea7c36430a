"""A ball around E[f(u) f(v)] for an activation without variables, by whichever route gets there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, log

import sympy as sp
from flint import arb, ctx

from derive.covariance.hermite import Series, series, truncated
from derive.moments.certificate import NoCertificateError
from derive.moments.enclosure import NoEnclosureError, enclosure
from derive.moments.kinds import Monomial
from derive.moments.operations import UnsupportedError
from derive.moments.program import value

_FEW, _MANY = 48, 768
_LN10 = log(10)


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

    Raises `NoEnclosureError` with the reason where there is none.
    """
    try:
        return _ball(problem, correlation)
    except (NoCertificateError, UnsupportedError) as error:
        raise NoEnclosureError(str(error)) from error


def _ball(problem: Problem, correlation: sp.Rational) -> arb:
    powers = Monomial(0, 1, 0, 0) if problem.derivative else Monomial(1, 0, 0, 0)
    if correlation == 1:
        doubled = Monomial(2 * powers.f, 2 * powers.d, 0, 0)
        return enclosure(problem.function, doubled, problem.variance, problem.digits)
    if correlation == 0:
        mean = enclosure(problem.function, powers, problem.variance, problem.digits + 1)
        with ctx.workprec(_bits(problem.digits)):
            return mean * mean
    return _by_series(problem, correlation)


def _by_series(problem: Problem, correlation: sp.Rational) -> arb:
    with ctx.workprec(_bits(problem.digits)):
        c, goal = value(correlation).real, arb(10) ** -problem.digits
        best, count = arb.pos_inf(), min(_enough(correlation, problem.digits), _FEW)
        ball = arb.nan()
        while True:
            ball = hermite_series(problem, count).at(c)
            if ball.rad() <= goal * ball.abs_lower() or count >= _MANY or not ball.rad() < best:
                return ball
            best, count = ball.rad(), min(2 * count, _MANY)


def _enough(correlation: sp.Rational, digits: int) -> int:
    """Terms after which |c|^n alone is below 10^-digits, or a great many."""
    size = abs(float(correlation))
    return _MANY if size >= 1 else max(2, ceil((digits + 1) * _LN10 / -log(size)))


def _bits(digits: int) -> int:
    return int(digits * log(10, 2)) + 48


@lru_cache(maxsize=32)
def hermite_series(problem: Problem, count: int) -> Series:
    """The series of a problem, with `count` terms."""
    with ctx.workprec(_bits(problem.digits) + 3 * count // 4):  # the recursion for h_k loses as much
        cut = truncated(problem.function, int(problem.derivative), problem.variance, problem.digits + 3)
        tolerance = cut.second.abs_upper().sqrt() * arb(10) ** (-problem.digits - 3)
        return series(cut, problem.variance, count, tolerance)
