"""Bounds that hold far out: on one side of the line, for every t = |x| >= T, with T >= 1.

A `Growth` is c t^m exp(k t); its coefficients are balls, so constants such as sqrt(2) need no rounding by
hand. A `Bound` says what is known of a function u there: growths above and below |u|, the sign of u, and
lines above and below u itself. Every rule for combining bounds is an inequality that is true for t >= T.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

ONE, ZERO = arb(1), arb(0)


@dataclass(frozen=True)
class Growth:
    """c t^m exp(k t), with c > 0."""

    c: arb
    m: arb = ZERO
    k: arb = ZERO

    def __mul__(self, other: Growth) -> Growth:
        return Growth(self.c * other.c, self.m + other.m, self.k + other.k)

    def power(self, exponent: arb) -> Growth:
        """Its power; a negative exponent turns a bound from above into one from below."""
        return Growth(self.c**exponent, self.m * exponent, self.k * exponent)

    def is_finite(self) -> bool:
        """False where ball arithmetic has lost hold of a coefficient."""
        return bool(self.c.is_finite() and self.m.is_finite() and self.k.is_finite())

    def at(self, t: arb) -> arb:
        """Its value at t."""
        return self.c * t**self.m * (self.k * t).exp()


def above_both(a: Growth, b: Growth) -> Growth:
    """A growth at least a + b, since t >= 1."""
    return Growth(a.c + b.c, a.m.max(b.m), a.k.max(b.k))


@dataclass(frozen=True)
class Line:
    """alpha + kappa t."""

    alpha: arb
    kappa: arb = ZERO

    def __add__(self, other: Line) -> Line:
        return Line(self.alpha + other.alpha, self.kappa + other.kappa)

    def times(self, factor: arb) -> Line:
        """The line multiplied by a number."""
        return Line(self.alpha * factor, self.kappa * factor)


@dataclass(frozen=True)
class Bound:
    """What is known of u for t >= T; None and 0 stand for "not known"."""

    upper: Growth | None = None  # |u| <= upper
    lower: Growth | None = None  # |u| >= lower
    sign: int = 0  # 1: u >= 0; -1: u <= 0
    above: Line | None = None  # u <= above
    below: Line | None = None  # u >= below


def constant(number: arb) -> Bound:
    """The bound of a constant; one that cannot be told from 0 has no lower bound."""
    size = abs(number)
    sign = 1 if number >= 0 else -1 if number < 0 else 0
    return Bound(Growth(size), Growth(size) if size > 0 else None, sign, Line(number), Line(number))


def within(low: int, high: int) -> Bound:
    """The bound of a function with values in [low, high]."""
    sign = 1 if low >= 0 else -1 if high <= 0 else 0
    return Bound(Growth(arb(max(abs(low), abs(high)))), None, sign, Line(arb(high)), Line(arb(low)))


def with_lines(bound: Bound) -> Bound:
    """The same bound, with lines read off its growths and sign where those tell any."""
    up, down = _line_over(bound.upper), _line_under(bound.lower)
    above = bound.above or (_minus(down) if bound.sign < 0 else up)
    below = bound.below or (down if bound.sign > 0 else _minus(up))
    return Bound(bound.upper, bound.lower, bound.sign, above, below)


def from_lines(above: Line | None, below: Line | None) -> Bound:
    """The bound of a function between two lines."""
    sign = 1 if below and _positive(below) else -1 if above and _positive(above.times(-ONE)) else 0
    if above is None or below is None:
        return Bound(None, None, sign, above, below)
    size = arb.max(abs(above.alpha), abs(below.alpha))
    steep = arb.max(abs(above.kappa), abs(below.kappa))
    flat = bool(steep == 0)
    return Bound(Growth(size if flat else size + steep, ZERO if flat else ONE), None, sign, above, below)


def _positive(line: Line) -> bool:
    return bool(line.alpha >= 0 and line.kappa >= 0)


def _minus(line: Line | None) -> Line | None:
    return line and line.times(-ONE)


def _line_over(growth: Growth | None) -> Line | None:
    """A line above a growth that is at most linear."""
    if growth is None or not growth.k <= 0 or not growth.m <= 1:
        return None
    return Line(growth.c) if growth.m <= 0 else Line(ZERO, growth.c)


def _line_under(growth: Growth | None) -> Line:
    """A line between 0 and a growth."""
    if growth is None or not growth.k >= 0 or not growth.m >= 1:
        return Line(ZERO)
    return Line(ZERO, growth.c)


def add(terms: list[Bound], far: arb) -> Bound:
    """The bound of a sum."""
    above = _sum_lines([term.above for term in terms])
    below = _sum_lines([term.below for term in terms])
    upper = terms[0].upper
    for term in terms[1:]:
        upper = above_both(upper, term.upper) if upper and term.upper else None
    lower, sign = _dominant(terms, far)
    return Bound(upper, lower, sign or from_lines(above, below).sign, above, below)


def _sum_lines(lines: list[Line | None]) -> Line | None:
    total = Line(ZERO)
    for line in lines:
        if line is None:
            return None
        total = total + line
    return total


def _dominant(terms: list[Bound], far: arb) -> tuple[Growth | None, int]:
    """A lower bound on |sum| and the sign of the sum: terms of one sign cannot cancel, and a term that
    outgrows all the others, and is larger at T, keeps the rest of itself for ever."""
    signs = {term.sign for term in terms}
    lowers = [term.lower for term in terms if term.lower]
    if len(signs) == 1 and signs != {0}:
        return (max(lowers, key=_order) if lowers else None), signs.pop()
    for term in terms:
        left = _left_over(term, [other for other in terms if other is not term], far)
        if left is not None:
            return left, term.sign
    return None, 0


def _order(growth: Growth) -> tuple[float, float, float]:
    return float(growth.k.mid()), float(growth.m.mid()), float(growth.c.mid())


def _left_over(term: Bound, others: list[Bound], far: arb) -> Growth | None:
    if term.lower is None or any(other.upper is None for other in others):
        return None
    lower, share = term.lower, arb(1)
    for other in others:
        assert other.upper is not None
        ratio = Growth(other.upper.c / lower.c, other.upper.m - lower.m, other.upper.k - lower.k)
        if not (ratio.m <= 0 and ratio.k <= 0):
            return None
        share -= ratio.at(far)
    return Growth(lower.c * share, lower.m, lower.k) if share > 0 else None


def multiply(a: Bound, b: Bound) -> Bound:
    """The bound of a product."""
    upper = a.upper * b.upper if a.upper and b.upper else None
    lower = a.lower * b.lower if a.lower and b.lower else None
    return with_lines(Bound(upper, lower, a.sign * b.sign))


def scale(number: arb, bound: Bound) -> Bound:
    """The bound of a constant times a function; the lines are kept."""
    factor = constant(number)
    product = multiply(factor, bound)
    over, under = (bound.above, bound.below) if number >= 0 else (bound.below, bound.above)
    if factor.sign == 0:
        return product
    above = over.times(number) if over else product.above
    below = under.times(number) if under else product.below
    return Bound(product.upper, product.lower, product.sign, above, below)
