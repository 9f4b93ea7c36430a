"""The log-normal drift: E log A of an increment, by which the typical net falls behind the mean.

log A has mean -kappa/(2n) + O(1/n^2), so that exp of the mean of log q after L layers lags behind E q by about
exp(-L kappa/(2n)). For f of degree 1 it is had at every width:

- |x| and x: n A is chi-square with n degrees of freedom, E log A = digamma(n/2) + log(2/n);
- one side flat, as ReLU: n A/2 is chi-square with K degrees, K ~ Bin(n, 1/2); given that the net lives, K >= 1,
  E log A = E[digamma(K/2) | K >= 1] + log(4/n);
- otherwise by Frullani's integral: E log S = int_0^inf (e^-t - E e^(-t S)) dt/t for S = sum_i f(Z_i)^2, where
  E e^(-t S) = phi(t)^n with phi(t) = ((1 + 2 a^2 t)^(-1/2) + (1 + 2 b^2 t)^(-1/2))/2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb

import sympy as sp
from flint import acb, arb, ctx, fmpz

from derive.activation import Activation
from derive.derived import sharpened
from derive.finite_width.figures import FOURTH, SECOND, WIDEST, Amount, checked_count, known, of_moments
from derive.moments.engine import checked_digits, positive_variance
from derive.moments.program import value
from derive.number import Json, Missing, Number

_WRITTEN = 16  # the widest layer for which the digammas are written out
_LONGEST_SUM = 2**16
_NO_DENSITY = "known to first order only: f is not of degree 1, so log A has no law that is known at every q"


@dataclass(frozen=True)
class LogDrift:
    """E log A of one layer: `exact` at this width, and `first_order`, -kappa/(2n), which leaves out O(1/n^2).

    `given` says on what the mean is conditioned, where it has to be.
    """

    exact: Amount
    first_order: Amount
    given: str | None = None

    def to_json(self) -> dict[str, Json | str | None]:
        """Both numbers and the condition."""
        return {
            "exact": self.exact.to_json(),
            "first_order": self.first_order.to_json(),
            "given": self.given,
        }


def log_drift(activation: Activation, width: int = 256, variance: object = 1, digits: int = 30) -> LogDrift:
    """E log A over a Gaussian layer of `width` units at z ~ N(0, variance).

    >>> from derive.catalogue import activation
    >>> relu = log_drift(activation("relu"), 1)
    >>> relu.exact.exact, relu.given
    (-EulerGamma, 'at least one unit is on')
    >>> log_drift(activation("relu"), 256, digits=6).exact.value
    '-0.00982865936'
    """
    n, q = checked_count(width, "width", WIDEST), positive_variance(variance)
    first = of_moments(-(FOURTH / SECOND**2 - 1) / (2 * n), activation, q, checked_digits(digits))
    if isinstance(first, Missing) or activation.degree_one is None:
        return LogDrift(first if isinstance(first, Missing) else Missing(_NO_DENSITY), first)
    right, left = (sp.S.Zero + slope.xreplace(activation.values) for slope in activation.degree_one)
    if right**2 == left**2:
        return LogDrift(sharpened(lambda asked: _chi_square(n, asked), digits), first)
    if right * left == 0:
        return LogDrift(_half(n, digits), first, "at least one unit is on")
    return LogDrift(sharpened(lambda asked: _two_sided(n, right**2, left**2, asked), digits), first)


def _chi_square(n: int, digits: int) -> Number:
    exact = sp.digamma(sp.Rational(n, 2)) + sp.log(sp.Rational(2, n)) if n <= _WRITTEN else None
    with ctx.workdps(digits + 20):
        ball = (arb(n) / 2).digamma() + (arb(2) / n).log()
    return Number(
        exact, None, ball, digits, None if exact is not None else "written out for small widths only"
    )


def _half(n: int, digits: int) -> Amount:
    if n > _LONGEST_SUM:
        return Missing(
            f"a sum of {n} terms is not added up; beyond width {_LONGEST_SUM} the first order is all"
        )
    if n <= _WRITTEN:
        return known(_written_half(n), digits)
    return sharpened(lambda asked: _summed_half(n, asked), digits)


def _written_half(n: int) -> sp.Expr:
    """digamma(K/2) is -gamma and a rational for even K, and -gamma - 2 log 2 and a rational for odd K."""
    live = 2**n - 1
    rational = sum((Fraction(comb(n, k), live) * _rational_digamma(k) for k in range(1, n + 1)), Fraction(0))
    odd = Fraction(2 ** (n - 1), live)
    return (
        sp.Rational(rational.numerator, rational.denominator)
        - sp.EulerGamma
        - 2 * sp.Rational(odd.numerator, odd.denominator) * sp.log(2)
        + sp.expand_log(sp.log(sp.Rational(4, n)))
    )


def _rational_digamma(k: int) -> Fraction:
    """The rational part of digamma(k/2), from digamma(x + 1) = digamma(x) + 1/x."""
    return sum((Fraction(2, j) for j in range(k - 2, 0, -2)), Fraction(0))


def _summed_half(n: int, digits: int) -> Number:
    with ctx.workdps(digits + 20):
        total, binomial = arb(0), fmpz(1)
        for k in range(1, n + 1):
            binomial = binomial * (n - k + 1) // k
            total += arb(binomial) * (arb(k) / 2).digamma()
        ball = total / arb(fmpz(2) ** n - 1) + (arb(4) / n).log()
    return Number(None, None, ball, digits, "a sum over the number of units that are on")


def _two_sided(n: int, right: sp.Expr, left: sp.Expr, digits: int) -> Number:
    with ctx.workdps(digits + 20):
        a, b = value(right).real, value(left).real
        ball = _frullani(n, a, b, digits + 10) - (n * (a + b) / 2).log()
    return Number(None, None, ball, digits, "a certified integral")


def _frullani(n: int, a: arb, b: arb, digits: int) -> arb:
    """E log S by the integral over s = log t, with bounds on both tails: |e^-t - phi^n| <= t max(1, n c) below,
    and <= e^-t + (2 t min(a, b))^(-n/2) above."""
    mean, least = n * (a + b) / 2, a.min(b)
    low = -arb(10).log() * digits - arb.max(arb(1), mean).log()
    reach = arb(10).log() * digits
    high = arb.max((reach * 2 / n) - (2 * least).log(), reach.log())
    low, high = low.mid(), high.mid()
    tail = low.exp() * arb.max(arb(1), mean) + (-high.exp()).exp()
    tail += (2 * high.exp() * least) ** (-arb(n) / 2) * 2 / n

    def integrand(s: acb, analytic: bool) -> acb:
        t = s.exp()
        sides = ((1 + 2 * slope * t).rsqrt(analytic=analytic) for slope in (a, b))
        return (-t).exp() - (sum(sides, acb(0)) / 2) ** n

    found = acb.integral(
        integrand, acb(low), acb(high), rel_tol=arb(10) ** -digits, abs_tol=arb(10) ** -digits
    )
    return found.real + arb(0, tail.upper())
