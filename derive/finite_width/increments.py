"""How the increments of one layer spread, exactly, whatever the width.

Given the layer's input the pre-activations of a Gaussian layer are independent N(0, q), so the increment
A = mean_i f(z_i)^2 / E f(z)^2 over n units has mean 1 and variance kappa/n, kappa = E f^4/(E f^2)^2 - 1.
"""

from __future__ import annotations

import sympy as sp

from derive.activation import Activation
from derive.finite_width.figures import (
    FOURTH,
    SECOND,
    SLOPE_FOURTH,
    SLOPE_SECOND,
    WIDEST,
    Amount,
    checked_count,
    known,
    of_moments,
)
from derive.moments.engine import checked_digits, positive_variance
from derive.number import Missing

FORWARD_EXCESS = FOURTH / SECOND**2 - 1
BACKWARD_EXCESS = SLOPE_FOURTH / SLOPE_SECOND**2 - 1


def increment_excess(
    activation: Activation, variance: object = 1, derivative: bool = False, digits: int = 30
) -> Amount:
    """kappa = E f^4/(E f^2)^2 - 1 at z ~ N(0, variance), or with f' in place of f: n times the variance of the
    increment of a Gaussian layer of n units, exact at every n.

    `Missing` where a moment is infinite or E f^2 is 0. Raises `BadInput` for a variance that is not a
    positive rational.

    >>> from derive.catalogue import activation
    >>> increment_excess(activation("relu")).exact, increment_excess(activation("identity"), 2).exact
    (5, 2)
    >>> increment_excess(activation("tanh"), digits=8).value
    '0.62729080601'
    """
    formula = BACKWARD_EXCESS if derivative else FORWARD_EXCESS
    return of_moments(formula, activation, positive_variance(variance), checked_digits(digits))


def increment_variance(
    activation: Activation, width: int = 256, variance: object = 1, derivative: bool = False, digits: int = 30
) -> Amount:
    """kappa/n, the variance of the increment of a Gaussian layer of `width` units; as `increment_excess`.

    >>> from derive.catalogue import activation
    >>> increment_variance(activation("relu"), 64).exact
    5/64
    """
    formula = (BACKWARD_EXCESS if derivative else FORWARD_EXCESS) / checked_count(width, "width", WIDEST)
    return of_moments(formula, activation, positive_variance(variance), checked_digits(digits))


def haar_increment_variance(activation: Activation, n_out: int, n_in: int, digits: int = 30) -> Amount:
    """The variance of the forward increment under Haar-orthogonal weights, for f of degree 1 without a bias.

    The weights are a block of a Haar-orthogonal matrix of size N = max(n_out, n_in), so given the input the
    pre-activations are n_out coordinates of a uniform vector on a sphere in R^N, whose unit vector has
    E u_i^4 = 3/(N(N + 2)) and E u_i^2 u_k^2 = 1/(N(N + 2)). With slopes a and b on the two sides, c = (a^2 + b^2)/2
    and r = ((a^2 - b^2)/(a^2 + b^2))^2, the signs being independent of the sizes,

        Var A = (2 (N - n_out) + 3 r N) / (n_out (N + 2)),

    3/(n + 2) for ReLU and 0 for x and |x| where n_out = n_in = n; it tends to kappa/n_out as N grows.

    >>> from derive.catalogue import activation
    >>> haar_increment_variance(activation("relu"), 256, 256).exact
    1/86
    """
    m, fan_in = checked_count(n_out, "width", WIDEST), checked_count(n_in, "fan-in", WIDEST)
    slopes = activation.degree_one
    if slopes is None:
        return Missing("under orthogonal weights the moments are derived for f of degree 1 only")
    a, b = (sp.S.Zero + slope.xreplace(activation.values) for slope in slopes)
    if a == 0 and b == 0:
        return Missing("f = 0 almost everywhere, so no signal passes")
    size, skew = sp.Integer(max(m, fan_in)), sp.cancel((a**2 - b**2) / (a**2 + b**2)) ** 2
    return known((2 * (size - m) + 3 * skew * size) / (m * (size + 2)), checked_digits(digits))
