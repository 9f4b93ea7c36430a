"""The covariance map at many correlations from one set of Hermite coefficients: balls fit for a plot."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from flint import arb, ctx

from derive.activation import Activation
from derive.covariance.ball import REFUSALS, Problem, covariance_ball, hermite_series, why_not
from derive.covariance.kernel import checked_correlation
from derive.moments.engine import positive_variance
from derive.moments.program import value
from derive.number import Missing

_DIGITS, _TERMS = 9, 192
_WIDE = arb("1e-8")


def covariance_curve(
    activation: Activation, variance: object, correlations: Sequence[object], derivative: bool = False
) -> list[arb] | Missing:
    """Balls around E[f(u) f(v)] (or of f' likewise), one for each correlation in [-1, 1], in their order.

    Radii are below 1e-8 of E f^2, except next to |c| = 1 where E f^4 is not known to be finite: there the ball
    says what it is worth. `Missing` and `BadInput` as for `covariance`.

    >>> from derive.catalogue import activation
    >>> [round(float(ball.mid()), 6) for ball in covariance_curve(activation("tanh"), 1, [0, "1/2"])]
    [0.0, 0.186324]
    """
    q = positive_variance(variance)
    points = [checked_correlation(c) for c in correlations]
    problem = Problem(activation.numeric(), derivative, q, _DIGITS)
    try:
        found = hermite_series(problem, _TERMS)
    except REFUSALS as error:
        return why_not(problem, sp.Integer(1), error)
    with ctx.workprec(64):
        worst = _WIDE * found.second
        return [_sharpened(problem, c, found.at(value(c).real), worst) for c in points]


def _sharpened(problem: Problem, correlation: sp.Rational, ball: arb, worst: arb) -> arb:
    """The ball, or a better one where functions with kinks leave the series wide, close to |c| = 1."""
    if ball.rad() <= worst:
        return ball
    try:
        return covariance_ball(problem, correlation)
    except REFUSALS:
        return ball
