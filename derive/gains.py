"""The gains of an activation: which weight variance g^2/fan holds which signal still, at a given q.

The same activation has several "gains" in public use; each one here says which convention it follows.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from derive.activation import Activation
from derive.derived import DERIVATIVE_SECOND, MEAN, SECOND, combine, sharpened
from derive.moments import Kind, Q, moment
from derive.moments.engine import checked_digits, positive_variance
from derive.number import Json, Missing, Number

FORWARD = sp.sqrt(Q / SECOND)
BACKWARD = 1 / sp.sqrt(DERIVATIVE_SECOND)
CENTRED = sp.sqrt(Q / (SECOND - MEAN**2))
BIAS_VARIANCE = Q - SECOND / DERIVATIVE_SECOND

_KINDS: dict[sp.Symbol, Kind] = {
    MEAN: "mean",
    SECOND: "second",
    DERIVATIVE_SECOND: "derivative_second",
}


@dataclass(frozen=True)
class Pair:
    """A gain with a bias variance that together hold both directions at q."""

    gain: Number
    bias_variance: Number

    def to_json(self) -> dict[str, Json]:
        """Both numbers."""
        return {"gain": self.gain.to_json(), "bias_variance": self.bias_variance.to_json()}


@dataclass(frozen=True)
class Gains:
    """Every gain of an activation at one q."""

    forward: Number | Missing
    backward: Number | Missing
    centred: Number | Missing
    pair: Pair | Missing

    def to_json(self) -> dict[str, object]:
        """The contract's object for gains, with the pair added."""
        pair = self.pair
        return {
            "forward": self.forward.to_json(),
            "backward": self.backward.to_json(),
            "centred": self.centred.to_json(),
            "pair": pair.to_json()
            if isinstance(pair, Pair)
            else {"gain": None, "bias_variance": None, "reason": pair.reason},
        }


def gains(activation: Activation, variance: object, digits: int = 30) -> Gains:
    """All gains at z ~ N(0, variance), weights having variance g^2/fan.

    forward   sqrt(q / E f^2), holds the second moment of the pre-activations (He et al. 2015, eq. 10);
    backward  1/sqrt(E f'^2), holds the second moment of the gradient (He et al. 2015, eq. 14);
    centred   sqrt(q / Var f), holds the variance about the mean (Brock et al. 2021, NFNets, section 2);
    pair      g = backward and bias variance v = q - g^2 E f^2, holds both, where v >= 0.

    A gain that does not exist is `Missing`, with the reason. Raises `BadInput` as `moment` does.

    >>> from derive.catalogue import activation
    >>> relu = gains(activation("relu"), 1)
    >>> relu.forward.exact, relu.backward.exact, relu.pair.bias_variance.exact
    (sqrt(2), sqrt(2), 0)
    >>> gains(activation("prelu"), 1).forward.symbolic
    sqrt(2)/sqrt(a**2 + 1)
    """
    q = positive_variance(variance)
    checked_digits(digits)
    backward = _number(BACKWARD, activation, q, digits)
    return Gains(
        forward=_number(FORWARD, activation, q, digits),
        backward=backward,
        centred=_number(CENTRED, activation, q, digits),
        pair=_pair(backward, activation, q, digits),
    )


def _number(formula: sp.Expr, activation: Activation, q: sp.Rational, digits: int) -> Number | Missing:
    return sharpened(lambda asked: _attempt(formula, activation, q, asked), digits)


def _attempt(formula: sp.Expr, activation: Activation, q: sp.Rational, digits: int) -> Number | Missing:
    """The formula at one precision; `Missing` where a moment is, or where it divides by nothing."""
    inputs: dict[sp.Symbol, Number] = {}
    for symbol in sorted(formula.free_symbols & _KINDS.keys(), key=str):
        found = moment(activation, _KINDS[symbol], q, digits)
        if isinstance(found, Missing):
            return Missing(f"E[{_KINDS[symbol]}] is not known: {found.reason}")
        inputs[symbol] = found
    absent = _no_divisor(formula, inputs, q, digits)
    return absent or combine(formula, inputs, q, digits)


_DIVISORS = {
    FORWARD: (SECOND, "E f^2", "f = 0 almost everywhere, so no signal passes"),
    CENTRED: (SECOND - MEAN**2, "Var f", "f is constant, so its variance is 0 and nothing scales it"),
    BACKWARD: (DERIVATIVE_SECOND, "E f'^2", "f' = 0 almost everywhere, so no gradient passes"),
    BIAS_VARIANCE: (DERIVATIVE_SECOND, "E f'^2", "f' = 0 almost everywhere, so no gradient passes"),
}


def _no_divisor(
    formula: sp.Expr, inputs: dict[sp.Symbol, Number], q: sp.Rational, digits: int
) -> Missing | None:
    quantity, name, vanishes = _DIVISORS[formula]
    divisor = combine(quantity, inputs, q, digits)
    if divisor.exact == 0:
        return Missing(vanishes)
    if not divisor.ball > 0:
        return Missing(f"{name} cannot be told from 0 with {digits} digits")
    return None


def _pair(backward: Number | Missing, activation: Activation, q: sp.Rational, digits: int) -> Pair | Missing:
    if isinstance(backward, Missing):
        return backward
    bias = _number(BIAS_VARIANCE, activation, q, digits)
    if isinstance(bias, Missing):
        return bias
    if bias.exact == 0 or bias.ball > 0:
        return Pair(backward, bias)
    if bias.ball < 0:
        return Missing(f"at the backward gain the bias variance would have to be {float(bias):.6g}, below 0")
    return Missing("whether the bias variance is 0 or negative cannot be told from its certified ball")
