"""From raw moments to mean, variance, skewness and kurtosis, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

Mass = tuple[sp.Expr, sp.Expr]


@dataclass(frozen=True)
class Moments:
    """The moments of one weight: kurtosis is E (w - mean)^4 / Var[w]^2, 3 for a Gaussian.

    Each is exact, in the parameters and widths of its law: oo where it is infinite, nan where it is undefined.
    """

    mean: sp.Expr
    variance: sp.Expr
    skewness: sp.Expr
    kurtosis: sp.Expr

    def at(self, values: dict[sp.Symbol, sp.Expr]) -> Moments:
        """The moments with values put in for symbols.

        >>> n = sp.Symbol("n")
        >>> Moments(sp.S.Zero, 1 / n, sp.S.Zero, sp.Integer(3)).at({n: sp.Integer(4)}).variance
        1/4
        """
        parts = (self.mean, self.variance, self.skewness, self.kurtosis)
        return Moments(*(part.subs(values) for part in parts))


def central(raw: Sequence[sp.Expr]) -> Moments:
    """The moments from E w, E w^2, E w^3 and E w^4.

    >>> central([sp.Integer(k) for k in (1, 2, 6, 24)])  # the exponential law of mean 1
    Moments(mean=1, variance=1, skewness=2, kurtosis=9)
    """
    m1, m2, m3, m4 = raw
    variance = m2 - m1**2
    if variance == 0:
        return Moments(m1, variance, sp.nan, sp.nan)
    third = m3 if m1 == 0 else m3 - 3 * m1 * m2 + 2 * m1**3
    fourth = m4 if m1 == 0 else m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4
    return Moments(m1, variance, _over(third, variance ** sp.Rational(3, 2)), _over(fourth, variance**2))


def _over(above: sp.Expr, below: sp.Expr) -> sp.Expr:
    """A quotient that keeps 0, oo and nan as they are, in each case of a `Piecewise`."""
    if above.is_Piecewise:
        return sp.Piecewise(*((_over(value, below), where) for value, where in above.args))
    settled = above in (0, sp.oo, sp.nan)
    return above if settled else sp.factor_terms(above / below)


def enumerated(masses: Sequence[Mass]) -> tuple[sp.Expr, ...]:
    """E w, E w^2, E w^3 and E w^4 of a law of finitely many values, each with its probability.

    >>> enumerated([(sp.S.NegativeOne, sp.S.Half), (sp.S.One, sp.S.Half)])
    (0, 1, 0, 1)
    """
    return tuple(sum(chance * value**power for value, chance in masses) for power in (1, 2, 3, 4))
