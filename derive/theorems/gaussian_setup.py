"""What the theorems on Gaussian layers start from: an activation at one q, and laws that are not Gaussian."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp
from flint import ctx

from derive.activation import Activation, X
from derive.gains import Gains, Pair, gains
from derive.moments import Moments, moments
from derive.moments.engine import positive_variance
from derive.moments.operations import UnsupportedError
from derive.moments.program import value
from derive.number import Missing, Number
from derive.proof.statement import Countermodel

PLACES = 15
_APART = sp.Rational(1, 10**9)


class NoOtherLawError(Exception):
    """No law that is not Gaussian was found to tell the difference, so that the assumption may not be needed."""


@dataclass(frozen=True)
class Setup:
    """An activation at one q, with its moments and gains as the engine gives them."""

    activation: Activation
    q: sp.Rational
    moments: Moments
    gains: Gains

    @property
    def second(self) -> sp.Expr:
        """E f(sqrt(q) Z)^2 as digits."""
        return _digits(self.moments.second)

    @property
    def slope(self) -> sp.Expr:
        """E f'(sqrt(q) Z)^2 as digits."""
        return _digits(self.moments.derivative_second)

    @property
    def apart(self) -> bool:
        """Whether the certified numbers show that E f^2 is not q E f'^2."""
        known = self.moments
        if isinstance(known.second, Missing) or isinstance(known.derivative_second, Missing):
            return False
        with ctx.workdps(60):
            gap = known.second.ball - value(self.q).real * known.derivative_second.ball
        return bool(gap != 0) and isinstance(self.gains.backward, Number)

    @property
    def no_pair(self) -> bool:
        """Whether they show that the bias variance of a pair would be negative."""
        if isinstance(self.gains.pair, Pair) or not self.apart:
            return False
        return bool(self.q * self.slope < self.second)


def setup(activation: Activation, q: object) -> Setup:
    """Compute the moments and gains once for all theorems."""
    value = positive_variance(q)
    return Setup(activation, value, moments(activation, value), gains(activation, value))


def _digits(number: Number | Missing) -> sp.Expr:
    assert isinstance(number, Number)
    exact = number.exact
    return exact if exact is not None and exact.is_Rational else sp.Float(number.value, PLACES)


# Laws of z with variance q that are not Gaussian: (words, ((z/sqrt(q), probability), ...)).
_LAWS = (
    (
        "n = 1, no bias, w = g or -g with probability 1/2 each, so z = +-sqrt(q)",
        ((1, sp.Rational(1, 2)), (-1, sp.Rational(1, 2))),
    ),
    (
        "n = 1, no bias, w = 0 with probability 3/4 and 2 g or -2 g with 1/8 each, so z = 0 or +-2 sqrt(q)",
        ((0, sp.Rational(3, 4)), (2, sp.Rational(1, 8)), (-2, sp.Rational(1, 8))),
    ),
)


def signs(s: Setup, kind: str) -> Countermodel:
    """A law of z that is not Gaussian and has another mean of f(z)^2, or of f'(z)^2.

    Raises `NoOtherLawError` where the laws tried have none, as for constant f.
    """
    second = kind == "second"
    body = s.activation.numeric() if second else s.activation.derivative.subs(s.activation.values)
    right = s.second if second else s.slope
    for words, law in _LAWS:
        left = _mean_square(body, law, s.q)
        if left is not None and abs(left - right) > _APART * abs(right):
            what = "f(z)^2" if second else "f'(z)^2"
            return Countermodel(
                "named law", f"{words} at q = {s.q}: the mean of {what} is another", left, right
            )
    raise NoOtherLawError(f"the laws tried have the Gaussian mean of {'f^2' if second else 'fprime^2'}")


def _mean_square(body: sp.Expr, law: tuple[tuple[int, sp.Rational], ...], q: sp.Rational) -> sp.Expr | None:
    """Exact where every value is rational, otherwise as digits; None where a value is not finite."""
    values = [body.subs(X, at * sp.sqrt(q)) for at, _ in law]
    if not all(number.is_Rational for number in values):
        digits = [_as_float(number) for number in values]
        values = [number for number in digits if number is not None]
    if len(values) != len(law):
        return None
    return sum((p * number**2 for (_, p), number in zip(law, values, strict=True)), sp.Integer(0))


def _as_float(number: sp.Expr) -> sp.Float | None:
    with ctx.workdps(2 * PLACES):
        try:
            ball = value(number).real
        except UnsupportedError:
            return None
        return sp.Float(ball.str(PLACES + 5, radius=False), PLACES) if ball.is_finite() else None


def half_bias(s: Setup) -> Countermodel:
    """A layer with a bias, for the theorem on layers without."""
    half = s.q / 2
    words = f"Gaussian weights with the gain of the theorem and a bias of variance v = {half}: F(q) against q"
    return Countermodel("named law", words, s.q + half, s.q)


def pair_model(s: Setup) -> Countermodel:
    """The pair, for the theorem that no gain does without a bias."""
    words = "With a bias variance v = q - E f^2/E f'^2 the two conditions meet in one gain: v against 0"
    return Countermodel("named law", words, s.q - s.second / s.slope, sp.Integer(0))
