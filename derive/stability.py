"""Whether the fixed point that a gain and a bias variance make is stable in depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sympy as sp
from flint import arb, ctx

from derive.activation import Activation
from derive.decimals import rational
from derive.derived import DERIVATIVE_SECOND, SLOPE, combine, sharpened
from derive.errors import BadInput
from derive.jumps import UnplacedJumpError, jump_term
from derive.moments import Q, moment
from derive.moments.engine import positive_variance
from derive.moments.program import value
from derive.number import Json, Missing, Number

Kind = Literal["stable", "neutral", "unstable", "undecided"]

_GAIN = sp.Symbol("g", positive=True)
_JUMPS = sp.Symbol("J", real=True)


@dataclass(frozen=True)
class Stability:
    """F'(q) and what it means for depth."""

    slope: Number | Missing
    kind: Kind

    def to_json(self) -> dict[str, Json | str]:
        """The contract's object for stability."""
        return {"slope": self.slope.to_json(), "kind": self.kind}


def stability(
    activation: Activation,
    gain: object,
    bias_variance: object,
    variance: object,
    digits: int = 30,
    closed: bool = True,
) -> Stability:
    """F'(q) with its kind; arguments and errors as for `slope`. Without `closed`, a closed form is looked for
    only where the ball does not decide."""
    found = slope(activation, gain, bias_variance, variance, digits, closed)
    if not closed and kind(found) == "undecided":
        found = slope(activation, gain, bias_variance, variance, digits)
    return Stability(found, kind(found))


def slope(
    activation: Activation,
    gain: object,
    bias_variance: object,
    variance: object,
    digits: int = 30,
    closed: bool = True,
) -> Number | Missing:
    """F'(q) = g^2 (E[z f(z) f'(z)] + J) / q at z ~ N(0, q), for the variance map F(q) = v + g^2 E f(z)^2.

    J is what the jumps of f add (`derive.jumps`); backpropagation does not see them, the map does. `gain`
    is a `Number` such as `gains` gives, or a positive rational. v drops out of the derivative; it is asked
    for because q is a fixed point only together with it. `Missing` where the moment is, or where f may jump
    at a place that cannot be told.

    >>> from derive.catalogue import activation
    >>> from derive.gains import gains
    >>> relu = activation("relu")
    >>> slope(relu, gains(relu, 1).forward, 0, 1).exact
    1
    """
    q, g = positive_variance(variance), _as_number(gain, digits)
    _check_bias(bias_variance)
    return sharpened(lambda asked: _attempt(activation, g, q, asked, closed), digits)


def kind(slope: Number | Missing) -> Kind:
    """ "stable" where |F'(q)| < 1, "unstable" where it is above, "neutral" where it is exactly 1.

    Only a closed form can show exactly 1. A ball that holds 1 without one is "undecided", as is a slope
    that is missing.

    >>> from flint import arb
    >>> kind(Number(sp.Integer(1), sp.Integer(1), arb(1), 30))
    'neutral'
    """
    if isinstance(slope, Missing):
        return "undecided"
    if slope.exact is not None and abs(slope.exact) == 1:
        return "neutral"
    with ctx.workprec(max(64, 4 * slope.digits) + 64):  # abs rounds to the working precision
        size = abs(slope.ball)
        return _compared(size)


def _compared(size: arb) -> Kind:
    return "stable" if size < 1 else "unstable" if size > 1 else "undecided"


def chi(
    activation: Activation, gain: object, bias_variance: object, variance: object, digits: int = 30
) -> Number | Missing:
    """chi(q) = g^2 E f'(z)^2 at z ~ N(0, q), the factor of the squared gradient; arguments as for `slope`.

    >>> from derive.catalogue import activation
    >>> chi(activation("relu"), "1.5", 0, 1).exact
    9/8
    """
    q, g = positive_variance(variance), _as_number(gain, digits)
    _check_bias(bias_variance)
    return sharpened(lambda asked: _chi(activation, g, q, asked), digits)


def _chi(activation: Activation, gain: Number, q: sp.Rational, digits: int) -> Number | Missing:
    found = moment(activation, "derivative_second", q, digits)
    if isinstance(found, Missing):
        return Missing(f"E f'^2 is not known: {found.reason}", found.infinite_from)
    inputs = {_GAIN: gain, DERIVATIVE_SECOND: found}
    return combine(_GAIN**2 * DERIVATIVE_SECOND, inputs, q, digits)


def _attempt(
    activation: Activation, gain: Number, q: sp.Rational, digits: int, closed: bool
) -> Number | Missing:
    found = moment(activation, "slope", q, digits, closed)
    if isinstance(found, Missing):
        return Missing(f"E[z f f'] is not known: {found.reason}", found.infinite_from)
    try:
        jumps = _jumps(activation, q, digits)
    except UnplacedJumpError as error:
        return Missing(str(error))
    return combine(_GAIN**2 * (SLOPE + _JUMPS) / Q, {_GAIN: gain, SLOPE: found, _JUMPS: jumps}, q, digits)


def _jumps(activation: Activation, q: sp.Rational, digits: int) -> Number:
    """What the jumps of f add to E[z f f'], exactly."""
    term = jump_term(activation)
    exact = term.xreplace({Q: q})
    with ctx.workdps(digits + 20):
        return Number(exact, term, value(exact).real, digits)


def _as_number(gain: object, digits: int) -> Number:
    if isinstance(gain, Number):
        return gain
    exact = rational(gain, "the gain")
    if exact <= 0:
        raise BadInput(f"the gain is {exact}, but weights need a positive gain; give one above 0")
    with ctx.workdps(digits + 20):
        return Number(exact, exact, value(exact).real, digits)


def _check_bias(bias_variance: object) -> None:
    if not isinstance(bias_variance, Number) and rational(bias_variance, "the bias variance") < 0:
        raise BadInput(
            f"the bias variance is {bias_variance}, but a variance is never below 0; give 0 or more"
        )
