"""What one layer does to the squared gradient at a finite width, exactly, when the gradient that arrives does
not depend on that layer.

With y = W x, s^2 = g^2/n the variance of a weight, and P the projector orthogonal to x,

    W^T d = x (y.d)/|x|^2 + P t,   t ~ N(0, s^2 |d|^2 I) fresh given d,

since the part of W that acts orthogonally to x is independent of y and of all that is computed from it. With
d = f'(z) * g, z = y + b, E[y^2 | z] = ((q - v)/q)^2 z^2 + (q - v) v/q and |x|^2 = n (q - v)/g^2, an incoming g
with E[g g^T] diagonal and independent of the layer gives

    E|W^T d|^2 = |g|^2 g^2 E f'^2 (1 + ((q - v)/q)(rho - 1)/n),   rho = E[f'^2 Z^2]/E f'^2.

It does not compose: the gradient that leaves the layer depends on x, and so on the layer below.
"""

from __future__ import annotations

import sympy as sp

from derive.activation import Activation
from derive.finite_width.figures import (
    SLOPE_SECOND,
    TILTED,
    WIDEST,
    Amount,
    as_number,
    checked_count,
    of_moments,
)
from derive.finite_width.held import BIAS
from derive.moments import Q
from derive.moments.engine import checked_digits, positive_variance


def backward_one_step(
    activation: Activation,
    variance: object = 1,
    bias_variance: object = 0,
    fan_in: int = 256,
    digits: int = 30,
) -> Amount:
    """1 + ((q - v)/q)(rho - 1)/n: E of |g_(l-1)|^2/|g_l|^2 over one Gaussian layer with n inputs, beside its value
    g^2 E f'^2 at infinite width (g^2/n being the variance of a weight), given that the layer's q is `variance`.

    The gradient g_l has to arrive independent of the layer, with uncorrelated entries of one second moment. What
    leaves the layer does depend on its input, so the factor holds for one layer and does not multiply over several.
    It is 1 for f of degree 1.

    >>> from derive.catalogue import activation
    >>> backward_one_step(activation("relu"), 1, 0, 64).exact
    1
    >>> backward_one_step(activation("tanh"), 1, 0, 64, digits=8).value
    '0.98800231747'
    """
    n, q = checked_count(fan_in, "fan-in", WIDEST), positive_variance(variance)
    v = as_number(bias_variance, "the bias variance", checked_digits(digits))
    formula = 1 + (1 - BIAS / Q) * (TILTED / SLOPE_SECOND - 1) / sp.Integer(n)
    return of_moments(formula, activation, q, digits, {BIAS: v})
