"""Kinks that have no closed form, found numerically, so that quadrature can split the line there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import sympy as sp
import torch
from sympy.core.relational import Relational

from derive.activation import X
from verify.functions import compiled

_REACH, _POINTS, _HALVINGS = 64.0, 2**14 + 1, 60


def numeric_kinks(expression: sp.Expr) -> list[float]:
    """Where what decides a Max, Min, Abs, sign, step or case changes its sign, between -64 and 64, rising.

    Two changes within 1/128 of each other may be missed.

    >>> [round(kink, 6) for kink in numeric_kinks(sp.Max(X, sp.tanh(X) + sp.Rational(1, 2)))]
    [1.381225]
    """
    return sorted({root for decider in _deciders(expression) for root in _roots(decider)})


def _deciders(expression: sp.Expr) -> Iterator[sp.Expr]:
    for node in sp.preorder_traversal(expression):
        if isinstance(node, sp.Max | sp.Min):
            yield from (one - other for one, other in combinations(node.args, 2))
        elif isinstance(node, sp.Abs | sp.sign | sp.Heaviside):
            yield node.args[0]
        elif isinstance(node, Relational):
            yield node.lhs - node.rhs


def _roots(decider: sp.Expr) -> Iterator[float]:
    if not decider.has(X):
        return
    value = compiled(decider)
    grid = torch.linspace(-_REACH, _REACH, _POINTS, dtype=torch.float64)
    signs = value(grid).sign().tolist()
    for (low, before), (high, after) in pairwise(zip(grid.tolist(), signs, strict=True)):
        if before == 0:
            yield low
        elif before * after < 0:
            yield _bisected(value, low, high, before)


def _bisected(value: object, low: float, high: float, before: float) -> float:
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        here = float(value(torch.tensor([middle], dtype=torch.float64))[0])  # type: ignore[operator]
        low, high = (middle, high) if here * before > 0 else (low, middle)
    return (low + high) / 2
