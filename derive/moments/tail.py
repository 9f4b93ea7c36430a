"""What is left of a Gaussian integral beyond R, bounded by an upper incomplete gamma function."""

from __future__ import annotations

from flint import arb

from derive.moments.growth import Growth

_LONGER = arb("1.1")  # each step, so that a bound far off is reached as well


class NoTailError(Exception):
    """The growth is too fast for a tail bound; the message says how fast."""


def tail_bound(growth: Growth, q: arb, radius: arb) -> arb | None:
    """A bound on the integral of c t^m e^(k t + a t^2) over t > radius against the density of N(0, q).

    Let r be 1/(1/q - 2a), so that e^(a t^2) times that density is sqrt(r/q) times the density of N(0, r), and
    write q for r from here on.
    For k > 0 complete the square: k t - t^2/2q = q k^2/2 - s^2/2q with s = t - q k, and t <= s R/(R - qk)
    for t >= R. What remains is an integral of s^m exp(-s^2/2q), that is (2q)^((m+1)/2)/2 times
    Gamma((m+1)/2, S^2/2q). Needs radius >= 1; None where radius <= q k, which is not far enough out, or where
    1/q - 2a is not seen to be positive.

    >>> float(tail_bound(Growth(arb(1)), arb(1), arb(3)).mid())  # doctest: +ELLIPSIS
    0.00134989...
    """
    spread = spread_of(growth, q)
    if spread is None:
        return None
    front, q = (spread / q).sqrt(), spread
    k, m = arb(growth.k).max(arb(0)), arb(growth.m).max(arb(0))
    start = radius - q * k
    if not start > 0:
        return None
    order = (m + 1) / 2
    moment = (2 * q) ** order * (start * start / (2 * q)).gamma_upper(order) / 2
    scale = front * growth.c * (q * k * k / 2).exp() * (radius / start) ** m
    return (scale * moment / (2 * arb.pi() * q).sqrt()).upper()


def spread_of(growth: Growth, q: arb) -> arb | None:
    """The variance that is left of q once exp(a t^2) has been taken in; None where none is."""
    precision = 1 / q - 2 * growth.a
    return 1 / precision if precision > 0 else None


def cut_off(growth: Growth, q: arb, least: arb, tolerance: arb) -> tuple[arb, arb]:
    """A radius R >= least, exact in binary, whose tail is at most `tolerance`, and the bound on that tail.

    Raises `NoTailError` where exp(a t^2) is not seen to lose against the Gaussian."""
    spread = spread_of(growth, q)
    if spread is None:
        raise NoTailError(f"exp({float(arb(growth.a).mid()):.6g} x^2) does not lose against the Gaussian")
    reach = (2 * spread * (-tolerance.log() + 1).max(arb(1))).sqrt()
    shift = spread * arb(growth.k).max(arb(0))
    # exp(q k^2/2) = exp(shift^2/2q) stands before the tail, which must lose against it as well
    radius = least.max(shift + (shift * shift + reach * reach).sqrt()).upper()
    while True:
        bound = tail_bound(growth, q, radius)
        if bound is not None and bound <= tolerance:
            return radius, bound
        radius = (radius + reach / 16).upper()
        reach = reach * _LONGER
