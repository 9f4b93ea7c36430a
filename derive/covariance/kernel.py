"""The covariance map at one correlation: a closed form where the certified ball bears it out, and the ball."""

from __future__ import annotations

import sympy as sp

from derive.activation import Activation
from derive.covariance.ball import REFUSALS, Problem, covariance_ball, why_not
from derive.covariance.closed import RHO
from derive.covariance.trust import closed_form
from derive.decimals import rational
from derive.errors import BadInput
from derive.moments.engine import checked_digits, positive_variance
from derive.moments.kinds import Q
from derive.moments.trust import meets
from derive.number import Missing, Number

_GUARD = 4


def covariance(
    activation: Activation,
    variance: object,
    correlation: object,
    digits: int = 30,
    derivative: bool = False,
) -> Number | Missing:
    """E[f(u) f(v)], or E[f'(u) f'(v)], for u, v ~ N(0, variance) with the given correlation in [-1, 1].

    `symbolic` is in q, the correlation `RHO` and the parameters. The ball has at least `digits` correct
    significant digits, except where E f^4 is not known to be finite: close to |c| = 1 the radius may then be
    larger. `Missing` where E f^2 is infinite or
    has no certificate. Raises `BadInput` for a variance that is not a positive rational, a correlation that
    is not a rational in [-1, 1], or digits outside 1..1000.

    >>> from derive.catalogue import activation
    >>> covariance(activation("tanh"), 1, sp.Rational(1, 2), digits=12).value
    '0.186324413203448'
    >>> covariance(activation("relu"), 1, sp.Rational(1, 2), derivative=True).exact
    1/3
    """
    q, c = positive_variance(variance), checked_correlation(correlation)
    problem = Problem(activation.numeric(), derivative, q, checked_digits(digits) + _GUARD)
    try:
        ball = covariance_ball(problem, c)
    except REFUSALS as error:
        return why_not(problem, c, error)
    closed = closed_form(activation, derivative)
    if closed.expression is None:
        return Number(None, None, ball, digits, closed.reason)
    exact = closed.expression.xreplace({Q: q, RHO: c} | activation.values)
    if not meets(exact, ball):
        return Number(
            None, None, ball, digits, "a closed form is withheld: it misses the certified ball here"
        )
    return Number(exact, closed.expression, ball, digits)


def checked_correlation(correlation: object) -> sp.Rational:
    """The correlation as a rational; raises `BadInput` unless it lies in [-1, 1]."""
    c = rational(correlation, "the correlation")
    if not -1 <= c <= 1:
        raise BadInput(f"the correlation is {c}, but it cannot leave [-1, 1]; give a number in between")
    return c
