"""The Hermite (Mehler) route: E[f(u) f(v)] = sum of c^k a_k^2, with certified coefficients and remainder."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp
from flint import acb, arb

from derive.covariance.panels import Bound, Panel, panels
from derive.moments.enclosure import enclosure, outer_growth
from derive.moments.kinds import Monomial
from derive.moments.program import value
from derive.moments.smooth import Smooth, smooth_parts
from derive.moments.tail import cut_off


@dataclass(frozen=True)
class Truncated:
    """f (or f') cut off outside `ends`, at an L2 distance of at most `distance` from the whole; and E f^2."""

    parts: tuple[Smooth, ...]
    output: int
    ends: tuple[arb, arb]
    distance: arb
    second: arb


@dataclass(frozen=True)
class Series:
    """The squares of the Hermite coefficients of a truncated f, the rest of its square, and the truncation.

    E[f(u) f(v)] at correlation c is sum c^k squares[k], plus something of modulus at most
    |c|^n rest (n the number of squares), plus something of modulus at most `slack`.
    """

    squares: tuple[arb, ...]
    rest: arb
    slack: arb
    second: arb

    def at(self, correlation: arb) -> arb:
        """A ball around E[f(u) f(v)], by Horner's rule."""
        total = arb(0)
        for square in reversed(self.squares):
            total = total * correlation + square
        size = abs(correlation) ** len(self.squares) * self.rest
        more = arb(0).union(size) if correlation >= 0 else arb(0, size.upper())
        return total + more + arb(0, self.slack.upper())


def truncated(function: sp.Expr, output: int, variance: sp.Rational, digits: int) -> Truncated:
    """f or f' cut off so far out that what is lost is below 10^-digits of its L2 norm.

    Raises `NoEnclosureError` and `NoCertificateError` where E f^2 has no ball, or f no growth bound.
    """
    powers = Monomial(0, 2, 0, 0) if output else Monomial(2, 0, 0, 0)
    second = enclosure(function, powers, variance, digits)
    parts, q = smooth_parts(function), value(variance).real
    tolerance = second.abs_upper() * arb(10) ** (-2 * digits) if second != 0 else arb(1)
    growths = [outer_growth(parts, powers, side) for side in (-1, 1)]
    sides = [cut_off(growth, q, least, tolerance) for growth, least in growths]
    (left, left_tail), (right, right_tail) = sides
    return Truncated(parts, output, (-left, right), (left_tail + right_tail).sqrt(), second)


def series(function: Truncated, variance: sp.Rational, count: int, tolerance: arb) -> Series:
    """The first `count` squares, with coefficients good to about `tolerance`."""
    if function.second == 0:
        return Series((arb(0),), arb(0), arb(0), arb(0))
    q = value(variance).real
    bound = hermite_bound(count, q)
    made = panels(function.parts, function.output, function.ends, bound, tolerance / 64)
    error = sum((p.size * bound(p.box) for p in made), arb(0)).upper()
    squares = tuple((a + arb(0, error)) ** 2 for a in _coefficients(made, q, count))
    rest = (function.second - sum(squares, arb(0))).upper().max(arb(0))
    slack = 2 * function.distance * function.second.upper().sqrt()
    return Series(squares, rest, slack, function.second)


def hermite_bound(count: int, q: arb) -> Bound:
    """sup |h_k(y/sqrt q)| times the density of N(0, q) over a box, for every k < count.

    By Cauchy's integral of exp(z t - t^2/2) over |t| = sqrt k,
    |h_k(x + iy)| <= sqrt(k!) (e/k)^(k/2) exp(x^2/4 + |y| sqrt k), and that grows with k.
    """
    k = arb(count)
    front = (k.lgamma() + k.log()) / 2 + k / 2 - k * k.log() / 2 if count else arb(0)
    width = q.sqrt()
    scale = front.exp() / (2 * arb.pi() * q).sqrt()

    def bound(box: acb) -> arb:
        x, y = abs(box.real / width).abs_lower(), abs(box.imag / width).upper()
        return (scale * (-x * x / 4 + y * y / 2 + y * k.sqrt()).exp()).upper()

    return bound


def _coefficients(made: list[Panel], q: arb, count: int) -> list[arb]:
    """The Gauss sums of f h_k, h_k the normalised Hermite polynomials, by their three-term recursion."""
    width, density = q.sqrt(), 1 / (2 * arb.pi() * q).sqrt()
    roots = [arb(k).sqrt() for k in range(count + 1)]
    inverse = [arb(0)] + [1 / root for root in roots[1:]]
    totals = [arb(0)] * count
    for panel in made:
        for y, weight in zip(panel.nodes, panel.weights, strict=True):
            x = y / width
            before, here = arb(0), weight * density * (-x * x / 2).exp()
            for k in range(count):
                totals[k] += here
                before, here = here, (x * here - roots[k] * before) * inverse[k + 1]
    return totals
