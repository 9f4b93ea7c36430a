"""The gain that holds q with a bias variance v: g^2 = (q - v)/E f^2, so that F(q) = v + g^2 E f^2 = q."""

from __future__ import annotations

import sympy as sp
from flint import arb, ctx

from derive.activation import Activation
from derive.decimals import rational
from derive.derived import combine
from derive.errors import BadInput
from derive.finite_width.figures import SECOND, Amount, of_moments
from derive.moments import Q
from derive.moments.program import value
from derive.number import Missing, Number

BIAS = sp.Symbol("v", nonnegative=True)
_SQUARE = (Q - BIAS) / SECOND
_NEAR = arb("1e-6")  # a gain given as a float is not on the fixed point exactly


def held(
    activation: Activation, q: sp.Rational, bias_variance: Number, digits: int, gain: object = None
) -> Amount:
    """The gain that makes q a fixed point with this bias variance; `Missing` where none does, or where the gain
    that is given does not, to six digits.

    >>> from derive.catalogue import activation
    >>> from derive.finite_width.figures import as_number
    >>> held(activation("relu"), sp.Integer(1), as_number(0, "v", 30), 30).exact
    sqrt(2)
    """
    if not _less(bias_variance, q):
        return Missing(f"a bias variance of {float(bias_variance):.6g} leaves no room for weights at q = {q}")
    square = of_moments(_SQUARE, activation, q, digits, {BIAS: bias_variance})
    if isinstance(square, Missing):
        return square
    found = combine(SECOND, {SECOND: square}, q, digits, root=True)
    if gain is not None and not _same(gain, found):
        return Missing(
            f"q = {q} is not a fixed point of this gain and bias variance, which need the gain {float(found):.8g}"
        )
    return found


def scales(activation: Activation, bias_variance: Number) -> bool:
    """Whether a gain only scales the net, so that ratios are the same at each: f of degree 1 and no bias."""
    return activation.degree_one is not None and bias_variance.exact == 0


def _less(v: Number, q: sp.Rational) -> bool:
    with ctx.workdps(v.digits + 20):
        return bool(v.ball < value(q).real)


def _same(gain: object, found: Number) -> bool:
    if isinstance(gain, Number):
        ball = gain.ball
    else:
        exact = rational(gain, "the gain")
        if exact <= 0:
            raise BadInput(f"the gain is {exact}, but weights need a positive gain; give one above 0")
        ball = value(exact).real
    return bool(abs(ball / found.ball - 1) < _NEAR)
