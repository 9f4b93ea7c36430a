"""Expectations of products of error functions and signs of one Gaussian variable: arcsines and Owen's T.

Write w ~ N(q b/D, q/D) for z ~ N(0, q) after the tilt by exp(A x^2 + b x), with D = 1 - 2 A q. Then
erf(c w + d) is E sgn(c w + d + xi) over an independent xi ~ N(0, 1/2): each factor is the sign of a Gaussian.
"""

from __future__ import annotations

import sympy as sp

from derive.moments.closed.families import RefusedError
from derive.moments.closed.gaussian.terms import Affine, Shape
from derive.moments.kinds import Q


class OwenT(sp.Function):
    """Owen's function T(h, a), kept as it is except where it is elementary.

    >>> OwenT(0, 1), OwenT(2, 0), OwenT(2, 1)
    (1/8, 0, 1/8 - erf(sqrt(2))**2/8)
    """

    nargs = 2
    is_real = True

    @classmethod
    def eval(cls, h: sp.Expr, a: sp.Expr) -> sp.Expr | None:
        """T(0, a) = atan(a)/(2 pi); T(h, 1) = Phi(h) Phi(-h)/2; even in h, odd in a."""
        if h == 0 or a == 0:
            return sp.atan(a) / (2 * sp.pi)
        if a == 1:
            return (1 - sp.erf(h / sp.sqrt(2)) ** 2) / 8
        if a.could_extract_minus_sign():
            return -cls(h, -a)
        return cls(-h, a) if h.could_extract_minus_sign() else None


def determinant(square: sp.Expr) -> sp.Expr:
    """D = 1 - 2 A q, what the tilt by exp(A x^2) divides the variance by."""
    return 1 - sp.expand_mul(2 * square * Q)


def expected_signs(shape: Shape) -> sp.Expr:
    """E of the error functions and the sign in a shape under its tilted Gaussian.

    Raises `RefusedError` where more than two are left, or where they meet an oscillation off centre.
    """
    count = len(shape.errors) + (shape.edge is not None)
    if count == 0:
        return sp.Integer(1)
    if count > 2:
        raise RefusedError(f"no closed form: it needs an orthant of {count} correlated Gaussians, off centre")
    if shape.frequency != 0:
        return _oscillating(shape, count)
    means = [_mean_of_error(shape, error) for error in shape.errors]
    if shape.edge is not None:
        means.append(_mean_of_sign(shape, shape.edge))
    return sp.erf(means[0] / sp.sqrt(2)) if count == 1 else _pair(shape, *means)


def _mean_of_error(shape: Shape, error: Affine) -> sp.Expr:
    """The mean of c w + d + xi in its standard deviations."""
    (c, d), ratio = error, determinant(shape.square)
    spread = sp.sqrt(ratio) * sp.sqrt(determinant(shape.square - c**2))
    return sp.sqrt(2) * _whole(c * Q * shape.rate + d * ratio) / spread


def _mean_of_sign(shape: Shape, edge: sp.Expr) -> sp.Expr:
    """The mean of w - edge in its standard deviations."""
    ratio = determinant(shape.square)
    return _whole(Q * shape.rate - edge * ratio) / (sp.sqrt(Q) * sp.sqrt(ratio))


def _whole(expression: sp.Expr) -> sp.Expr:
    """As one product, so that erf sees the sign of its argument."""
    return sp.factor_terms(sp.expand_mul(expression))


def _pair(shape: Shape, h: sp.Expr, k: sp.Expr) -> sp.Expr:
    """E sgn(U) sgn(V) from the means of U and V (Owen 1956, equation 2.1, for signs).

    With correlation sin(t) it is sgn(h k) - 4 T(h, k/(h cos t) - tan t) - 4 T(k, h/(k cos t) - tan t).
    """
    tangent, secant = _angle(shape)
    if h == 0 and k == 0:
        return 2 * (sp.asin(tangent / secant) if shape.edge is None else sp.atan(tangent)) / sp.pi
    if h == 0 or k == 0:
        return 4 * OwenT(h + k, tangent)
    quotient = _whole(k) / _whole(h)
    first, second = quotient * secant - tangent, secant / quotient - tangent
    return sp.sign(h * k) - 4 * OwenT(h, first) - 4 * OwenT(k, second)


def _angle(shape: Shape) -> tuple[sp.Expr, sp.Expr]:
    """The tangent and the secant of the angle whose sine is the correlation of the two signs."""
    ratio, c = determinant(shape.square), shape.errors[0][0]
    if shape.edge is not None:
        secant = sp.sqrt(determinant(shape.square - c**2)) / sp.sqrt(ratio)
        return c * sp.sqrt(2 * Q) / sp.sqrt(ratio), secant
    other = shape.errors[1][0]
    alone = [sp.sqrt(determinant(shape.square - slope**2)) for slope in (c, other)]
    both = sp.sqrt(ratio) * sp.sqrt(determinant(shape.square - c**2 - other**2))
    return 2 * c * other * Q / both, alone[0] * alone[1] / both


def _oscillating(shape: Shape, count: int) -> sp.Expr:
    """One error function or sign, centred, against exp(i w x): erf(i y) = i erfi(y)."""
    centred = shape.rate == 0 and not shape.edge and all(d == 0 for _, d in shape.errors)
    if count > 1 or not centred:
        raise RefusedError("no closed form: it needs the error function or Owen's T at complex arguments")
    turned = shape._replace(rate=shape.frequency, frequency=sp.Integer(0))
    mean = _mean_of_error(turned, shape.errors[0]) if shape.errors else _mean_of_sign(turned, sp.Integer(0))
    return sp.I * sp.erfi(mean / sp.sqrt(2))
