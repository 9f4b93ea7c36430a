"""What one node of an expression does to complex balls, with analyticity honoured.

With `analytic` true, an operation must return a non-finite ball on any box where it is not analytic:
branch cuts of log, sqrt, powers, atan and asinh, kinks of abs and max. Entire and meromorphic functions
need no care: a pole gives a non-finite ball by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add, mul

import sympy as sp
from flint import acb, arb

Operation = Callable[..., acb]


class UnsupportedError(Exception):
    """The expression holds something that has no rigorous evaluation here."""


class Quotient(sp.Function):
    """Quotient(x - p, N, D, N^(k), D^(k)): N/D, where both vanish to order k at p.

    `derive.moments.removable` makes them and says why the last two bound it across p."""

    @classmethod
    def eval(cls, *arguments: sp.Expr) -> None:
        """Stays as it is."""
        return

    @staticmethod
    def evaluate(analytic: bool, offset: acb, *values: acb) -> acb:
        """The quotient on a box of x, of which the values are those of the arguments."""
        above, below, top, bottom = values
        plain = above / below
        return top / bottom if offset.contains(0) and not plain.is_finite() else plain


def operation(node: sp.Expr) -> Operation:
    """The operation of a node: called with `analytic` and the values of its arguments."""
    if isinstance(node, sp.Pow) and node.exp.is_Rational:
        return _rational_power(node.exp)
    for head, apply in _OPERATIONS.items():
        if isinstance(node, head):
            return apply
    raise UnsupportedError(f"{node.func.__name__} has no rigorous evaluation here")


def _rational_power(exponent: sp.Rational) -> Operation:
    if exponent == 2:
        return lambda analytic, z: z * z
    if exponent.is_Integer:
        whole = int(exponent)
        return lambda analytic, z: z**whole
    if exponent == sp.Rational(1, 2):
        return lambda analytic, z: z.sqrt(analytic=analytic)
    if exponent == sp.Rational(-1, 2):
        return lambda analytic, z: z.rsqrt(analytic=analytic)
    return _fractional_power(int(exponent.p), int(exponent.q))


def _fractional_power(top: int, bottom: int) -> Operation:
    def apply(analytic: bool, z: acb) -> acb:
        exponent = acb(top) / bottom
        power = z.pow(exponent, analytic=analytic)
        if power.is_finite() or analytic or top < 0:
            return power
        # flint goes through log z, which a box around 0 does not survive; |z^p| = |z|^p does.
        size = abs(z).upper() ** exponent.real
        return acb(arb(0, size.upper()), arb(0, size.upper()))

    return apply


def _plain(name: str) -> Operation:
    """A function that is entire or meromorphic."""
    method = getattr(acb, name)
    return lambda analytic, z: method(z)


def _flagged(name: str) -> Operation:
    """A function whose flint method knows the `analytic` flag."""
    method = getattr(acb, name)
    return lambda analytic, z: method(z, analytic=analytic)


def _guarded(name: str, clear_of_cuts: Callable[[acb], bool]) -> Operation:
    """A function with branch cuts whose flint method ignores them: the box must be seen to miss them."""
    method = getattr(acb, name)

    def apply(analytic: bool, z: acb) -> acb:
        return acb(arb.nan()) if analytic and not clear_of_cuts(z) else method(z)

    return apply


def _clear_of_imaginary(z: acb) -> bool:
    """Off the rays i[1, oo) and -i[1, oo)."""
    return bool(z.real > 0 or z.real < 0 or abs(z.imag) < 1)


def _clear_of_real(z: acb) -> bool:
    """Off the rays [1, oo) and (-oo, -1]."""
    return bool(z.imag > 0 or z.imag < 0 or abs(z.real) < 1)


def _clear_below_one(z: acb) -> bool:
    """Off the ray (-oo, 1]."""
    return bool(z.imag > 0 or z.imag < 0 or z.real > 1)


def _clear_below_zero(z: acb) -> bool:
    """Off the ray (-oo, 0]."""
    return bool(z.imag > 0 or z.imag < 0 or z.real > 0)


def _bessel_k(analytic: bool, order: acb, z: acb) -> acb:
    return acb(arb.nan()) if analytic and not _clear_below_zero(z) else z.bessel_k(order)


def _asinh(analytic: bool, z: acb) -> acb:
    """By the mean value theorem on the box, since flint's own loses boxes of Re z > 0 and Re z < 0 alike."""
    if not _clear_of_imaginary(z):
        return acb(arb.nan()) if analytic else z.asinh()
    middle = acb(z.real.mid(), z.imag.mid())
    at = -((-middle).asinh()) if middle.real > 0 else middle.asinh()
    return at + (z - middle) * (1 + z * z).rsqrt(analytic=True)


def _max(analytic: bool, *values: acb) -> acb:
    return reduce(lambda a, b: a.real_max(b, analytic=analytic), values)


def _min(analytic: bool, *values: acb) -> acb:
    return reduce(lambda a, b: a.real_min(b, analytic=analytic), values)


def _heaviside(analytic: bool, z: acb, at_zero: acb | None = None) -> acb:
    return z.real_heaviside(analytic=analytic)


def _sum(analytic: bool, *values: acb) -> acb:
    return reduce(add, values)


def _product(analytic: bool, *values: acb) -> acb:
    return reduce(mul, values)


def binary(apply: Operation) -> Callable[[acb, acb], acb] | None:
    """The operator that an operation on two arguments amounts to, if it is a sum or a product.

    >>> binary(operation(sp.Symbol("x") + sp.Symbol("y")))(acb(1), acb(2))
    3.00000000000000
    """
    return {_sum: add, _product: mul}.get(apply)


_OPERATIONS: dict[type, Operation] = {
    Quotient: Quotient.evaluate,
    sp.Add: _sum,
    sp.Mul: _product,
    sp.Pow: lambda analytic, base, exponent: base.pow(exponent, analytic=analytic),
    sp.exp: _plain("exp"),
    sp.log: _flagged("log"),
    sp.Max: _max,
    sp.Min: _min,
    sp.Abs: _flagged("real_abs"),
    sp.sign: _flagged("real_sgn"),
    sp.Heaviside: _heaviside,
    sp.atan: _guarded("atan", _clear_of_imaginary),
    sp.asinh: _asinh,
    sp.asin: _guarded("asin", _clear_of_real),
    sp.acos: _guarded("acos", _clear_of_real),
    sp.atanh: _guarded("atanh", _clear_of_real),
    sp.acosh: _guarded("acosh", _clear_below_one),
    sp.Ei: _guarded("ei", _clear_below_zero),
    sp.besselk: _bessel_k,
    sp.Si: _plain("si"),
    sp.sinc: _plain("sinc"),
} | {
    getattr(sp, name): _plain(name)
    for name in (
        *("sin", "cos", "tan", "cot", "sec", "csc"),
        *("sinh", "cosh", "tanh", "coth", "sech", "csch"),
        *("erf", "erfc", "erfi", "gamma"),
    )
}
