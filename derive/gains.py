"""The gains of an activation: which weight variance g^2/fan holds which signal still, at a given q.

The same activation has several "gains" in public use; each one here says which convention it follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

import sympy as sp

from derive.activation import Activation
from derive.derived import DERIVATIVE_SECOND, MEAN, SECOND, combine, enclosed, sharpened
from derive.moments import Moments, Q, moments
from derive.moments.engine import checked_digits, positive_variance
from derive.number import Json, Missing, Number
from derive.self_consistent import self_consistent

# The squares of the gains, and the bias variance of the pair, in q and the moments.
FORWARD = Q / SECOND
BACKWARD = 1 / DERIVATIVE_SECOND
CENTRED = Q / (SECOND - MEAN**2)
COMPROMISE = 2 * Q / (SECOND + Q * DERIVATIVE_SECOND)
GEOMETRIC = sp.sqrt(Q / (SECOND * DERIVATIVE_SECOND))
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
    compromise: Number | Missing = field(kw_only=True)
    geometric: Number | Missing = field(kw_only=True)
    self_consistent: Number | Missing = field(kw_only=True)

    def to_json(self) -> dict[str, object]:
        """The contract's object for gains, with the pair and the other conventions added."""
        pair = self.pair
        return {
            "forward": self.forward.to_json(),
            "backward": self.backward.to_json(),
            "centred": self.centred.to_json(),
            "pair": pair.to_json()
            if isinstance(pair, Pair)
            else {"gain": None, "bias_variance": None, "reason": pair.reason},
            "compromise": self.compromise.to_json(),
            "geometric": self.geometric.to_json(),
            "self_consistent": self.self_consistent.to_json(),
        }


def gains(activation: Activation, variance: object, digits: int = 30) -> Gains:
    """All gains at z ~ N(0, variance), weights having variance g^2/fan.

    forward     sqrt(q / E f^2), holds the second moment of the pre-activations (He et al. 2015, eq. 10; what
                torch's calculate_gain is for, with fan_in);
    backward    1/sqrt(E f'^2), holds the second moment of the gradient (He et al. 2015, eq. 14; fan_out);
    centred     sqrt(q / Var f), holds the variance about the mean (Brock et al. 2021, NFNets, section 2; timm);
    pair        g = backward and bias variance v = q - g^2 E f^2, holds both, where v >= 0;
    compromise  g^2 = 2 / (E f^2/q + E f'^2): the two factors of a layer miss 1 by equal and opposite amounts,
                the least possible for the larger |factor - 1| (fan_in = fan_out; Glorot and Bengio 2010, eq. 12,
                is the same choice between two fans; torch's and Keras' Xavier or Glorot initialisers);
    geometric   g^4 = 1 / ((E f^2/q) E f'^2): the product of the two factors is 1, the least sum of squares of
                their logarithms;
    self_consistent   the s with E f(s Z)^2 = 1, whatever q is: with weights of variance s^2/fan_in the activations
                have second moment 1 and the pre-activations s^2 (AnyInit). The forward gain at q = s^2.
                `derive.self_consistent` says how it is found and which root it is.

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
        compromise=_number(COMPROMISE, known, q, digits),
        geometric=_number(GEOMETRIC, known, q, digits),
        self_consistent=self_consistent(activation, digits),
    )


def forward_gain(activation: Activation, variance: object, digits: int = 30) -> Number | Missing:
    """The forward gain alone; errors as for `gains`."""
    q = positive_variance(variance)
    return _number(FORWARD, lambda asked: moments(activation, q, asked), q, checked_digits(digits))


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
            return Missing(f"{name} is not known: {found.reason}", found.infinite_from)
    absent = _no_divisor(formula, inputs, q, digits)
    return absent or combine(formula, inputs, q, digits, root=formula != BIAS_VARIANCE)


def _named(known: Moments) -> Iterator[tuple[sp.Symbol, str, Number | Missing]]:
    yield MEAN, "E f", known.mean
    yield SECOND, "E f^2", known.second
    yield DERIVATIVE_SECOND, "E f'^2", known.derivative_second


_NO_GRADIENT = "f' = 0 almost everywhere, so no gradient passes"

_NO_SIGNAL = "f = 0 almost everywhere, so no signal passes"

# For each formula: what must not be 0, its name, and what it means where it is.
_Divisor = tuple[sp.Expr, str, str]
_SIGNAL: _Divisor = (SECOND, "E f^2", _NO_SIGNAL)
_GRADIENT: _Divisor = (DERIVATIVE_SECOND, "E f'^2", _NO_GRADIENT)
_SPREAD: _Divisor = (
    SECOND - MEAN**2,
    "Var f",
    "f is constant, so its variance is 0 and nothing scales it",
)
_DIVISORS: dict[sp.Expr, tuple[_Divisor, ...]] = {
    FORWARD: (_SIGNAL,),
    CENTRED: (_SPREAD,),
    BACKWARD: (_GRADIENT,),
    BIAS_VARIANCE: (_GRADIENT,),
    COMPROMISE: (_SIGNAL, _GRADIENT),
    GEOMETRIC: (_SIGNAL, _GRADIENT),
}


def _no_divisor(
    formula: sp.Expr, inputs: dict[sp.Symbol, Number], q: sp.Rational, digits: int
) -> Missing | None:
    for quantity, name, vanishes in _DIVISORS[formula]:
        if enclosed(quantity, inputs, q, digits) > 0:
            continue
        if combine(quantity, inputs, q, digits).exact == 0:
            return Missing(vanishes)
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
