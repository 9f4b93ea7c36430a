"""A second route to a Gaussian moment: tanh-sinh quadrature in mpmath, which shares nothing with the balls.

It gives an estimate of its error and not a bound, so it can contradict a certified ball but not replace one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import mpmath
import sympy as sp

from derive.activation import Activation, X
from derive.kinks import Piece, UnresolvedKinkError, pieces

DIGITS = 25
REACH = 14  # the Gaussian weight beyond 14 standard deviations is below 1e-42

Real = Any


@lru_cache(maxsize=64)
def second_route(
    integrand: sp.Expr, activation: Activation, variance: sp.Rational
) -> tuple[sp.Rational, sp.Rational]:
    """(value, error estimate) of E[integrand(z)], z ~ N(0, variance), the integrand being in `X`.

    >>> from derive.catalogue import activation
    >>> value, error = second_route(sp.Max(0, X) ** 2, activation("relu"), sp.Integer(1))
    >>> bool(abs(value - sp.Rational(1, 2)) < sp.Rational(1, 10**20))
    True
    """
    with mpmath.workdps(DIGITS):
        scale = mpmath.sqrt(mpmath.mpf(variance.p) / variance.q)
        breaks = _breaks(activation, scale)
        nodes = [-REACH, *sorted({0, *breaks}), REACH]
        inside = compiled(integrand)
        value, error = mpmath.quad(lambda t: inside(scale * t) * mpmath.npdf(t), nodes, error=True)
        return sp.Rational(mpmath.nstr(value, DIGITS)), sp.Rational(mpmath.nstr(error, 5))


def _breaks(activation: Activation, scale: Real) -> list[Real]:
    """The kinks; where they have no closed form, a grid fine enough for the error estimate to stay small."""
    try:
        return [_break(p, scale) for p in pieces(activation.numeric(), X)[:-1]]
    except UnresolvedKinkError:
        return [mpmath.mpf(k) / 8 for k in range(-8 * REACH + 1, 8 * REACH)]


def _break(piece: Piece, scale: Real) -> Real:
    return max(-REACH, min(REACH, mpmath.mpf(str(sp.N(piece.high, DIGITS))) / scale))


def compiled(expression: Any) -> Callable[[Real], Real]:
    """The expression in `X` as a function of an mpmath number. Errors: NotImplementedError for an unknown node."""
    if expression == X:
        return lambda x: x
    if not expression.has(X):
        constant = _constant(expression)
        return lambda _: constant
    if isinstance(expression, sp.Piecewise):
        return _branches(expression)
    parts = [compiled(a) for a in expression.args]
    join = _JOINS.get(expression.func) or getattr(mpmath, expression.func.__name__.lower(), None)
    if join is None:
        raise NotImplementedError(f"no second route for {expression.func.__name__}")
    return lambda x: join(*(p(x) for p in parts))


def _constant(expression: Any) -> Real:
    with mpmath.workdps(DIGITS):
        return (
            mpmath.mpf(expression.p) / expression.q
            if expression.is_Rational
            else +mpmath.mpf(str(sp.N(expression, 40)))
        )


def _branches(expression: Any) -> Callable[[Real], Real]:
    branches = [(compiled(value), _condition(condition)) for value, condition in expression.args]
    return lambda x: next(value(x) for value, holds in branches if holds(x))


def _condition(condition: Any) -> Callable[[Real], bool]:
    if condition == sp.true:
        return lambda _: True
    if isinstance(condition, (sp.And, sp.Or)):
        parts, every = [_condition(part) for part in condition.args], isinstance(condition, sp.And)
        return lambda x: (all if every else any)(part(x) for part in parts)
    left, right = (compiled(a) for a in condition.args)
    tests: dict[str, Callable[[Real, Real], bool]] = {
        "<": lambda a, b: bool(a < b),
        "<=": lambda a, b: bool(a <= b),
        ">": lambda a, b: bool(a > b),
        ">=": lambda a, b: bool(a >= b),
    }
    test = tests[condition.rel_op]
    return lambda x: test(left(x), right(x))


_JOINS: dict[Any, Callable[..., Real]] = {
    sp.Add: lambda *v: mpmath.fsum(v),
    sp.Mul: lambda *v: mpmath.fprod(v),
    sp.Pow: mpmath.power,
    sp.Max: max,
    sp.Min: min,
    sp.Abs: abs,
    sp.exp: mpmath.exp,
    sp.log: mpmath.log,
    sp.tanh: mpmath.tanh,
    sp.sinh: mpmath.sinh,
    sp.cosh: mpmath.cosh,
    sp.sin: mpmath.sin,
    sp.cos: mpmath.cos,
    sp.atan: mpmath.atan,
    sp.asinh: mpmath.asinh,
    sp.sinc: mpmath.sinc,
    sp.tan: mpmath.tan,
    sp.sec: mpmath.sec,
    sp.csc: mpmath.csc,
    sp.cot: mpmath.cot,
    sp.sech: mpmath.sech,
    sp.csch: mpmath.csch,
    sp.coth: mpmath.coth,
    sp.asin: mpmath.asin,
    sp.acos: mpmath.acos,
    sp.acosh: mpmath.acosh,
    sp.atanh: mpmath.atanh,
    sp.erf: mpmath.erf,
    sp.erfc: mpmath.erfc,
    sp.erfi: mpmath.erfi,
    sp.sign: mpmath.sign,
    sp.Heaviside: lambda a, at_zero: mpmath.mpf(a > 0) if a else at_zero,
}
