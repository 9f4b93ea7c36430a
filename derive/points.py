"""Points of the line and their order, decided in ball arithmetic.

sympy compares roots of polynomials by bisecting with ever longer fractions, which takes minutes for a root
of degree 16; flint isolates all of them in a millisecond.
"""

from __future__ import annotations

import sympy as sp
from flint import arb, ctx

from derive.decimals import fraction

_PRECISIONS = (64, 128, 512)


def is_below(a: sp.Expr, b: sp.Expr) -> bool | None:
    """Whether a < b; None where that depends on parameters or cannot be told.

    >>> is_below(sp.sqrt(2), sp.Rational(3, 2)), is_below(sp.Symbol("a"), sp.Integer(0))
    (True, None)
    """
    if a == -sp.oo or b == sp.oo:
        return True
    difference = b - a
    if difference.is_Rational:
        return bool(difference > 0)
    if not difference.free_symbols:
        for precision in _PRECISIONS:
            low, high = _ball(a, precision), _ball(b, precision)
            if low < high or low > high:
                return bool(low < high)
    known = difference.is_positive or difference.is_nonpositive
    return bool(difference.is_positive) if known else None


def between(low: sp.Expr, high: sp.Expr) -> sp.Expr:
    """A point inside (low, high): a rational one if the ends are numbers.

    >>> between(sp.sqrt(2), sp.sqrt(3)).is_Rational, between(-sp.oo, sp.sqrt(2))
    (True, 0)
    """
    if low == -sp.oo:
        return sp.Integer(0) if high == sp.oo else _rounded(high) - 1
    if high == sp.oo:
        return _rounded(low) + 1
    middle = (low + high) / 2
    if middle.is_Rational or middle.free_symbols:
        return middle
    for precision in _PRECISIONS:
        left, right = _ball(low, precision), _ball(high, precision)
        if left < right:
            return (_rational(left, 1) + _rational(right, -1)) / 2
    return middle


def _rounded(point: sp.Expr) -> sp.Expr:
    """A number to the nearest whole one; anything with a symbol as it is."""
    if point.is_Rational or point.free_symbols:
        return point
    near = _ball(point, _PRECISIONS[0])
    return _rational(near, 0).round() if near.is_finite() else point


def _rational(ball: arb, end: int) -> sp.Rational:
    """The middle of a ball, or its upper (1) or lower (-1) end."""
    exact = fraction(ball.mid()) + end * fraction(ball.rad())
    return sp.Rational(exact.numerator, exact.denominator)


def _ball(point: sp.Expr, precision: int) -> arb:
    """A ball around a number; not finite, and so in no order, where none can be had."""
    from derive.moments.operations import UnsupportedError
    from derive.moments.program import value  # which needs the pieces, and so this module

    with ctx.workprec(precision):
        try:
            return value(point).real
        except UnsupportedError:
            return arb.nan()
