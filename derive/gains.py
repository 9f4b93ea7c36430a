"""The gains of an activation: which weight variance g^2/fan holds which signal still, at a given q.

The same activation has several "gains" in public use; each one here says which convention it follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import sympy as sp

from derive.activation import Activation
from derive.derived import DERIVATIVE_SECOND, MEAN, SECOND, combine, sharpened
from derive.moments import Moments, Q, moments
from derive.moments.engine import checked_digits, positive_variance
from derive.number import Json, Missing, Number

# The squares of the gains, and the bias variance of the pair, in q and the moments.
FORWARD = Q / SECOND
BACKWARD = 1 / DERIVATIVE_SECOND
CENTRED = Q / (SECOND - MEAN**2)
BIAS_VARIANCE = Q - SECOND / DERIVATIVE_SECOND


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

    @cache
    def known(asked: int) -> Moments:
        return moments(activation, q, asked)

    backward = _number(BACKWARD, known, q, digits)
    return Gains(
        forward=_number(FORWARD, known, q, digits),
        backward=backward,
        centred=_number(CENTRED, known, q, digits),
        pair=_pair(backward, known, q, digits),
    )


Known = Callable[[int], Moments]


def _number(formula: sp.Expr, known: Known, q: sp.Rational, digits: int) -> Number | Missing:
    return sharpened(lambda asked: _attempt(formula, known(asked), q, asked), digits)


def _attempt(formula: sp.Expr, known: Moments, q: sp.Rational, digits: int) -> Number | Missing:
    """The formula at one precision; `Missing` where a moment is, or where it would divide by nothing."""
    inputs: dict[sp.Symbol, Number] = {}
    for symbol, name, found in _named(known):
        if isinstance(found, Number):
            inputs[symbol] = found
        elif formula.has(symbol):
            return Missing(f"{name} is not known: {found.reason}")
    absent = _no_divisor(formula, inputs, q, digits)
    return absent or combine(formula, inputs, q, digits, root=formula != BIAS_VARIANCE)


def _named(known: Moments) -> Iterator[tuple[sp.Symbol, str, Number | Missing]]:
    yield MEAN, "E f", known.mean
    yield SECOND, "E f^2", known.second
    yield DERIVATIVE_SECOND, "E f'^2", known.derivative_second


_NO_GRADIENT = "f' = 0 almost everywhere, so no gradient passes"

# For each formula: what it divides by, its name, and what it means for that to be 0.
_DIVISORS = {
    FORWARD: (SECOND, "E f^2", "f = 0 almost everywhere, so no signal passes"),
    CENTRED: (SECOND - MEAN**2, "Var f", "f is constant, so its variance is 0 and nothing scales it"),
    BACKWARD: (DERIVATIVE_SECOND, "E f'^2", _NO_GRADIENT),
    BIAS_VARIANCE: (DERIVATIVE_SECOND, "E f'^2", _NO_GRADIENT),
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


def _pair(backward: Number | Missing, known: Known, q: sp.Rational, digits: int) -> Pair | Missing:
    if isinstance(backward, Missing):
        return backward
    bias = _number(BIAS_VARIANCE, known, q, digits)
    if isinstance(bias, Missing):
        return bias
    if bias.exact == 0 or bias.ball > 0:
        return Pair(backward, bias)
    if bias.ball < 0:
        return Missing(f"at the backward gain the bias variance would have to be {float(bias):.6g}, below 0")
    return Missing("whether the bias variance is 0 or negative cannot be told from its certified ball")
