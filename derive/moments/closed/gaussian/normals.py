"""Expectations of products of error functions and signs of one Gaussian variable: arcsines and Owen's T.

Write w ~ N(q b/D, q/D) for z ~ N(0, q) after the tilt by exp(A x^2 + b x), with D = 1 - 2 A q. Then
erf(c w + d) is E sgn(c w + d + xi) over an independent xi ~ N(0, 1/2): each factor is the sign of a Gaussian.
"""

from __future__ import annotations

from typing import NamedTuple

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
        """T(0, a) = atan(a)/(2 pi); T(h, 1) = Phi(h) Phi(-h)/2; even in h, odd in a.

        Where h and 1/a vanish together T jumps from -1/4 to 1/4, and 0 is between; sgn(h k), which stands
        beside it in `_pair`, does likewise, so that their sum is right there too.
        """
        if h == 0 and a == sp.zoo:
            return sp.Integer(0)
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
        where = " off centre" if count == 3 else ""
        raise RefusedError(f"no closed form: it needs the orthant of {count} correlated Gaussians{where}")
    if shape.frequency != 0:
        return _oscillating(shape, count)
    ratio = determinant(shape.square)
    signs = [_of_error(shape, ratio, error) for error in shape.errors]
    if shape.edge is not None:
        signs.append(_of_edge(shape, ratio, shape.edge))
    return sp.erf(signs[0].mean(ratio) / sp.sqrt(2)) if count == 1 else _pair(shape, ratio, *signs)


class _Sign(NamedTuple):
    """A sign of mean top sqrt(2/(D scale)) in standard deviations, with top = head * times. Two of them have
    the correlation 2 c c' q/sqrt(scale scale') by their slopes c, c'."""

    head: sp.Expr
    times: sp.Expr
    slope: sp.Expr
    scale: sp.Expr

    @property
    def top(self) -> sp.Expr:
        return self.head * self.times

    def mean(self, ratio: sp.Expr) -> sp.Expr:
        return sp.Mul(sp.sqrt(2), self.head, self.times, 1 / sp.sqrt(ratio), 1 / sp.sqrt(self.scale))


def _of_error(shape: Shape, ratio: sp.Expr, error: Affine) -> _Sign:
    c, d = error
    return _sign(c, c * Q * shape.rate, d, ratio, determinant(shape.square - c**2))


def _of_edge(shape: Shape, ratio: sp.Expr, edge: sp.Expr) -> _Sign:
    return _sign(sp.Integer(1), Q * shape.rate, -edge, ratio, 2 * Q)


def _sign(slope: sp.Expr, shift: sp.Expr, offset: sp.Expr, ratio: sp.Expr, scale: sp.Expr) -> _Sign:
    """The sign with top = shift + offset D, where D is kept whole if it is a factor."""
    if shift == 0:
        return _Sign(offset, ratio, slope, scale)
    return _Sign(_whole(shift + offset * ratio), sp.Integer(1), slope, scale)


def _whole(expression: sp.Expr) -> sp.Expr:
    """As one product, so that erf sees the sign of its argument."""
    return sp.factor_terms(sp.expand_mul(expression))


def _pair(shape: Shape, ratio: sp.Expr, u: _Sign, v: _Sign) -> sp.Expr:
    """E sgn(U) sgn(V) of Gaussians with means h, k and correlation sin(t) (Owen 1956, equation 2.1, for
    signs): sgn(h k) - 4 T(h, k/(h cos t) - tan t) - 4 T(k, h/(k cos t) - tan t)."""
    tie, gap = 2 * u.slope * v.slope * Q, _gap(shape, ratio)
    if u.top == 0 and v.top == 0:
        angle = (
            sp.atan(tie / gap)
            if shape.edge is not None
            else sp.asin(tie / (sp.sqrt(u.scale) * sp.sqrt(v.scale)))
        )
        return 2 * angle / sp.pi
    if u.top == 0 or v.top == 0:
        return 4 * OwenT(u.mean(ratio) + v.mean(ratio), tie / gap)
    first, second = (
        OwenT(a.mean(ratio), sp.cancel(b.top * a.scale / a.top - tie) / gap) for a, b in ((u, v), (v, u))
    )
    top, bottom = sp.fraction(sp.cancel(u.top / v.top))  # what vanishes in both at some q has no sign there
    return sp.sign(top * bottom) - 4 * first - 4 * second


def _gap(shape: Shape, ratio: sp.Expr) -> sp.Expr:
    """sqrt(scale scale' - (2 c c' q)^2), factored by hand."""
    if shape.edge is not None:
        return sp.sqrt(2 * Q) * sp.sqrt(ratio)
    return sp.sqrt(ratio) * sp.sqrt(determinant(shape.square - sum(c**2 for c, _ in shape.errors)))


def _oscillating(shape: Shape, count: int) -> sp.Expr:
    """One error function or sign, centred, against exp(i w x): erf(i y) = i erfi(y)."""
    centred = shape.rate == 0 and not shape.edge and all(d == 0 for _, d in shape.errors)
    if count > 1 or not centred:
        raise RefusedError("no closed form: it needs the error function or Owen's T at complex arguments")
    turned = expected_signs(shape._replace(rate=shape.frequency, frequency=sp.Integer(0)))
    return turned.replace(sp.erf, lambda argument: sp.I * sp.erfi(argument))
