"""How large an expression may be. Each limit stands for something that would otherwise take for ever.

sympy simplifies while it builds: 9**9**9 would be multiplied out, and expanding (x + exp(x) + 1)**1000 takes
half a million terms. So every size is bounded before sympy sees the parts.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb, prod
from typing import NamedTuple

import sympy as sp
from sympy.core.relational import Relational

from derive.activation import X

MOST_CHARACTERS = 10_000
MOST_TOKENS = 2_000
MOST_BRACKETS = 50  # one inside the other
MOST_DIGITS = 200
MOST_DECIMAL_EXPONENT = 300
MOST_EXPONENT = 100
MOST_ARGUMENTS = 8  # of one call; of a max in all, those of a max within it counted
MOST_BITS = 2_048  # of the numerator or the denominator of a coefficient; Python prints 14,000
MOST_ROOT = 10**5  # of the numerator or the denominator of an exponent
MOST_BITS_OF_ROOT = 10**7  # sympy takes 12**(p/q) apart, and works out powers as high as p
LARGEST = 300  # constants lie between 10^-300 and 10^300

MOST_CONSTANT_NODES = 60  # sympy evaluates constants again and again to compare them
MOST_CONSTANT_POWER = 20  # of an irrational constant

MOST_NODES = 1_500
MOST_DEPTH = 40
MOST_DEGREE = 128
MOST_DEGREE_UNSEEN = 6  # sympy expands (a + i b)**n where it does not see that acos(...)**n is real
MOST_TERMS = 1_000
MOST_SWITCHES = 24
MOST_DECIDING_DEGREE = 32  # the roots of what decides a switch are its kinks
MOST_IN_EXPONENT = 1_000  # numbers next to a logarithm in an exponent: exp(1000*log(2)) is worked out

_DECIDED = (sp.Max, sp.Min, sp.Abs, sp.sign, sp.Heaviside, Relational)
SWITCHES = (sp.Max, sp.Min, sp.Abs, sp.sign, sp.Heaviside, sp.Piecewise)


class Size(NamedTuple):
    """What an expression amounts to: its nodes and depth as a tree, the degree and the number of terms that
    expanding it could give, how often it switches between formulas, and the highest degree that decides a
    switch. A polynomial in x has no more terms than its degree says."""

    nodes: int
    depth: int
    degree: int
    terms: int
    switches: int = 0
    deciding: int = 0
    is_polynomial: bool = False
    bits: int = 1  # of the longest coefficient that expanding can give

    def excess(self) -> str | None:
        """Which limit is broken, in words; None if none is."""
        limits = (
            (self.nodes, MOST_NODES, "parts"),
            (self.depth, MOST_DEPTH, "levels of nesting"),
            (self.degree, MOST_DEGREE, "as its degree"),
            (self.terms, MOST_TERMS, "terms when expanded"),
            (self.switches, MOST_SWITCHES, "switches such as max and abs"),
            (self.bits, MOST_BITS, "bits in a coefficient"),
            (self.deciding, MOST_DECIDING_DEGREE, "as the degree inside a max, an abs or a condition"),
        )
        for found, most, what in limits:
            if found > most:
                return f"it has {_count(found)} {what}, and the limit is {most}"
        return None


def _count(number: int) -> str:
    return str(number) if number < 10**6 else "more than a million"


@lru_cache(maxsize=4096)
def size(expression: sp.Basic) -> Size:
    """The size of an expression; what it shares with another one is measured once.

    >>> size((X + sp.exp(X) + 1) ** 3).terms, size((X + 1) ** 20 * (X - 1) ** 20).terms
    (10, 41)
    """
    parts = [size(argument) for argument in expression.args]
    nodes = 1 + sum(part.nodes for part in parts)
    depth = 1 + max((part.depth for part in parts), default=0)
    switches = isinstance(expression, SWITCHES) + sum(part.switches for part in parts)
    polynomial = _is_polynomial(expression, parts)
    degree, terms = _expanded(expression, parts)
    return Size(
        nodes,
        depth,
        degree,
        min(terms, degree + 1) if polynomial else terms,
        switches,
        max(
            (part.degree if isinstance(expression, _DECIDED) else part.deciding for part in parts), default=0
        ),
        polynomial,
        _bits(expression, parts),
    )


def _bits(expression: sp.Basic, parts: list[Size]) -> int:
    if isinstance(expression, sp.Rational):
        return max(int(expression.p).bit_length(), int(expression.q).bit_length())
    if isinstance(expression, sp.Mul):
        return sum(part.bits for part in parts)
    if isinstance(expression, sp.Pow) and expression.exp.is_Integer:
        return parts[0].bits * abs(int(expression.exp))
    return max((part.bits for part in parts), default=1)


def _is_polynomial(expression: sp.Basic, parts: list[Size]) -> bool:
    """Whether it is one in x with numbers as coefficients."""
    if not expression.args or isinstance(expression, (sp.Add, sp.Mul)):
        return all(part.is_polynomial for part in parts) and expression.free_symbols <= {X}
    if isinstance(expression, sp.Pow) and expression.exp.is_Integer:
        return bool(expression.exp > 0) and parts[0].is_polynomial
    return False


def _expanded(expression: sp.Basic, parts: list[Size]) -> tuple[int, int]:
    """The degree and the number of terms after expansion, both bounded from above."""
    if isinstance(expression, sp.Add):
        return max(part.degree for part in parts), sum(part.terms for part in parts)
    if isinstance(expression, sp.Mul):
        return sum(part.degree for part in parts), prod(part.terms for part in parts)
    if isinstance(expression, sp.Pow) and expression.exp.is_Integer:
        return powered(parts[0], int(expression.exp))
    return int(bool(expression.free_symbols)), 1


def powered(base: Size, exponent: int) -> tuple[int, int]:
    """The degree and the number of terms of an integer power."""
    times = abs(exponent)
    degree = base.degree * times
    if base.is_polynomial and exponent > 0:
        return degree, degree + 1
    return degree, comb(base.terms + times - 1, times) if times < 10**4 else 10**9
