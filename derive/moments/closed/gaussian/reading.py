"""From sympy to the algebra of terms: a walk over the tree, without expand or simplify."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, reduce

import sympy as sp

from derive.activation import X
from derive.moments.closed.families import RefusedError
from derive.moments.closed.gaussian.terms import CONSTANT, Shape, Sum, combined, constant, power, product

_LARGEST_POWER = 24
_HALF = sp.Rational(1, 2)


class OutsideError(Exception):
    """The expression is not a finite sum of the terms of this class."""


@lru_cache(maxsize=128)
def read(expression: sp.Expr) -> Sum:
    """The expression as a sum of terms. Raises `OutsideError` where it is none.

    >>> from derive.moments.closed.gaussian.terms import Shape
    >>> read(X * sp.exp(2 * X) / 2) == {Shape(power=1, rate=sp.Integer(2)): sp.Rational(1, 2)}
    True
    """
    if expression == X:
        return {Shape(power=1): sp.Integer(1)}
    if X not in expression.free_symbols:
        return constant(expression)
    if isinstance(expression, sp.Add):
        return combined(item for argument in expression.args for item in read(argument).items())
    if isinstance(expression, sp.Mul):
        return reduce(product, [read(argument) for argument in expression.args])
    if isinstance(expression, sp.Pow):
        return _power(expression.base, expression.exp)
    argument = expression.args[0]
    for head, rule in _RULES.items():
        if isinstance(expression, head):
            return rule(argument)
    raise OutsideError(expression.func.__name__)


def polynomial(expression: sp.Expr, degree: int) -> list[sp.Expr]:
    """The coefficients of a polynomial in x, constant first, `degree` + 1 of them."""
    coefficients = [sp.Integer(0)] * (degree + 1)
    for shape, coefficient in read(expression).items():
        if shape != Shape(power=shape.power) or shape.power > degree:
            raise OutsideError("the argument is not a polynomial of the degree that is needed")
        coefficients[shape.power] = coefficient
    return coefficients


def _power(base: sp.Expr, exponent: sp.Expr) -> Sum:
    if exponent.is_Integer and exponent > 0:
        if exponent > _LARGEST_POWER:
            raise RefusedError(f"no closed form is sought for powers above {_LARGEST_POWER}")
        return power(read(base), int(exponent))
    if X not in exponent.free_symbols:
        return _power_of_exponential(read(base), exponent)
    if X not in base.free_symbols and base.is_positive:
        return _exp(exponent * sp.log(base))
    raise OutsideError("a power of this kind")


def _power_of_exponential(base: Sum, exponent: sp.Expr) -> Sum:
    """(C exp(A x^2 + b x))^p with C > 0 or p whole."""
    if len(base) != 1:
        raise OutsideError("a power of a sum")
    ((shape, coefficient),) = base.items()
    if shape != Shape(square=shape.square, rate=shape.rate, level=shape.level):
        raise OutsideError("a power of what is no exponential")
    if not (exponent.is_Integer or coefficient.is_positive):
        raise OutsideError("a root of what may be negative")
    square, rate, level = (part * exponent for part in (shape.square, shape.rate, shape.level))
    return {Shape(square=square, rate=rate, level=level): coefficient**exponent}


def _exp(argument: sp.Expr) -> Sum:
    level, rate, square = polynomial(argument, 2)
    return {Shape(square=square, rate=rate, level=level): sp.Integer(1)}


def _waves(at_plus: sp.Expr, at_minus: sp.Expr) -> Callable[[sp.Expr], Sum]:
    """at_plus exp(i u) + at_minus exp(-i u) of an affine u."""

    def rule(argument: sp.Expr) -> Sum:
        phase, frequency = polynomial(argument, 1)
        turn = Shape(frequency=frequency, phase=phase)
        return {turn: at_plus, turn._replace(frequency=-frequency, phase=-phase): at_minus}

    return rule


def _hyperbolic(sign: int) -> Callable[[sp.Expr], Sum]:
    def rule(argument: sp.Expr) -> Sum:
        minus = [(shape, sign * c / 2) for shape, c in _exp(-argument).items()]
        return combined([*((shape, c / 2) for shape, c in _exp(argument).items()), *minus])

    return rule


def _erf(argument: sp.Expr) -> Sum:
    d, c = polynomial(argument, 1)
    sign = -1 if c.could_extract_minus_sign() else 1
    return {Shape(errors=((sign * c, sign * d),)): sp.Integer(sign)}


def _erfc(argument: sp.Expr) -> Sum:
    return combined([(CONSTANT, sp.Integer(1)), *((shape, -c) for shape, c in _erf(argument).items())])


_RULES: dict[type, Callable[[sp.Expr], Sum]] = {
    sp.exp: _exp,
    sp.sin: _waves(-sp.I / 2, sp.I / 2),
    sp.cos: _waves(_HALF, _HALF),
    sp.sinh: _hyperbolic(-1),
    sp.cosh: _hyperbolic(1),
    sp.erf: _erf,
    sp.erfc: _erfc,
}
