"""What is left of a Gaussian integral beyond R, bounded by an upper incomplete gamma function."""

from __future__ import annotations

from flint import arb

from derive.moments.growth import Growth


def tail_bound(growth: Growth, q: arb, radius: arb) -> arb | None:
    """A bound on the integral of c t^m e^(k t) over t > radius against the density of N(0, q).

    For k > 0 complete the square: k t - t^2/2q = q k^2/2 - s^2/2q with s = t - q k, and t <= s R/(R - qk)
    for t >= R. What remains is an integral of s^m exp(-s^2/2q), that is (2q)^((m+1)/2)/2 times
    Gamma((m+1)/2, S^2/2q). Needs radius >= 1; None where radius <= q k, which is not far enough out.

    >>> float(tail_bound(Growth(arb(1)), arb(1), arb(3)).mid())  # doctest: +ELLIPSIS
    0.00134989...
    """
    k = growth.k.max(arb(0))
    m = growth.m.max(arb(0))
    start = radius - q * k
    if not start > 0:
        return None
    order = (m + 1) / 2
    moment = (2 * q) ** order * (start * start / (2 * q)).gamma_upper(order) / 2
    scale = growth.c * (q * k * k / 2).exp() * (radius / start) ** m
    return (scale * moment / (2 * arb.pi() * q).sqrt()).upper()


def cut_off(growth: Growth, q: arb, least: arb, tolerance: arb) -> tuple[arb, arb]:
    """A radius R >= least, exact in binary, whose tail is at most `tolerance`, and the bound on that tail."""
    reach = (2 * q * (-tolerance.log() + 1).max(arb(1))).sqrt()
    radius = least.max(q * growth.k.max(arb(0)) + reach).upper()
    while True:
        bound = tail_bound(growth, q, radius)
        if bound is not None and bound <= tolerance:
            return radius, bound
        radius = (radius + reach / 16).upper()
