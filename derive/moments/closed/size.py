"""How large a rational function becomes when it is written as one fraction: asked before it is tried."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import sympy as sp

_LIMITS = {1: 80, 2: 48}  # degrees of numerator and denominator together, by the number of symbols
_LIMIT = 30  # for more symbols
_APART = 24  # where partial fractions with parameters set several factors apart by Euclid's algorithm


def is_tractable(expression: sp.Expr) -> bool:
    """Whether algebra with the expression as one fraction is a matter of milliseconds.

    >>> x = sp.Symbol("x")
    >>> is_tractable((1 + x) ** 9 / (1 + x**2)), is_tractable((1 + x + x**2) ** 300)
    (True, False)
    """
    symbols = len(expression.free_symbols)
    limit = _LIMITS.get(symbols, _LIMIT)
    if symbols > 1 and len(_shape(expression)[1]) > 1:
        limit = _APART
    return sum(degrees(expression)) <= limit


def degrees(expression: sp.Expr) -> tuple[int, int]:
    """Bounds on the total degrees of numerator and denominator, in all symbols, before any cancelling.

    >>> x = sp.Symbol("x")
    >>> degrees(x / (1 + x) + 1 / (1 + x) ** 2)
    (2, 2)
    """
    top, bottom = _shape(expression)
    return top, _total(bottom)


def _total(bottom: Counter[sp.Expr]) -> int:
    return sum(power * _shape(base)[0] for base, power in bottom.items())


@lru_cache(maxsize=1024)  # or nested fractions would take twice as long at every level
def _shape(node: sp.Expr) -> tuple[int, Counter[sp.Expr]]:
    """The degree of the numerator, and the denominator as powers of sums and symbols."""
    if isinstance(node, sp.Add):
        return _sum([_shape(argument) for argument in node.args])
    if isinstance(node, sp.Mul):
        shapes = [_shape(argument) for argument in node.args]
        return sum(top for top, _ in shapes), sum((bottom for _, bottom in shapes), Counter())
    if isinstance(node, sp.Pow) and node.exp.is_Integer:
        return _power(node.base, int(node.exp))
    return int(bool(node.free_symbols)), Counter()


def _sum(shapes: list[tuple[int, Counter[sp.Expr]]]) -> tuple[int, Counter[sp.Expr]]:
    """Over the common denominator: each base to its largest power."""
    common: Counter[sp.Expr] = Counter()
    for _, bottom in shapes:
        common |= bottom
    whole = _total(common)
    return max(top + whole - _total(bottom) for top, bottom in shapes), common


def _power(base: sp.Expr, power: int) -> tuple[int, Counter[sp.Expr]]:
    top, bottom = _shape(base)
    size = abs(power)
    if power > 0:
        return top * size, Counter({b: k * size for b, k in bottom.items()})
    return _total(bottom) * size, Counter({base: size}) if base.free_symbols else Counter()
