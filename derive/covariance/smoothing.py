"""The smoothing route, for correlations near 1: E[f(u) f(v)] = E[g(w)^2], g a Gaussian average of f.

For r = |c| < 1, u and v are sqrt(q) (sqrt(r) w + sqrt(1-r) e) with one w and two independent e, all standard
normal (v with the other sign of w where c < 0). So E[f(u) f(v)] is the integral of F(w) = g(w) g(w) phi(w), or
g(w) g(-w) phi(w), with g(w) = E f(sqrt(q) (sqrt(r) w + sqrt(1-r) e)), which is entire whatever the kinks of f.

Outer rule: trapezoidal with step h. In a strip |Im w| <= d it errs by at most 2 M/(exp(2 pi d/h) - 1) with M the
largest integral of |F| along a line of the strip (Trefethen and Weideman 2014, theorem 5.1). As
|g(x + iy)|^2 <= exp(r y^2/(1-r)) E[f^2 | w = x], M <= exp(d^2 (1+r)/(2(1-r))) E f^2, and d = 2 pi (1-r)/(h (1+r)) makes
the error about 2 E f^2 exp(-2 pi^2 (1-r)/(h^2 (1+r))).

Cut: nodes beyond W add at most sqrt(E f^4 * theta * erfc((W - h)/sqrt 2)) by Cauchy-Schwarz, where
theta = 1 + 2 sum exp(-2 pi^2 m^2 (1-r)/h^2) bounds h times the sum of a normal density of variance 1-r over the
nodes (Poisson's summation formula).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor

import sympy as sp
from flint import acb, arb

from derive.covariance.hermite import Truncated
from derive.covariance.panels import Bound, Panel, panels
from derive.moments.program import value


@dataclass(frozen=True)
class Rule:
    """The trapezoidal rule: step, nodes -count..count, and the error of step and cut together."""

    step: arb
    count: int
    error: arb


def smoothed(
    function: Truncated, fourth: arb, variance: sp.Rational, correlation: sp.Rational, tolerance: arb
) -> arb:
    """A ball around E[f(u) f(v)] for 0 < |correlation| < 1, its radius about `tolerance`; `fourth` bounds
    E f^4 from above."""
    q, r = value(variance).real, value(abs(correlation)).real
    rule = trapezoidal(function.second.upper(), fourth, r, tolerance / 8)
    spread = ((1 - r) * q).sqrt()
    bound = normal_bound(spread)
    made = panels(function.parts, function.output, function.ends, bound, tolerance / 512)
    error = sum((p.size * bound(p.box) for p in made), arb(0)).upper()
    g = _averages(made, rule, (r * q).sqrt() * rule.step, spread, tolerance / 64)
    other = g if correlation > 0 else g[::-1]
    total = arb(0)
    for place, (one, two) in enumerate(zip(g, other, strict=True)):
        w = (place - rule.count) * rule.step
        weight = (-w * w / 2).exp()
        total += (one + arb(0, error)) * (two + arb(0, error)) * weight
    slack = 2 * function.distance * function.second.upper().sqrt() + rule.error
    return total * rule.step / (2 * arb.pi()).sqrt() + arb(0, slack.upper())


def trapezoidal(second: arb, fourth: arb, r: arb, tolerance: arb) -> Rule:
    """A step and a cut whose errors are about `tolerance` together."""
    ratio, pi = (1 - r) / (1 + r), arb.pi()
    nats = (4 * second / tolerance).log() + 1
    step = (2 * pi * pi * ratio / nats).sqrt().mid()
    width = 2 * pi * ratio / step
    theta = 1 + 4 * (-2 * pi * pi * (1 - r) / step**2).exp()  # the sum is below twice its first term
    missed = 2 * second * (width**2 / (2 * ratio)).exp() / ((2 * pi * width / step).exp() - 1)
    reach = (2 * ((4 * fourth * theta + 1) / tolerance**2).log()).sqrt()
    count = ceil(float((reach / step + 1).upper()))
    cut = (fourth * theta * ((count * step - step) / arb(2).sqrt()).erfc()).sqrt()
    return Rule(step, count, (missed + cut).upper())


def normal_bound(spread: arb) -> Bound:
    """sup of the modulus of the density of N(mu, spread^2) over a box, for every real mu."""
    scale = 1 / (spread * (2 * arb.pi()).sqrt())

    def bound(box: acb) -> arb:
        y = abs(box.imag / spread).upper()
        return (scale * (y * y / 2).exp()).upper()

    return bound


def _averages(made: list[Panel], rule: Rule, pace: arb, spread: arb, tolerance: arb) -> list[arb]:
    """g at every outer node j, where the mean of the inner Gaussian is j * pace. Pairs that lie so far
    apart that they do not matter are left out, and paid for."""
    totals = [arb(0)] * (2 * rule.count + 1)
    scale = 1 / (spread * (2 * arb.pi()).sqrt())
    mass = sum((abs(w) for p in made for w in p.weights), arb(0)).upper() * scale
    nats = (mass / tolerance).log().max(arb(1)).upper()
    far = spread * (2 * nats).sqrt() / pace
    falling = (-(pace**2) / spread**2).exp()
    for panel in made:
        for y, weight in zip(panel.nodes, panel.weights, strict=True):
            first = max(-rule.count, floor(float((y / pace - far).lower())))
            last = min(rule.count, ceil(float((y / pace + far).upper())))
            terms = _normal(y, weight * scale, first, last, pace, spread, falling)
            for j, term in enumerate(terms, first + rule.count):
                totals[j] += term
    left_out = arb(0, (mass * (-nats).exp()).upper())
    return [total + left_out for total in totals]


def _normal(
    y: arb, weight: arb, first: int, last: int, pace: arb, spread: arb, falling: arb
) -> Iterator[arb]:
    """weight exp(-(y - j pace)^2 / (2 spread^2)) for j = first..last, by the ratios of neighbours."""
    gap = y - first * pace
    term = weight * (-(gap**2) / (2 * spread**2)).exp()
    ratio = ((gap * pace - pace**2 / 2) / spread**2).exp()
    for _ in range(first, last + 1):
        yield term
        term, ratio = term * ratio, ratio * falling
