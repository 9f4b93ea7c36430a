"""Bounds that hold far out: on one side of the line, for every t = |x| >= T, with T >= 1.

A `Growth` is c t^m exp(k t + a t^2). Its numbers are exact fractions where they can be, so that a threshold
such as a = 1/(2q) is decided exactly, and balls otherwise, so that constants such as sqrt(2) need no rounding
by hand. A `Bound` says what is known of a function u there: growths above and below |u|, the sign of u, and
curves above and below u itself. Every rule for combining bounds is an inequality that is true for t >= T.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from flint import arb, fmpq

Size: TypeAlias = arb | fmpq

ONE, ZERO = fmpq(1), fmpq(0)


def most(a: Size, b: Size) -> Size:
    """The larger of two, exact where it can be."""
    return a if a >= b else b if b >= a else arb(a).max(arb(b))


def is_zero(number: Size) -> bool:
    """Whether it is seen to be 0; a ball that only may be is not."""
    return bool(number == 0)


def raised(base: Size, exponent: Size) -> Size:
    """base^exponent for base >= 0, exact for whole exponents of fractions."""
    if isinstance(base, fmpq) and isinstance(exponent, fmpq) and exponent.q == 1:
        return base ** int(exponent.p)
    return arb(base) ** arb(exponent)


@dataclass(frozen=True)
class Growth:
    """c t^m exp(k t + a t^2), with c >= 0."""

    c: Size
    m: Size = ZERO
    k: Size = ZERO
    a: Size = ZERO

    def __mul__(self, other: Growth) -> Growth:
        return Growth(self.c * other.c, self.m + other.m, self.k + other.k, self.a + other.a)

    def power(self, exponent: Size) -> Growth:
        """Its power; a negative exponent turns a bound from above into one from below."""
        return Growth(raised(self.c, exponent), self.m * exponent, self.k * exponent, self.a * exponent)

    def is_finite(self) -> bool:
        """False where ball arithmetic has lost hold of a coefficient."""
        return all(arb(number).is_finite() for number in (self.c, self.m, self.k, self.a))

    def at(self, t: arb) -> arb:
        """Its value at t."""
        return self.c * arb(t) ** arb(self.m) * (self.k * t + self.a * t * t).exp()

    def rises(self) -> bool:
        """Whether it is seen never to fall for t >= 1."""
        return bool(self.m >= 0 and self.k >= 0 and self.a >= 0)

    def falls(self) -> bool:
        """Whether it is seen never to rise for t >= 1."""
        return bool(self.m <= 0 and self.k <= 0 and self.a <= 0)

    def outgrows_squares(self) -> bool:
        """Whether it grows faster than every multiple of t^2."""
        return self.rises() and bool(self.a > 0 or self.k > 0 or self.m > 2) and bool(self.c > 0)


def order(growth: Growth) -> tuple[float, ...]:
    """A key that sorts growths by how they end, for choosing between two that are both true."""
    return tuple(float(arb(number).mid()) for number in (growth.a, growth.k, growth.m, growth.c))


def above_both(a: Growth, b: Growth) -> Growth:
    """A growth at least a + b, since t >= 1."""
    return Growth(a.c + b.c, most(a.m, b.m), most(a.k, b.k), most(a.a, b.a))


def below_both(a: Growth, b: Growth) -> Growth:
    """A growth at most min(a, b), since t >= 1."""
    return Growth(-most(-a.c, -b.c), -most(-a.m, -b.m), -most(-a.k, -b.k), -most(-a.a, -b.a))


@dataclass(frozen=True)
class Curve:
    """alpha + kappa t + lamda t^2."""

    alpha: Size
    kappa: Size = ZERO
    lamda: Size = ZERO

    def __add__(self, other: Curve) -> Curve:
        return Curve(self.alpha + other.alpha, self.kappa + other.kappa, self.lamda + other.lamda)

    def times(self, factor: Size) -> Curve:
        """The curve multiplied by a number."""
        return Curve(self.alpha * factor, self.kappa * factor, self.lamda * factor)

    def product(self, other: Curve) -> Curve | None:
        """The product, where it is at most quadratic."""
        cubic = self.kappa * other.lamda + self.lamda * other.kappa
        if not (cubic == 0 and self.lamda * other.lamda == 0):
            return None
        middle = self.alpha * other.lamda + self.kappa * other.kappa + self.lamda * other.alpha
        return Curve(self.alpha * other.alpha, self.alpha * other.kappa + self.kappa * other.alpha, middle)

    def at(self, t: Size) -> Size:
        """Its value at t."""
        return self.alpha + self.kappa * t + self.lamda * t * t

    def positive(self, far: Size = ONE) -> bool:
        """Whether it is seen to be at least 0 from `far` on: there, and rising ever after."""
        return bool(self.lamda >= 0 and self.kappa + 2 * self.lamda * far >= 0 and self.at(far) >= 0)

    def size(self) -> Growth:
        """A growth above its modulus, since t >= 1."""
        degree = 0 if is_zero(self.lamda) and is_zero(self.kappa) else 1 if is_zero(self.lamda) else 2
        return Growth(abs(self.alpha) + abs(self.kappa) + abs(self.lamda), fmpq(degree))

    def under(self, far: Size = ONE) -> Growth | None:
        """A growth below it, where it is positive and a part of it carries the rest."""
        for number, degree in ((self.lamda, 2), (self.kappa, 1), (self.alpha, 0)):
            if number > 0:
                rest = [n for n, d in ((self.kappa, 1), (self.alpha, 0)) if d < degree]
                if all(n >= 0 for n in rest):
                    return Growth(number, fmpq(degree))
                share = self.at(far) / far**degree  # rising, where the rest is negative
                return Growth(share, fmpq(degree)) if all(n <= 0 for n in rest) and share > 0 else None
        return None


@dataclass(frozen=True)
class Bound:
    """What is known of u for t >= T; None and 0 stand for "not known"."""

    upper: Growth | None = None  # |u| <= upper
    lower: Growth | None = None  # |u| >= lower
    sign: int = 0  # 1: u >= 0; -1: u <= 0
    above: Curve | None = None  # u <= above
    below: Curve | None = None  # u >= below
    bursts: bool = False  # for every L, |u| exceeds exp(L t^2) in the end

    def outgrows_squares(self) -> bool:
        """Whether |u| is seen to outgrow every multiple of t^2."""
        return self.bursts or (self.lower is not None and self.lower.outgrows_squares())


def constant(number: Size) -> Bound:
    """The bound of a constant; one that cannot be told from 0 has no lower bound."""
    size = abs(number)
    sign = 1 if number >= 0 else -1 if number < 0 else 0
    return Bound(Growth(size), Growth(size) if size > 0 else None, sign, Curve(number), Curve(number))


def within(low: int, high: int) -> Bound:
    """The bound of a function with values in [low, high]."""
    sign = 1 if low >= 0 else -1 if high <= 0 else 0
    return Bound(Growth(fmpq(max(abs(low), abs(high)))), None, sign, Curve(fmpq(high)), Curve(fmpq(low)))


def with_curves(bound: Bound) -> Bound:
    """The same bound, with curves read off its growths and sign where those tell any."""
    up, down = _curve_over(bound.upper), _curve_under(bound.lower)
    above = bound.above or (_minus(down) if bound.sign < 0 else up)
    below = bound.below or (down if bound.sign > 0 else _minus(up))
    return Bound(bound.upper, bound.lower, bound.sign, above, below, bound.bursts)


def from_curves(above: Curve | None, below: Curve | None, far: Size) -> Bound:
    """The bound of a function between two curves."""
    rises = below is not None and below.positive(far)
    falls = above is not None and above.times(-ONE).positive(far)
    sign = 1 if rises else -1 if falls else 0
    lower = below.under(far) if below and rises else above.times(-ONE).under(far) if above and falls else None
    if above is None or below is None:
        return Bound(None, lower, sign, above, below)
    return Bound(_envelope(above.size(), below.size()), lower, sign, above, below)


def _envelope(a: Growth, b: Growth) -> Growth:
    return Growth(most(a.c, b.c), most(a.m, b.m), most(a.k, b.k), most(a.a, b.a))


def _minus(curve: Curve | None) -> Curve | None:
    return curve and curve.times(-ONE)


def _curve_over(growth: Growth | None) -> Curve | None:
    """A curve above a growth that is at most quadratic."""
    if growth is None or not growth.k <= 0 or not growth.a <= 0 or not growth.m <= 2:
        return None
    if growth.m <= 0:
        return Curve(growth.c)
    return Curve(ZERO, growth.c) if growth.m <= 1 else Curve(ZERO, ZERO, growth.c)


def _curve_under(growth: Growth | None) -> Curve:
    """A curve between 0 and a growth: exp(s) >= 1 + s + s^2/2 for s >= 0, and t^m >= t^n for m >= n."""
    if growth is None or not growth.rises():
        return Curve(ZERO)
    c, k, a = growth.c, growth.k, growth.a
    if growth.m >= 2:
        return Curve(ZERO, ZERO, c)
    if growth.m >= 1:
        return Curve(ZERO, c, c * k)
    return Curve(c, c * k, c * (k * k / 2 + a))
