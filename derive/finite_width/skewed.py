"""What weights of mean zero that are not symmetric do to the second moment, to first order in 1/sqrt(n).

For f with slopes a and b on the two sides, f(z)^2 = c z^2 + d z|z| with c = (a^2 + b^2)/2, d = (a^2 - b^2)/2, so

    E f(z)^2 = c E z^2 + d E[z|z|],

and the second term is 0 for symmetric z only. With independent weights of skewness s, z = sum_j w_j x_j has the
skewness S = s sum_j x_j^3/(sum_j x_j^2)^(3/2), and the first Edgeworth term, the density phi(t)(1 + S (t^3 - 3 t)/6)
of z/sqrt(q), gives E[z|z|] = q (S/6) E[Z|Z|(Z^3 - 3 Z)] = q (S/3) sqrt(2/pi), since E|Z|^5 = 8 sqrt(2/pi) and
E|Z|^3 = 2 sqrt(2/pi). Inputs x = f(Z) below have E x^3/(E x^2)^(3/2) = (a^3 - b^3) sqrt(2/pi)/c^(3/2).
"""

from __future__ import annotations

import sympy as sp

from derive.activation import Activation
from derive.decimals import rational
from derive.finite_width.figures import WIDEST, Amount, checked_count, known
from derive.moments.engine import checked_digits
from derive.number import Missing

EDGEWORTH = sp.sqrt(2 / sp.pi) / 3


def skewed_excess(activation: Activation, skewness: object, fan_in: int = 256, digits: int = 30) -> Amount:
    """E f(z)^2 / (E f^2 of the symmetric theory) - 1 for independent weights of that skewness, inputs x = f(Z) and
    f of degree 1: leading term, what is left out being O(1/n). For ReLU 4 sqrt(2) s/(3 pi sqrt(n)).

    `skewness` is E w^3/(E w^2)^(3/2), a rational: 2 for Exp(1) - 1. `Missing` for other f.

    >>> from derive.catalogue import activation
    >>> skewed_excess(activation("relu"), 2, 256).exact, skewed_excess(activation("abs"), 2).exact
    (sqrt(2)/(6*pi), 0)
    """
    n, skew = checked_count(fan_in, "fan-in", WIDEST), rational(skewness, "the skewness")
    if activation.degree_one is None:
        return Missing("the effect of skewed weights is derived for f of degree 1 only")
    a, b = (sp.S.Zero + slope.xreplace(activation.values) for slope in activation.degree_one)
    if a == 0 and b == 0:
        return Missing("f = 0 almost everywhere, so no signal passes")
    even, odd = (a**2 + b**2) / 2, (a**2 - b**2) / 2
    cubes = (a**3 - b**3) * sp.sqrt(2 / sp.pi) / even ** sp.Rational(3, 2)
    return known(odd / even * EDGEWORTH * skew * cubes / sp.sqrt(n), checked_digits(digits))
