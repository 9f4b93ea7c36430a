"""The value of an expression by signs and logarithms, where floating point has met 0 * inf or inf - inf.

exp(x) * sech(exp(x))^2 is inf * 0 from x = 7 in float32 although it is just very small. Here every value is
a sign and the logarithm of a size, so that neither overflows; what is lost is relative accuracy, by a factor
of the size of that logarithm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import NamedTuple

import sympy as sp
import torch
from torch import Tensor

from verify.stable import Expm1, Logistic

Environment = Mapping[sp.Symbol, Tensor]
Recurse = Callable[[sp.Expr], Tensor]


class Scaled(NamedTuple):
    """sign * exp(size)."""

    sign: Tensor
    size: Tensor

    def value(self) -> Tensor:
        """The number itself; it may overflow or underflow now."""
        return self.sign * self.size.exp()


def scaled(node: sp.Expr, value: Recurse) -> Scaled:
    """The sign and logarithm of a node, `value` giving the value of any node inside it.

    >>> x = sp.Symbol("x", real=True)
    >>> at = {x: torch.tensor([1000.0])}
    >>> scaled(sp.exp(x) * x, lambda node: at[node]).size
    tensor([1006.9078])
    """
    if node.is_Mul:
        return reduce(_times, (scaled(factor, value) for factor in node.args))
    if node.is_Add:
        return _sum([scaled(term, value) for term in node.args])
    if node.is_Pow and node.exp.is_Integer:
        return _power(scaled(node.base, value), int(node.exp))
    if node.is_Pow and not node.base.free_symbols:
        return _exp(value(node.exp) * float(sp.log(node.base)))
    rule = _RULES.get(node.func)
    return rule(value(node.args[0])) if rule else plain(value(node))


def plain(number: Tensor) -> Scaled:
    """A number that is known as it stands."""
    return Scaled(number.sign(), number.abs().log())


def _times(a: Scaled, b: Scaled) -> Scaled:
    return Scaled(a.sign * b.sign, a.size + b.size)


def _power(base: Scaled, exponent: int) -> Scaled:
    sign = base.sign if exponent % 2 else base.sign * base.sign
    return Scaled(sign, base.size * exponent)


def _sum(terms: list[Scaled]) -> Scaled:
    """Each term beside the largest, which comes back as the unit."""
    largest = reduce(torch.maximum, [term.size for term in terms])
    unit = torch.where(largest.isinf(), torch.zeros_like(largest), largest)
    total = plain(sum((Scaled(t.sign, t.size - unit).value() for t in terms), torch.zeros_like(unit)))
    return Scaled(total.sign, total.size + unit)


def _exp(u: Tensor) -> Scaled:
    return Scaled(torch.ones_like(u), u)


def _expm1(u: Tensor) -> Scaled:
    """|exp(u) - 1| = exp(u) (1 - exp(-u)) for u > 0."""
    return Scaled(u.sign(), u.clamp(min=0) + torch.log(-torch.expm1(-u.abs())))


def _logistic(u: Tensor) -> Scaled:
    return Scaled(torch.ones_like(u), -torch.logaddexp(-u, torch.zeros_like(u)))


def _cosh(u: Tensor) -> Scaled:
    return Scaled(torch.ones_like(u), u.abs() + torch.log1p(torch.expm1(-2 * u.abs()) / 2))


def _sinh(u: Tensor) -> Scaled:
    return Scaled(u.sign(), u.abs() + torch.log(-torch.expm1(-2 * u.abs()) / 2))


_RULES: dict[type, Callable[[Tensor], Scaled]] = {
    sp.exp: _exp,
    Expm1: _expm1,
    Logistic: _logistic,
    sp.cosh: _cosh,
    sp.sinh: _sinh,
}
