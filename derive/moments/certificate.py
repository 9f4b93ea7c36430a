"""Growth certificates: a walk over an expression that bounds it far out, or says why it cannot.

An abstract interpretation: each node turns the bounds of its arguments (`derive.moments.growth`) into its
own (`derive.moments.rules`), so that 1/(1 + exp(-x)) is seen to lie in (0, 1) without ever becoming infinity
over infinity.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from flint import fmpq

from derive.moments.combining import add, multiply, scale, squared
from derive.moments.growth import ONE, ZERO, Bound, Curve, Growth, Size, constant, is_zero, with_curves
from derive.moments.program import value
from derive.moments.rules import RULES, exponential, extreme, logarithm


class NoCertificateError(Exception):
    """No growth bound could be shown; the message says for what."""


def certify(expression: sp.Expr, x: sp.Symbol, side: int, far: Size) -> Growth:
    """A growth above |expression| for all side*x >= far, where side is 1 or -1 and far >= 1.

    Raises `NoCertificateError` where none can be shown.

    >>> X = sp.Symbol("x", real=True)
    >>> certify(X / (1 + sp.exp(-X)), X, 1, fmpq(1))
    Growth(c=1, m=1, k=0, a=0)
    """
    found = bound_of(expression, x, side, far)
    if found.upper is None or not found.upper.is_finite():
        bounds = ((node, bound_of(node, x, side, far)) for node in sp.postorder_traversal(expression))
        culprit = next(node for node, bound in bounds if bound.upper is None or not bound.upper.is_finite())
        raise NoCertificateError(f"no bound on the growth of {culprit} as x -> {'-' * (side < 0)}oo")
    return found.upper


def bound_of(expression: sp.Expr, x: sp.Symbol, side: int, far: Size) -> Bound:
    """All that can be shown of an expression for side*x >= far."""
    known: dict[sp.Expr, Bound] = {}

    def bound(node: sp.Expr) -> Bound:
        if node not in known:
            known[node] = _bound(node, x, side, far, bound)
        return known[node]

    return bound(expression)


Recurse = Callable[[sp.Expr], Bound]


def _bound(node: sp.Expr, x: sp.Symbol, side: int, far: Size, bound: Recurse) -> Bound:
    if node == x:
        line, grown = Curve(ZERO, fmpq(side)), Growth(ONE, ONE)
        return Bound(grown, grown, side, line, line)
    if not node.has(x):
        return constant(number(node))
    if isinstance(node, sp.Mul):
        return _product(node, x, bound)
    if isinstance(node, sp.Pow):
        return _power(node, x, far, bound)
    return _applied(node, [bound(argument) for argument in node.args if not node.is_Piecewise], far)


def _applied(node: sp.Expr, arguments: list[Bound], far: Size) -> Bound:
    if isinstance(node, sp.Add):
        return add(arguments, far)
    if isinstance(node, (sp.Max, sp.Min)):
        return extreme(isinstance(node, sp.Max), arguments)
    rule = RULES.get(node.func)
    return rule(arguments[0], far) if rule else Bound()


def number(node: sp.Expr) -> Size:
    """A constant: an exact fraction, or a ball."""
    return fmpq(int(node.p), int(node.q)) if node.is_Rational else value(node).real


def _product(node: sp.Mul, x: sp.Symbol, bound: Recurse) -> Bound:
    front, rest = node.as_independent(x)
    factors = sp.Mul.make_args(rest)
    result = bound(factors[0])
    for factor in factors[1:]:
        result = multiply(result, bound(factor))
    return result if front == 1 else scale(number(front), result)


def _power(node: sp.Pow, x: sp.Symbol, far: Size, bound: Recurse) -> Bound:
    if node.exp.has(x):
        return exponential(_logarithm_times(node, x, far, bound), far)
    base, exponent = bound(node.base), number(node.exp)
    if not node.exp.is_Integer and base.sign != 1:
        return Bound()
    if node.exp == 2:
        return squared(base)
    up, down = (base.upper, base.lower) if node.exp > 0 else (base.lower, base.upper)
    sign = 1 if not node.exp.is_Integer or node.exp % 2 == 0 else base.sign
    lower = down.power(exponent) if down and not is_zero(down.c) else None
    bursts = base.bursts and bool(node.exp > 0)
    return with_curves(Bound(up and up.power(exponent), lower, sign, None, None, bursts))


def _logarithm_times(node: sp.Pow, x: sp.Symbol, far: Size, bound: Recurse) -> Bound:
    """The exponent of b^u = exp(u log b), for b > 0."""
    if node.base.has(x):
        return multiply(logarithm(bound(node.base), far), bound(node.exp))
    return scale(number(sp.log(node.base)), bound(node.exp)) if node.base.is_positive else Bound()
