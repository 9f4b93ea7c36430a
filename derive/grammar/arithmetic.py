"""Sums, products, powers and calls, each bounded before sympy works it out.

What sympy does on its own while it builds (multiplying integers out, exp(5*log(2)) = 32, pi - pi = 0) is
wanted; it is only kept from numbers that fill the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, reduce
from math import inf, prod

import sympy as sp
from flint import acb, arb, ctx

from derive.grammar.limits import (
    LARGEST,
    MOST_ARGUMENTS,
    MOST_BITS,
    MOST_BITS_OF_ROOT,
    MOST_CONSTANT_NODES,
    MOST_CONSTANT_POWER,
    MOST_DEGREE_UNSEEN,
    MOST_EXPONENT,
    MOST_IN_EXPONENT,
    MOST_ROOT,
    Size,
    powered,
    size,
)
from derive.moments.operations import UnsupportedError
from derive.moments.program import value

_PRECISION = 128
_INFINITE = (sp.nan, sp.zoo, sp.oo, -sp.oo)


class RefusedError(Exception):
    """An expression that is not built; the message says why and what to do."""


def settled(expression: sp.Expr) -> sp.Expr:
    """The expression, if it is finite and within the limits; raises `RefusedError` otherwise."""
    if expression.has(*_INFINITE):
        raise RefusedError("this divides by zero")
    if not expression.free_symbols:
        if size(expression).nodes > MOST_CONSTANT_NODES:
            raise RefusedError("a constant is made of too many parts; write its value in decimals")
        _check_constant(expression)
    elif isinstance(expression, sp.Pow):
        _check_exponent(expression.base, expression.exp)
    _check_size(size(expression))
    return expression


def _check_size(found: Size) -> None:
    excess = found.excess()
    if excess:
        raise RefusedError(f"the expression is too large: {excess}")


def ball(constant: sp.Expr) -> acb:
    """A ball around a constant; one that is not finite where there is none."""
    with ctx.workprec(_PRECISION):
        try:
            return value(constant)
        except UnsupportedError:
            return acb(arb.nan())


@lru_cache(maxsize=4096)
def _check_constant(constant: sp.Expr) -> None:
    """Of what it is made of, too: sympy would evaluate tanh(exp(10^20)) through exp(10^20)."""
    for argument in constant.args:
        if isinstance(argument, sp.Expr):
            _check_constant(argument)
    found = ball(constant)
    if not found.is_finite():
        raise RefusedError("this constant has no finite value that can be computed")
    if not found.imag.contains(0):
        raise RefusedError("this constant is not a real number; real functions only")
    size_of = abs(found.real)
    is_zero = bool(size_of == 0)
    if not size_of < arb(10) ** LARGEST or (not is_zero and size_of.upper() < arb(10) ** -LARGEST):
        raise RefusedError(f"a constant is beyond 10^{LARGEST} or below 10^-{LARGEST}")


def add(terms: Sequence[sp.Expr]) -> sp.Expr:
    """The sum."""
    return settled(sp.Add(*terms))


def multiply(factors: Sequence[sp.Expr]) -> sp.Expr:
    """The product; constants are multiplied one by one, so that none of the products becomes too long."""
    constants = [factor for factor in factors if not factor.free_symbols]
    others = [factor for factor in factors if factor.free_symbols]
    number = reduce(lambda a, b: settled(a * b), constants, sp.Integer(1))
    return settled(sp.Mul(number, *others))


def power(base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    """The power. Raises `RefusedError` before anything large is computed."""
    _check_power(base, exponent)
    return settled(sp.exp(exponent) if base == sp.E else sp.Pow(base, exponent))


def _check_power(base: sp.Expr, exponent: sp.Expr) -> None:
    if exponent.is_Rational:
        _check_root(base, exponent)
    if not exponent.free_symbols:
        _check_constant_exponent(base, exponent)
    _check_exponent(base, exponent)
    if isinstance(base, (sp.Pow, sp.exp)) and base.exp.free_symbols:
        _check_power(base.base, base.exp * exponent)  # (2**x)**(c/x) becomes 2**c


def _check_root(base: sp.Expr, exponent: sp.Rational) -> None:
    longest = 0 if exponent.is_Integer else max(abs(int(exponent.p)), int(exponent.q))
    if longest > MOST_ROOT or longest * size(base).bits > MOST_BITS_OF_ROOT:
        raise RefusedError(f"the exponent {str(exponent)[:30]} has too many digits; round it")


def _check_constant_exponent(base: sp.Expr, exponent: sp.Expr) -> None:
    if not base.free_symbols:
        _check_magnitude(base, exponent)
    elif not abs(ball(exponent).real) <= MOST_EXPONENT:
        raise RefusedError(f"the exponent is beyond {MOST_EXPONENT}; use a smaller one")
    if exponent.is_Integer and base.free_symbols:
        degree, terms = powered(size(base), int(exponent))
        _check_size(Size(1, 1, degree, terms, bits=size(base).bits * abs(int(exponent))))


def _check_magnitude(base: sp.Expr, exponent: sp.Expr) -> None:
    """A power of constants, by the size of its logarithm and the digits that it would have."""
    b, e = ball(base), ball(exponent).real
    if b.contains(0):
        if base != 0 or not e > 0:
            raise RefusedError("this is a power of 0 that is not defined, or cannot be told from one")
        return
    if not abs(e * abs(b).log()) < arb(10).log() * LARGEST:
        raise RefusedError(f"a power is beyond 10^{LARGEST} or below 10^-{LARGEST}; nothing was computed")
    if not base.is_Rational and exponent.is_Integer and abs(exponent) > MOST_CONSTANT_POWER:
        raise RefusedError(f"a constant is raised beyond the power {MOST_CONSTANT_POWER}; write its value")
    bits = size(base).bits
    if bits > 1 and not abs(e) * bits <= MOST_BITS:
        raise RefusedError("a power has too many digits; nothing was computed")


def _check_exponent(base: sp.Expr, exponent: sp.Expr) -> None:
    """sympy turns exp(c*log(2)) into 2**c, and expands 2**(c + x) into 2**c*2**x, whatever c is; so it does
    with u**(c + x) when it does not see that u is positive, and looks for the real part."""
    unseen = bool(base.free_symbols and exponent.free_symbols and not base.is_positive)
    if unseen and size(exponent).degree > MOST_DEGREE_UNSEEN:
        raise RefusedError("the exponent is a high power over a base that is not plainly positive")
    logarithmic = [node for node in sp.preorder_traversal(exponent) if node.has(sp.log)]
    worked_out = [exponent] if unseen or (not base.free_symbols and base != sp.E) else []
    if not max(map(weight, logarithmic + worked_out), default=0.0) <= MOST_IN_EXPONENT:
        raise RefusedError(
            f"the numbers in an exponent amount to more than {MOST_IN_EXPONENT}; use smaller ones"
        )


def apply(function: Callable[..., sp.Expr], arguments: Sequence[sp.Expr]) -> sp.Expr:
    """The function of the arguments, any of which may end up in an exponent inside it."""
    for argument in arguments:
        _check_exponent(sp.E, argument)
        if not argument.is_extended_real and size(argument).degree > MOST_DEGREE_UNSEEN:
            raise RefusedError("this power is too high for a number that is not plainly real")
    if isinstance(function, type) and issubclass(function, (sp.Max, sp.Min)):
        _check_extreme(function, arguments)
    return settled(function(*arguments))


def _check_extreme(head: type[sp.Expr], arguments: Sequence[sp.Expr]) -> None:
    """sympy compares the arguments two by two, those of a max within a max among them."""
    flat = sum(len(argument.args) if isinstance(argument, head) else 1 for argument in arguments)
    if flat > MOST_ARGUMENTS:
        raise RefusedError(f"a {head.__name__} of {flat} values, and the limit is {MOST_ARGUMENTS}")


def weight(expression: sp.Basic) -> float:
    """A bound on every coefficient that expanding can produce, functions counted as 1.

    >>> x = sp.Symbol("x", real=True)
    >>> weight((1000 + x) ** 2)
    1002001.0
    """
    if isinstance(expression, sp.Expr) and not expression.free_symbols:
        return float(abs(ball(expression)).upper())
    if isinstance(expression, sp.Add):
        return sum(weight(argument) for argument in expression.args)
    if isinstance(expression, sp.Mul):
        return prod(weight(argument) for argument in expression.args)
    if isinstance(expression, sp.Pow) and expression.exp.is_Integer and expression.exp > 0:
        return _bounded_power(weight(expression.base), int(expression.exp))
    return 1.0


def _bounded_power(base: float, exponent: int) -> float:
    try:
        return base**exponent
    except OverflowError:
        return inf
