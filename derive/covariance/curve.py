"""The covariance map at many correlations from one set of Hermite coefficients: balls fit for a plot."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, ctx

from derive.activation import Activation
from derive.covariance.ball import Problem, hermite_series
from derive.covariance.kernel import checked_correlation
from derive.moments.certificate import NoCertificateError
from derive.moments.enclosure import NoEnclosureError
from derive.moments.engine import positive_variance
from derive.moments.operations import UnsupportedError
from derive.moments.program import value
from derive.number import Missing

_DIGITS, _TERMS = 10, 256


def covariance_curve(
    activation: Activation, variance: object, correlations: Sequence[object], derivative: bool = False
) -> list[arb] | Missing:
    """Balls around E[f(u) f(v)] (or of f' likewise), one for each correlation in [-1, 1], in their order.

    Radii are about 1e-10 of E f^2 or better, except near |c| = 1 for functions with kinks, where the ball says
    so. `Missing` and `BadInput` as for `covariance`.

    >>> from derive.catalogue import activation
    >>> [round(float(ball.mid()), 6) for ball in covariance_curve(activation("tanh"), 1, [0, "1/2"])]
    [0.0, 0.186324]
    """
    q = positive_variance(variance)
    points = [checked_correlation(c) for c in correlations]
    problem = Problem(activation.numeric(), derivative, q, _DIGITS)
    try:
        found = hermite_series(problem, _TERMS)
    except (NoEnclosureError, NoCertificateError, UnsupportedError) as error:
        return Missing(str(error))
    with ctx.workprec(64):
        return [found.at(value(c).real) for c in points]
