"""E of one shape under z ~ N(0, q): Stein's recursion lowers the power, a tilt takes the exponential away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import sympy as sp

from derive.moments.closed.gaussian.normals import OwenT, determinant, expected_signs
from derive.moments.closed.gaussian.terms import Shape, distributed, without_each_error
from derive.moments.kinds import Q

_SPECIAL = (sp.erf, sp.erfi, sp.asin, sp.atan, sp.sign, OwenT)


class Atom(NamedTuple):
    """exp(exponent + i phase) times `factor`: error functions, an arcsine, an Owen T, or 1."""

    exponent: sp.Expr
    phase: sp.Expr
    factor: sp.Expr


Parts = Mapping[Atom, sp.Expr]


def parity(shape: Shape) -> int:
    """The sign that x -> -x brings to a centred shape."""
    return -1 if (shape.power + len(shape.errors) + (shape.edge is not None)) % 2 else 1


def mirrored(shape: Shape) -> Shape:
    """The shape at -x, `parity` left aside."""
    return shape._replace(
        rate=-shape.rate,
        frequency=-shape.frequency,
        errors=tuple((c, -d) for c, d in shape.errors),
        edge=None if shape.edge is None else -shape.edge,
    )


def is_centred(shape: Shape) -> bool:
    """Whether nothing but the frequency tells x from -x, parity left aside."""
    return shape.rate == 0 and not shape.edge and all(d == 0 for _, d in shape.errors)


@lru_cache(maxsize=2048)
def expectation(shape: Shape) -> Parts:
    """E of the shape as a sum of atoms. Raises `RefusedError` where it is known to have no closed form.

    With mu = q (b + i w)/D and s = q/D: E x^k G = mu E x^(k-1) G + s (k-1) E x^(k-2) G + s E x^(k-1) G'.

    >>> from derive.moments.closed.gaussian.terms import Shape
    >>> list(expectation(Shape(power=2, square=-sp.Rational(1, 2))).values())
    [q/(q + 1)**(3/2)]
    """
    if is_centred(shape) and shape.frequency == 0 and parity(shape) < 0:
        return {}
    if shape.power == 0:
        return _tilted(shape)
    found: dict[Atom, list[sp.Expr]] = {}
    for part, factor in _lowered(shape):
        for atom, coefficient in part.items():
            found.setdefault(atom, []).append(distributed(factor, coefficient))
    sums = {atom: sp.Add(*coefficients) for atom, coefficients in found.items()}
    return {atom: total for atom, total in sums.items() if total != 0}


def _lowered(shape: Shape) -> Iterable[tuple[Parts, sp.Expr]]:
    """Stein's identity once, as parts of a lower power and their factors."""
    variance = Q / determinant(shape.square)
    rate = shape.rate + sp.I * shape.frequency
    lower = shape._replace(power=shape.power - 1)
    if rate != 0:
        yield expectation(lower), distributed(variance, rate)
    if shape.power > 1:
        yield expectation(shape._replace(power=shape.power - 2)), variance * (shape.power - 1)
    for new, factor in without_each_error(lower):
        yield expectation(new), variance * factor
    if shape.edge is not None:
        yield _at_edge(lower, shape.edge), variance


def _tilted(shape: Shape) -> Parts:
    """The power 0: complete the square, then only signs are left."""
    ratio, rate, frequency = determinant(shape.square), shape.rate, shape.frequency
    exponent = (rate**2 - frequency**2) / 2 * Q / ratio
    if shape.level != 0:
        exponent = sp.cancel(exponent + shape.level)
    phase = Q * rate * frequency / ratio + shape.phase
    parts = [_split(term) for term in sp.Add.make_args(expected_signs(shape))]
    return {Atom(exponent, phase, factor): number / sp.sqrt(ratio) for number, factor in parts if number != 0}


def _at_edge(lower: Shape, edge: sp.Expr) -> Parts:
    """The derivative of sgn(x - edge) is twice a point mass there: twice the rest of the shape, times the
    density of z."""
    errors = sp.Mul(*[sp.erf(c * edge + d) for c, d in lower.errors])
    number, factor = _split(2 * edge**lower.power / sp.sqrt(2 * sp.pi * Q) * errors)
    if number == 0:
        return {}
    exponent = lower.square * edge**2 + lower.rate * edge + lower.level - edge**2 / (2 * Q)
    return {Atom(exponent, lower.frequency * edge + lower.phase, factor): number}


def _split(term: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """An algebraic coefficient and a product of special functions."""
    factors = sp.Mul.make_args(term)
    special = [factor for factor in factors if factor.has(*_SPECIAL)]
    return sp.Mul(*[factor for factor in factors if factor not in special]), sp.Mul(*special)
