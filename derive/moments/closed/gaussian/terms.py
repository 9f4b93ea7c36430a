"""An algebra of functions: finite sums of coefficient x^k exp(A x^2 + (b + i w) x) prod erf(c x + d).

It is closed under sums, products and derivatives, so a monomial in f and f' is expanded here without sympy's
expand. Coefficients are sympy expressions without x, complex where sines and cosines come in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import sympy as sp
from sympy.core.sorting import default_sort_key

from derive.moments.closed.families import RefusedError

MOST_TERMS = 400
MOST_DEGREE = 32
_ZERO, _ONE = sp.Integer(0), sp.Integer(1)
Affine = tuple[sp.Expr, sp.Expr]


class Shape(NamedTuple):
    """x^power exp(square x^2 + (rate + i frequency) x + level + i phase) prod erf(c x + d), times sgn(x - edge)
    if there is an edge. Every (c, d) in `errors` has a c that does not start with a minus sign."""

    power: int = 0
    square: sp.Expr = _ZERO
    rate: sp.Expr = _ZERO
    frequency: sp.Expr = _ZERO
    level: sp.Expr = _ZERO
    phase: sp.Expr = _ZERO
    errors: tuple[Affine, ...] = ()
    edge: sp.Expr | None = None


Sum = Mapping[Shape, sp.Expr]
CONSTANT = Shape()


def constant(number: sp.Expr) -> Sum:
    """A constant function."""
    return {} if number == 0 else {CONSTANT: number}


def combined(parts: Iterable[tuple[Shape, sp.Expr]]) -> dict[Shape, sp.Expr]:
    """Like shapes together; coefficients that cancel are gone."""
    found: dict[Shape, list[sp.Expr]] = {}
    for shape, coefficient in parts:
        found.setdefault(shape, []).append(coefficient)
    if len(found) > MOST_TERMS:
        raise RefusedError(f"no closed form is sought beyond {MOST_TERMS} terms")
    totals = {shape: c[0] if len(c) == 1 else sp.expand_mul(sp.Add(*c)) for shape, c in found.items()}
    if any(shape.power > MOST_DEGREE for shape in found):
        raise RefusedError(f"no closed form is sought beyond degree {MOST_DEGREE}")
    return {shape: total for shape, total in totals.items() if total != 0}


def distributed(left: sp.Expr, right: sp.Expr) -> sp.Expr:
    """The product of two sums, multiplied out at the top only: sympy's expand opens denominators too."""
    terms = [a * b for a in sp.Add.make_args(left) for b in sp.Add.make_args(right)]
    return terms[0] if len(terms) == 1 else sp.Add(*terms)


def product(left: Sum, right: Sum) -> Sum:
    """The product of two functions.

    >>> x = {Shape(power=1): sp.Integer(3)}
    >>> product(x, x) == {Shape(power=2): 9}
    True
    """
    if len(left) * len(right) > MOST_TERMS**2:
        raise RefusedError(f"no closed form is sought beyond {MOST_TERMS} terms")
    return combined((_merged(a, b), distributed(c, d)) for a, c in left.items() for b, d in right.items())


def _merged(a: Shape, b: Shape) -> Shape:
    errors = a.errors + b.errors
    if a.errors and b.errors:
        errors = tuple(sorted(errors, key=default_sort_key))
    return Shape(
        power=a.power + b.power,
        square=a.square + b.square,
        rate=a.rate + b.rate,
        frequency=a.frequency + b.frequency,
        level=a.level + b.level,
        phase=a.phase + b.phase,
        errors=errors,
    )


def power(base: Sum, exponent: int) -> Sum:
    """A whole power, by repeated squaring."""
    if exponent == 0:
        return constant(_ONE)
    half = power(base, exponent // 2)
    square = product(half, half)
    return product(square, base) if exponent % 2 else square


def derivative(function: Sum) -> Sum:
    """The derivative, by the product rule; erf(u)' = 2/sqrt(pi) exp(-u^2) u'."""
    return combined(
        (new, distributed(coefficient, factor))
        for shape, coefficient in function.items()
        for new, factor in _slopes(shape)
    )


def _slopes(shape: Shape) -> Iterable[tuple[Shape, sp.Expr]]:
    if shape.power:
        yield shape._replace(power=shape.power - 1), sp.Integer(shape.power)
    if shape.square != 0:
        yield shape._replace(power=shape.power + 1), 2 * shape.square
    rate = shape.rate + sp.I * shape.frequency
    if rate != 0:
        yield shape, rate
    yield from without_each_error(shape)


def without_each_error(shape: Shape) -> Iterable[tuple[Shape, sp.Expr]]:
    """For each erf(c x + d): its derivative in its place, as a shape and a factor."""
    for place, (c, d) in enumerate(shape.errors):
        new = shape._replace(
            square=shape.square - c**2,
            rate=shape.rate - 2 * c * d,
            level=shape.level - d**2,
            errors=shape.errors[:place] + shape.errors[place + 1 :],
        )
        yield new, 2 * c / sp.sqrt(sp.pi)
