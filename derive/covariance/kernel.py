"""The covariance map at one correlation: a closed form where the certified ball bears it out, and the ball."""

from __future__ import annotations

import sympy as sp

from derive.activation import Activation
from derive.covariance.ball import Problem, covariance_ball
from derive.decimals import rational
from derive.errors import BadInput
from derive.moments.enclosure import NoEnclosureError
from derive.moments.engine import checked_digits, positive_variance
from derive.number import Missing, Number

RHO = sp.Symbol("rho", real=True)  # the correlation, in closed forms

_GUARD = 4


def covariance(
    activation: Activation,
    variance: object,
    correlation: object,
    digits: int = 30,
    derivative: bool = False,
) -> Number | Missing:
    """E[f(u) f(v)], or E[f'(u) f'(v)], for u, v ~ N(0, variance) with the given correlation in [-1, 1].

    The ball has at least `digits` correct significant digits where its radius says so; close to |c| = 1 a
    function with kinks converges slowly and the radius may be larger. `Missing` where E f^2 is infinite or
    has no certificate. Raises `BadInput` for a variance that is not a positive rational, a correlation that
    is not a rational in [-1, 1], or digits outside 1..1000.

    >>> from derive.catalogue import activation
    >>> covariance(activation("tanh"), 1, sp.Rational(1, 2), digits=12).value
    '0.186324413203448'
    """
    q, c = positive_variance(variance), checked_correlation(correlation)
    problem = Problem(activation.numeric(), derivative, q, checked_digits(digits) + _GUARD)
    try:
        ball = covariance_ball(problem, c)
    except NoEnclosureError as error:
        return Missing(str(error))
    return Number(None, None, ball, digits, "no closed form is known here")


def checked_correlation(correlation: object) -> sp.Rational:
    """The correlation as a rational; raises `BadInput` unless it lies in [-1, 1]."""
    c = rational(correlation, "the correlation")
    if not -1 <= c <= 1:
        raise BadInput(f"the correlation is {c}, but it cannot leave [-1, 1]; give a number in between")
    return c
