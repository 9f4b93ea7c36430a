"""How bounds combine: the bound of a sum, of a product and of a multiple."""

from __future__ import annotations

from flint import arb

from derive.moments.growth import (
    ONE,
    ZERO,
    Bound,
    Curve,
    Growth,
    Size,
    above_both,
    constant,
    from_curves,
    order,
    with_curves,
)


def add(terms: list[Bound], far: Size) -> Bound:
    """The bound of a sum, for t >= far."""
    above = _sum_curves([term.above for term in terms])
    below = _sum_curves([term.below for term in terms])
    upper = terms[0].upper
    for term in terms[1:]:
        upper = above_both(upper, term.upper) if upper and term.upper else None
    lower, sign = _dominant(terms, far)
    curved = from_curves(above, below, far)
    upper = min((g for g in (upper, curved.upper) if g), key=order, default=None)
    lower = max((g for g in (lower, curved.lower) if g), key=order, default=None)
    return with_curves(Bound(upper, lower, sign or curved.sign, above, below, _bursts(terms)))


def _bursts(terms: list[Bound]) -> bool:
    """One term that bursts carries the sum, unless another may burst the other way."""
    bursting = [term for term in terms if term.bursts]
    same = len({term.sign for term in terms}) == 1 and terms[0].sign != 0
    tame = all(term.upper is not None for term in terms if not term.bursts)
    return bool(bursting) and (same or (len(bursting) == 1 and tame))


def _sum_curves(curves: list[Curve | None]) -> Curve | None:
    total = Curve(ZERO)
    for curve in curves:
        if curve is None:
            return None
        total = total + curve
    return total


def _dominant(terms: list[Bound], far: Size) -> tuple[Growth | None, int]:
    """A lower bound on |sum| and the sign of the sum: terms of one sign cannot cancel, and a term that
    outgrows all the others, and is larger at T, keeps the rest of itself for ever."""
    signs = {term.sign for term in terms}
    lowers = [term.lower for term in terms if term.lower]
    if len(signs) == 1 and signs != {0}:
        return (max(lowers, key=order) if lowers else None), signs.pop()
    for term in terms:
        left = _left_over(term, [other for other in terms if other is not term], far)
        if left is not None:
            return left, term.sign
    return None, 0


def _left_over(term: Bound, others: list[Bound], far: Size) -> Growth | None:
    if term.lower is None or any(other.upper is None for other in others):
        return None
    lower, share = term.lower, arb(1)
    for other in others:
        assert other.upper is not None
        ratio = other.upper * Growth(ONE / lower.c, -lower.m, -lower.k, -lower.a)
        if not _falls_from(ratio, far):
            return None
        share -= ratio.at(arb(far))
    return Growth(lower.c * share, lower.m, lower.k, lower.a) if share > 0 else None


def _falls_from(growth: Growth, far: Size) -> bool:
    """Whether it never rises for t >= far: its logarithmic derivative m/t + k + 2 a t is at most 0."""
    if not growth.a <= 0:
        return False
    first = growth.m / far if growth.m >= 0 else ZERO
    return bool(first + growth.k + 2 * growth.a * far <= 0)


def multiply(u: Bound, v: Bound) -> Bound:
    """The bound of a product."""
    upper = u.upper * v.upper if u.upper and v.upper else None
    lower = u.lower * v.lower if u.lower and v.lower else None
    bursts = (u.bursts and (v.bursts or v.lower is not None)) or (v.bursts and u.lower is not None)
    above, below = _product_curves(u, v)
    return with_curves(Bound(upper, lower, u.sign * v.sign, above, below, bursts))


def _product_curves(u: Bound, v: Bound) -> tuple[Curve | None, Curve | None]:
    """Above and below u v, from the curves around |u| and |v|; none where a sign is not known."""
    if not u.sign * v.sign:
        return None, None
    (u_low, u_high), (v_low, v_high) = _sizes(u), _sizes(v)
    high = u_high.product(v_high) if u_high and v_high else None
    safe = u_low and v_low and u_low.positive() and v_low.positive()
    low = u_low.product(v_low) if u_low and v_low and safe else None
    if u.sign * v.sign > 0:
        return high, low
    return low and low.times(-ONE), high and high.times(-ONE)


def _sizes(u: Bound) -> tuple[Curve | None, Curve | None]:
    """Curves below and above |u|, for a u of one sign."""
    if u.sign > 0:
        return u.below, u.above
    return u.above and u.above.times(-ONE), u.below and u.below.times(-ONE)


def squared(u: Bound) -> Bound:
    """The bound of a square."""
    if u.sign:
        return multiply(u, u)
    upper = u.upper and u.upper * u.upper
    return with_curves(Bound(upper, u.lower and u.lower * u.lower, 1, None, None, u.bursts))


def scale(number: Size, bound: Bound) -> Bound:
    """The bound of a constant times a function; the curves are kept."""
    factor = constant(number)
    product = multiply(factor, bound)
    over, under = (bound.above, bound.below) if number >= 0 else (bound.below, bound.above)
    if factor.sign == 0:
        return product
    above = over.times(number) if over else product.above
    below = under.times(number) if under else product.below
    return Bound(product.upper, product.lower, product.sign, above, below, product.bursts)
