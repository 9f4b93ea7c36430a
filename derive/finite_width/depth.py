"""What depth makes of the spread: exactly for f of degree 1, to first order in 1/n otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import sympy as sp
from flint import arb, ctx

from derive.activation import Activation
from derive.errors import BadInput
from derive.finite_width.figures import DEEPEST, WIDEST, Amount, as_number, checked_count
from derive.finite_width.held import held, scales
from derive.finite_width.increments import increment_excess
from derive.moments.engine import checked_digits, positive_variance
from derive.moments.program import value
from derive.number import Missing, Number
from derive.stability import slope

Widths = int | Sequence[int]

_MOST_FACTORS = 3  # of a closed form that a person would read
_NO_CLOSED_FORM = "no closed form is written for so many different widths"


def layers(widths: Widths, depth: int | None) -> tuple[int, ...]:
    """The width of each layer that averages: one width `depth` times, or the list as it is.

    >>> layers(4, 3), layers([4, 5], None)
    ((4, 4, 4), (4, 5))
    """
    if isinstance(widths, int):
        count = checked_count(1 if depth is None else depth, "depth", DEEPEST)
        return (checked_count(widths, "width", WIDEST),) * count
    if depth is not None and depth != len(widths):
        raise BadInput(
            f"{len(widths)} widths are {len(widths)} layers, not {depth}: leave out the depth or change it"
        )
    return tuple(checked_count(width, "width", WIDEST) for width in widths)


def relative_variance(
    activation: Activation,
    variance: object = 1,
    widths: Widths = 256,
    depth: int | None = None,
    digits: int = 30,
) -> Amount:
    """Var(q')/(E q')^2 of the q' that `depth` Gaussian layers of these widths leave, for f of degree 1 and no bias.

    `widths` are those of the layers that average, without the input's. The increments are then independent of
    each other, with mean 1 and variance kappa/n: prod (1 + kappa/n) - 1, or (1 + kappa/n)^L - 1. `Missing` for
    any other f, where increments depend on where the net has drifted to: see `first_order_variance`.

    >>> from derive.catalogue import activation
    >>> relative_variance(activation("relu"), 1, 256, 50, digits=6).value
    '1.63043213'
    """
    each = Counter(layers(widths, depth))
    excess = increment_excess(activation, variance, digits=checked_digits(digits) + 10)
    if activation.degree_one is None:
        return Missing(
            "exact only for f of degree 1 without a bias, whose increments are independent of each other"
        )
    if isinstance(excess, Missing):
        return excess
    with ctx.workdps(digits + 30):
        ball = _product(excess.ball, each) - 1
    exact = _written(excess.exact, each)
    reason = None if exact is not None else excess.reason or _NO_CLOSED_FORM
    return Number(exact, None, ball, digits, reason)


def _product(excess: arb, each: Counter[int]) -> arb:
    total = arb(1)
    for width, times in each.items():
        total *= (1 + excess / width) ** times
    return total


def _written(excess: sp.Expr | None, each: Counter[int]) -> sp.Expr | None:
    """The powers as they are: multiplied out they are fractions of hundreds of digits."""
    if excess is None or len(each) > _MOST_FACTORS:
        return None
    powers = [sp.Pow(1 + excess / width, times, evaluate=False) for width, times in sorted(each.items())]
    product = powers[0] if len(powers) == 1 else sp.Mul(*powers, evaluate=False)
    return sp.Add(product, -1, evaluate=False)


def first_order_variance(
    activation: Activation,
    variance: object = 1,
    bias_variance: object = 0,
    widths: Widths = 256,
    depth: int | None = None,
    digits: int = 15,
    gain: object = None,
) -> Amount:
    """Var(q')/q^2 after the layers, to first order in 1/n, at the gain that holds q with this bias variance.

    A `gain` that is given has to be that one, or f of degree 1 without a bias, where it makes no difference.

    A layer takes q + d to q + F'(q) d + (q - v)(A - 1), so the variances add up, each stretched by the layers
    above it: sum_l ((q - v)/q)^2 (kappa/n_l) F'(q)^(2 (L - l)). Good while it is small. Where |F'(q)| > 1 it
    grows without bound and says from which depth on nets have left q.

    >>> from derive.catalogue import activation
    >>> first_order_variance(activation("relu"), 1, 0, 256, 50).value
    '0.9765625'
    """
    q, each = positive_variance(variance), layers(widths, depth)
    v = as_number(bias_variance, "the bias variance", digits)
    given = None if scales(activation, v) else gain
    fixed = held(activation, q, v, checked_digits(digits) + 10, given)
    excess = increment_excess(activation, q, digits=digits + 10)
    if isinstance(fixed, Missing) or isinstance(excess, Missing):
        return fixed if isinstance(fixed, Missing) else excess
    stretch = slope(activation, fixed, 0, q, digits + 10)
    if isinstance(stretch, Missing):
        return stretch
    return _summed(q, (v, excess, stretch), each, digits)


def _summed(q: sp.Rational, parts: tuple[Number, Number, Number], each: Sequence[int], digits: int) -> Number:
    v, excess, stretch = parts
    with ctx.workdps(digits + 30):
        share, square, total = 1 - v.ball / value(q).real, stretch.ball**2, arb(0)
        for width in each:
            total = square * total + arb(1) / width
        ball = share**2 * excess.ball * total
    if v.exact == 0 and stretch.exact == 1 and excess.exact is not None and excess.exact.is_Rational:
        steps = Counter(each)
        exact = excess.exact * sum(sp.Rational(times, width) for width, times in steps.items())
        return Number(exact, None, ball, digits)
    return Number(None, None, ball, digits, "a sum over layers that is not written out")
