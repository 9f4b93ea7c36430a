"""A rigorous ball around a Gaussian moment: certified integrals between the kinks, and bounded tails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2

import sympy as sp
from flint import acb, arb, ctx, fmpq

from derive.activation import X
from derive.moments.certificate import NoCertificateError, certify
from derive.moments.growth import Growth
from derive.moments.kinds import Monomial
from derive.moments.operations import UnsupportedError
from derive.moments.program import value
from derive.moments.singular import diverges, is_finite_next_to, local_bound, neighbourhood
from derive.moments.smooth import Smooth, smooth_parts
from derive.moments.tail import NoTailError, cut_off

_TRIES = 5
_PATIENCE = 3
_EVALUATIONS = 400  # at most, for each bit of precision
_FARTHEST = 64


class NoEnclosureError(Exception):
    """No rigorous enclosure could be made; the message says why."""


@dataclass(frozen=True)
class Aim:
    """When a ball is small enough: beside its size; or, if it still holds 0 after `patience` attempts, each
    of which squares the tolerance of the last, once it is below 10^-digits."""

    digits: int
    patience: int

    def met(self, ball: arb, attempt: int) -> bool:
        """Whether the ball of that attempt, counted from 0, is small enough."""
        goal = arb(10) ** (-self.digits)
        vanishing = attempt >= self.patience and ball.contains(0) and ball.rad() < goal
        return bool(ball.is_finite() and (vanishing or ball.rad() <= goal * ball.abs_lower()))


def enclosure(
    function: sp.Expr, powers: Monomial, variance: sp.Rational, digits: int, vanishes: bool = False
) -> arb:
    """A ball around E[f(z)^f f'(z)^d z^z] / q^q, z ~ N(0, variance), for a function of x alone.

    Its radius is below 10^-digits of its size; or, if it is said to vanish or cannot be told from 0, plainly
    below 10^-digits. Raises `NoEnclosureError` with the reason where there is none.

    >>> enclosure(sp.tanh(X), Monomial(2, 0, 0, 0), sp.Integer(1), 12).str(8)
    '[0.39429449 +/- 3.98e-10]'
    """
    aim = Aim(digits, 0 if vanishes else _PATIENCE)
    try:
        return _refined(smooth_parts(function), powers, variance, aim)
    except (NoCertificateError, NoTailError, UnsupportedError) as error:
        raise NoEnclosureError(str(error)) from error


def enclosure_over(function: sp.Expr, powers: Monomial, variances: arb, digits: int) -> arb:
    """A ball around the moments at every q in a ball of variances, as interval Newton steps ask for.

    Its radius is what the ball of variances makes it, or below 10^-digits of its size if that is larger.
    Raises `NoEnclosureError` as `enclosure` does.

    >>> enclosure_over(sp.tanh(X), Monomial(2, 0, 0, 0), arb(1, "1e-3"), 9).contains(arb("0.39429449"))
    True
    """
    bits = int(digits * log2(10)) + 16
    try:
        parts = smooth_parts(function)
        with ctx.workprec(bits + 24):
            ball = _integral(parts, powers, variances, arb(2) ** (-bits))
            size = ball.abs_upper()
            if 0 < size < arb(2) ** (-8):  # the first tolerance was too coarse for a moment this small
                ball = _integral(parts, powers, variances, (size * arb(2) ** (-bits)).upper())
    except (NoCertificateError, NoTailError, UnsupportedError) as error:
        raise NoEnclosureError(str(error)) from error
    if not ball.is_finite():
        raise NoEnclosureError("the certified integral did not converge: unbounded, not real, or too rough")
    return ball


def _refined(parts: Sequence[Smooth], powers: Monomial, variance: sp.Rational, aim: Aim) -> arb:
    """Integrate, with a finer tolerance each time, until the ball is small beside its own size."""
    bits = int(aim.digits * log2(10)) + 16
    size, last = arb(1), arb.pos_inf()
    for attempt in range(_TRIES):
        with ctx.workprec(bits + 24 * 2**attempt):
            ball = _integral(parts, powers, value(variance).real, (size * arb(2) ** (-bits)).upper())
            if aim.met(ball, attempt):
                return ball
            if not ball.rad() < last / 256:
                break
            size, last = arb.min(size, ball.abs_upper()), ball.rad()
    raise NoEnclosureError("the certified integral did not converge: unbounded, not real, or too rough")


def _integral(parts: Sequence[Smooth], powers: Monomial, q: arb, tolerance: arb) -> arb:
    left, left_tail = _end(parts, powers, q, tolerance / 8, -1)
    right, right_tail = _end(parts, powers, q, tolerance / 8, 1)
    kinks = [value(part.low).real for part in parts[1:]]
    ends = [-left, *[kink.mid() for kink in kinks], right]
    density = 1 / (2 * arb.pi() * q).sqrt()
    total, share = arb(0, left_tail + right_tail), tolerance / (4 * len(parts))
    for part, (low, high) in zip(parts, pairwise(ends), strict=True):
        start, below = _clear_of(part, powers, low, 1, share * q.sqrt())
        stop, above = _clear_of(part, powers, high, -1, share * q.sqrt())
        weighted = _integrand(part, powers, q, density)
        total += _between(weighted, start, stop, share) + arb(0, ((below + above) * density).upper())
        for kink, cut in ((part.low, below), (part.high, above)):
            if kink.is_finite and cut == 0:
                total += _slack(value(kink).real, weighted)
    return total / q**powers.q


def _clear_of(part: Smooth, powers: Monomial, end: arb, inward: int, tolerance: arb) -> tuple[arb, arb]:
    """Where to begin, if the integrand is not finite at this end of the piece, and a bound on what is left
    out, but for the density: the caller multiplies by its largest value."""
    at = part.low if inward > 0 else part.high
    wanted = [place for place, power in enumerate((powers.f, powers.d)) if power]
    if (
        not at.is_finite
        or at.has(sp.CRootOf)
        or is_finite_next_to(part.program, wanted, value(at).real, inward)
    ):
        return end, arb(0)
    bound, start = local_bound(part.formulas, powers, at, inward)
    if diverges(bound):
        raise NoEnclosureError(f"the integral diverges next to x = {at}")
    left = neighbourhood(bound.upper, arb(1) / start, tolerance)
    if left is None or not 2 * value(at).real.rad() < left[0]:
        return end, arb(0)
    reach, size = left
    return (end + inward * reach / 2).mid(), size  # half of it, since the end is known to a ball only


Integrand = Callable[[acb, bool], acb]


def _integrand(part: Smooth, powers: Monomial, q: arb, density: arb) -> Integrand:
    """The weighted monomial, put together from the values of f and f' rather than from one expression."""
    program = part.program if powers.d else part.values
    constants, rate, norm = program.ready(), acb(-1 / (2 * q)), acb(density)
    exponents = (powers.f, powers.d, powers.z) if powers.d else (powers.f, powers.z)

    def integrand(z: acb, analytic: bool) -> acb:
        found = program.run(z, constants, analytic)
        if z.imag.is_zero() and not all(f.imag.contains(0) for f in found):
            return acb(arb.nan())  # not a real function there, though some power of it may be
        product = (rate * z * z).exp() * norm
        for factor, power in zip((*found, z), exponents, strict=True):
            if power:
                product *= factor if power == 1 else factor**power
        return product

    return integrand


def _between(integrand: Integrand, low: arb, high: arb, tolerance: arb) -> arb:
    goals = {"rel_tol": arb(2) ** (-ctx.prec), "abs_tol": tolerance}
    return acb.integral(integrand, acb(low), acb(high), eval_limit=_EVALUATIONS * ctx.prec, **goals).real


def _slack(kink: arb, side: Integrand) -> arb:
    """What splitting at the middle of a kink's ball, rather than at the kink, can amount to."""
    if kink.is_exact():
        return arb(0)
    return arb(0, (abs(side(acb(kink), False).real) * kink.rad()).upper())


def _end(parts: Sequence[Smooth], powers: Monomial, q: arb, tolerance: arb, side: int) -> tuple[arb, arb]:
    """Where to stop on one side, and a bound on what is left out there."""
    growth, least = outer_growth(parts, powers, side)
    return cut_off(growth, q, least, tolerance)


def outer_growth(parts: Sequence[Smooth], powers: Monomial, side: int) -> tuple[Growth, arb]:
    """The growth of the monomial far out on one side, and where it begins to hold.

    Raises `NoCertificateError` where none can be shown."""
    outer = parts[-1] if side > 0 else parts[0]
    kink = abs(value(outer.low if side > 0 else outer.high).real) if len(parts) > 1 else arb(0)
    far = kink.max(arb(1)).upper()
    return _growth(outer, powers, side, far)


def _growth(part: Smooth, powers: Monomial, side: int, far: arb) -> tuple[Growth, arb]:
    """The growth of the monomial on one side, from as near to the origin as it can be certified."""
    total, least = Growth(fmpq(1), fmpq(powers.z)), far
    for formula, power in zip(part.formulas, (powers.f, powers.d), strict=True):
        if power:
            growth, start = _certified(formula, side, far)
            total, least = total * growth.power(fmpq(power)), least.max(start)
    return total, least


def _certified(formula: sp.Expr, side: int, far: arb) -> tuple[Growth, arb]:
    start = far
    while True:
        try:
            return certify(formula, X, side, start), start
        except NoCertificateError:
            if start > _FARTHEST * far:
                raise
            start = start * 4
