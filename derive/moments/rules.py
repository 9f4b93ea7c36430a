"""What is known of f(u) far out, given what is known of u: one inequality for each function."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import sympy as sp
from flint import arb, fmpq

from derive.moments.combining import add, scale, squared
from derive.moments.growth import (
    ONE,
    ZERO,
    Bound,
    Curve,
    Growth,
    Size,
    above_both,
    below_both,
    constant,
    from_curves,
    is_zero,
    most,
    order,
    with_curves,
    within,
)

Rule = Callable[[Bound, Size], Bound]

# log t <= t/64 + log 64 - 1, and log t <= (8/e) t^(1/8) < 3 t^(1/8).
_SLOPE, _OFFSET = fmpq(1, 64), fmpq(16, 5)
_ROOT, _FRONT = fmpq(1, 8), fmpq(3)


def exponential(u: Bound, far: Size) -> Bound:
    """exp of the curves around u."""
    upper = Growth(_exp(u.above.alpha), ZERO, u.above.kappa, u.above.lamda) if u.above else None
    lower = Growth(_exp(u.below.alpha), ZERO, u.below.kappa, u.below.lamda) if u.below else None
    return with_curves(Bound(upper, lower, 1, bursts=u.sign > 0 and u.outgrows_squares()))


def _exp(number: Size) -> Size:
    return ONE if number == 0 else arb(number).exp()


def logarithm(u: Bound, far: Size) -> Bound:
    """log(c t^m e^(k t + a t^2)) = log c + m log t + k t + a t^2, and 0 <= log far <= log t."""
    if u.sign != 1 or u.upper is None or u.lower is None or u.upper.c == 0:
        return Bound()
    above, below = _log_curve(u.upper, far, 1), _log_curve(u.lower, far, -1)
    found = from_curves(above, below, far)
    slow = _slow(u.upper, u.lower)
    upper = min((g for g in (found.upper, slow) if g), key=order, default=None)
    return Bound(upper, found.lower, found.sign, above, below)


def _log_curve(growth: Growth, far: Size, way: int) -> Curve:
    start = ZERO if growth.c == 1 else arb(growth.c).log()
    if growth.m == 0:
        return Curve(start, growth.k, growth.a)
    if growth.m * way < 0:  # log t is at least log far
        return Curve(start + growth.m * arb(far).log(), growth.k, growth.a)
    return Curve(start + growth.m * _OFFSET, growth.k + growth.m * _SLOPE, growth.a)


def _slow(upper: Growth, lower: Growth) -> Growth | None:
    """|log| of something between powers of t, by a small power of t."""
    if any(not (g.k == 0 and g.a == 0) for g in (upper, lower)):
        return None
    sizes = [abs(arb(g.c).log()) + abs(g.m) * _FRONT for g in (upper, lower)]
    return Growth(most(*sizes), _ROOT)


def _saturating(size: int, slope: Size, at: Callable[[arb], arb]) -> Rule:
    """An odd function, increasing and concave for u >= 0, of size at most `size` and slope at most `slope`."""

    def rule(u: Bound, far: Size) -> Bound:
        flat = within(0 if u.sign > 0 else -size, 0 if u.sign < 0 else size)
        upper = Growth(fmpq(size))
        if u.upper and u.upper.falls():
            upper = min(upper, Growth(u.upper.c * slope, u.upper.m, u.upper.k, u.upper.a), key=order)
        return Bound(upper, _concave_lower(u, far, at), u.sign, flat.above, flat.below)

    return rule


def _concave_lower(u: Bound, far: Size, at: Callable[[arb], arb]) -> Growth | None:
    if u.lower is None:
        return None
    if u.lower.rises():
        return Growth(at(u.lower.at(arb(far))))
    if u.upper is None or not u.upper.falls():
        return None
    most_here = u.upper.at(arb(far))
    return Growth(u.lower.c * at(most_here) / most_here, u.lower.m, u.lower.k, u.lower.a)


def _oscillating(u: Bound, far: Size) -> Bound:
    """sin: |sin u| <= min(1, |u|)."""
    falling = u.upper if u.upper and u.upper.falls() else None
    upper = min((g for g in (Growth(ONE), falling) if g), key=order)
    return Bound(upper, None, 0, Curve(ONE), Curve(-ONE))


def _below_identity(u: Bound, far: Size) -> Bound:
    """asinh: odd, increasing, concave for u >= 0, |asinh u| <= |u|."""
    return with_curves(Bound(u.upper, _concave_lower(u, far, arb.asinh), u.sign))


def _abs(u: Bound, far: Size) -> Bound:
    if u.sign:
        return u if u.sign > 0 else scale(-ONE, u)
    return with_curves(Bound(u.upper, u.lower, 1, bursts=u.bursts))


def _cosh(u: Bound, far: Size) -> Bound:
    """exp|u| / 2 <= cosh u <= exp |u|, and 1 <= cosh u."""
    grown = exponential(_abs(u, far), far)
    half = grown.lower and Growth(grown.lower.c / 2, grown.lower.m, grown.lower.k, grown.lower.a)
    lower = max((g for g in (half, Growth(ONE)) if g), key=order)
    return with_curves(Bound(grown.upper, lower, 1, bursts=u.outgrows_squares()))


def _sinh(u: Bound, far: Size) -> Bound:
    """|u| <= |sinh u| <= exp|u|, |sinh u| <= |u| cosh u, and sinh u = exp(u) (1 - exp(-2 u)) / 2."""
    grown, size = exponential(_abs(u, far), far), u.upper
    upper = grown.upper
    if size and size.falls():
        upper = Growth(size.c * size.at(arb(far)).cosh(), size.m, size.k, size.a)
    lower = u.lower
    if u.lower and u.lower.rises() and grown.lower:
        share = (1 - (-2 * u.lower.at(arb(far))).exp()) / 2
        lower = max(u.lower, Growth(grown.lower.c * share, ZERO, grown.lower.k, grown.lower.a), key=order)
    return with_curves(Bound(upper, lower, u.sign, bursts=u.outgrows_squares()))


def _over(rule: Rule) -> Rule:
    """One over another function."""

    def turned(u: Bound, far: Size) -> Bound:
        below = rule(u, far)
        upper = below.lower and below.lower.power(-ONE)
        lower = below.upper.power(-ONE) if below.upper and not is_zero(below.upper.c) else None
        return with_curves(Bound(upper, lower, below.sign))

    return turned


def _erfc(u: Bound, far: Size) -> Bound:
    """For u >= 0, exp(-u^2) (2/sqrt pi)/(2u + 3/2) <= erfc u <= exp(-u^2) (Abramowitz and Stegun 7.1.13);
    1 <= erfc u <= 2 for u <= 0."""
    if u.sign < 0:
        return Bound(Growth(fmpq(2)), Growth(ONE), 1, Curve(fmpq(2)), Curve(ONE))
    if u.sign == 0:
        return within(0, 2)
    gauss = exponential(scale(-ONE, squared(u)), far)
    divisor = add([scale(fmpq(2), u), constant(fmpq(3, 2))], far).upper
    front = Growth(2 / arb.pi().sqrt())
    lower = gauss.lower * front * divisor.power(-ONE) if gauss.lower and divisor else None
    upper = min((g for g in (gauss.upper, Growth(ONE)) if g), key=order)
    return with_curves(Bound(upper, lower, 1, Curve(ONE), Curve(ZERO)))


def _erfi(u: Bound, far: Size) -> Bound:
    """|erfi u| <= (2/sqrt pi) |u| exp(u^2); for u >= 1, exp(u^2)/(sqrt pi u) <= erfi u, since Dawson's
    D' = 1 - 2 u D keeps D above 1/(2u) once it has passed its maximum, at u = 0.924."""
    gauss, root = exponential(squared(u), far), arb.pi().sqrt()
    upper = gauss.upper * u.upper * Growth(2 / root) if gauss.upper and u.upper else None
    lower = u.lower and u.lower * Growth(2 / root)
    if u.lower and u.upper and u.lower.rises() and u.lower.at(arb(far)) > 1 and gauss.lower:
        lower = gauss.lower * u.upper.power(-ONE) * Growth(1 / root)
    return with_curves(Bound(upper, lower, u.sign, bursts=u.outgrows_squares()))


def _tan(u: Bound, far: Size) -> Bound:
    """tan on (-pi/2, pi/2), where u is seen to stay inside."""
    size = u.upper.at(arb(far)) if u.upper and u.upper.falls() else None
    if size is None or not size < arb.pi() / 2:
        return Bound()
    return with_curves(Bound(Growth(size.tan()), u.lower, u.sign))


def _step(low: int) -> Rule:
    """sign and Heaviside: constant where u is seen to keep off 0."""

    def rule(u: Bound, far: Size) -> Bound:
        if u.lower is None or u.sign == 0:
            return within(low if u.sign <= 0 else 0, 1 if u.sign >= 0 else 0)
        return constant(ONE if u.sign > 0 else fmpq(low))

    return rule


def extreme(largest: bool, parts: list[Bound]) -> Bound:
    """Max (or Min): it is one of its arguments."""
    if not largest:
        return scale(-ONE, extreme(True, [scale(-ONE, part) for part in parts]))
    sizes = [part.upper for part in parts]
    upper = reduce(above_both, [g for g in sizes if g]) if all(sizes) else None
    winners = [part.lower for part in parts if part.sign > 0 and part.lower]
    losers = [part.lower for part in parts if part.lower]
    sign = 1 if any(part.sign > 0 for part in parts) else -1 if all(p.sign < 0 for p in parts) else 0
    lower = max(winners, key=order) if winners else None
    if sign < 0 and len(losers) == len(parts):
        lower = reduce(below_both, losers)
    return with_curves(Bound(upper, lower, sign, *_curves_of_max(parts)))


def _curves_of_max(parts: list[Bound]) -> tuple[Curve | None, Curve | None]:
    overs = [part.above for part in parts if part.above]
    unders = [part.below for part in parts if part.below]
    above = reduce(_higher, overs) if len(overs) == len(parts) else None
    below = max(
        unders, key=lambda c: [float(arb(n).mid()) for n in (c.lamda, c.kappa, c.alpha)], default=None
    )
    return above, below


def _higher(a: Curve, b: Curve) -> Curve:
    return Curve(most(a.alpha, b.alpha), most(a.kappa, b.kappa), most(a.lamda, b.lamda))


_TANH = _saturating(1, ONE, arb.tanh)

RULES: dict[type, Rule] = {
    sp.exp: exponential,
    sp.log: logarithm,
    sp.tanh: _TANH,
    sp.coth: _over(_TANH),
    sp.erf: _saturating(1, 2 / arb.pi().sqrt(), arb.erf),
    sp.atan: _saturating(2, ONE, arb.atan),
    sp.asinh: _below_identity,
    sp.acosh: lambda u, far: with_curves(Bound(u.upper, None, 1)),
    sp.sinh: _sinh,
    sp.csch: _over(_sinh),
    sp.cosh: _cosh,
    sp.sech: _over(_cosh),
    sp.Abs: _abs,
    sp.erfc: _erfc,
    sp.erfi: _erfi,
    sp.tan: _tan,
    sp.sign: _step(-1),
    sp.Heaviside: _step(0),
    sp.sin: _oscillating,
    sp.cos: lambda u, far: within(-1, 1),
    sp.sinc: lambda u, far: within(-1, 1),
    sp.asin: lambda u, far: within(-2 if u.sign <= 0 else 0, 2 if u.sign >= 0 else 0),
    sp.acos: lambda u, far: within(0, 4),
    sp.Si: lambda u, far: within(-2, 2),
}
