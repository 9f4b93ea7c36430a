"""Growth certificates: a walk over an expression that bounds it far out, or says why it cannot.

An abstract interpretation: each node turns the bounds of its arguments (`derive.moments.growth`) into its
own, so that 1/(1 + exp(-x)) is seen to lie in (0, 1) without ever becoming infinity over infinity.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from flint import arb

from derive.moments.growth import (
    ONE,
    ZERO,
    Bound,
    Growth,
    Line,
    add,
    constant,
    from_lines,
    multiply,
    scale,
    with_lines,
    within,
)
from derive.moments.program import value


class NoCertificateError(Exception):
    """No growth bound could be shown; the message says for what."""


def certify(expression: sp.Expr, x: sp.Symbol, side: int, far: arb) -> Growth:
    """A growth above |expression| for all side*x >= far, where side is 1 or -1 and far >= 1.

    Raises `NoCertificateError` where none can be shown.

    >>> X = sp.Symbol("x", real=True)
    >>> certify(X / (1 + sp.exp(-X)), X, 1, arb(1))
    Growth(c=1.00000000000000, m=1.00000000000000, k=0)
    """
    found = bound_of(expression, x, side, far)
    if found.upper is None or not found.upper.is_finite():
        bounds = ((node, bound_of(node, x, side, far)) for node in sp.postorder_traversal(expression))
        culprit = next(node for node, bound in bounds if bound.upper is None or not bound.upper.is_finite())
        raise NoCertificateError(f"no bound on the growth of {culprit} as x -> {'-' * (side < 0)}oo")
    return found.upper


def bound_of(expression: sp.Expr, x: sp.Symbol, side: int, far: arb) -> Bound:
    """All that can be shown of an expression for side*x >= far."""
    known: dict[sp.Expr, Bound] = {}

    def bound(node: sp.Expr) -> Bound:
        if node not in known:
            known[node] = _bound(node, x, side, far, bound)
        return known[node]

    return bound(expression)


Recurse = Callable[[sp.Expr], Bound]


def _bound(node: sp.Expr, x: sp.Symbol, side: int, far: arb, bound: Recurse) -> Bound:
    if node == x:
        line, grown = Line(ZERO, arb(side)), Growth(ONE, ONE)
        return Bound(grown, grown, side, line, line)
    if not node.has(x):
        return constant(value(node).real)
    if isinstance(node, sp.Add):
        return add([bound(argument) for argument in node.args], far)
    if isinstance(node, sp.Mul):
        return _product(node, x, bound)
    if isinstance(node, sp.Pow):
        return _power(node, x, bound)
    rule = _RULES.get(node.func)
    return rule(bound(node.args[0])) if rule else _switch(node, bound)


def _product(node: sp.Mul, x: sp.Symbol, bound: Recurse) -> Bound:
    number, rest = node.as_independent(x)
    factors = sp.Mul.make_args(rest)
    result = bound(factors[0])
    for factor in factors[1:]:
        result = multiply(result, bound(factor))
    return result if number == 1 else scale(value(number).real, result)


def _power(node: sp.Pow, x: sp.Symbol, bound: Recurse) -> Bound:
    if not node.exp.is_Rational:
        return _exp(_logarithm_times(node, x, bound))
    base, exponent = bound(node.base), value(node.exp).real
    if not node.exp.is_Integer and base.sign != 1:
        return Bound()
    up, down = (base.upper, base.lower) if node.exp > 0 else (base.lower, base.upper)
    sign = 1 if not node.exp.is_Integer or node.exp % 2 == 0 else base.sign
    return with_lines(Bound(up and up.power(exponent), down and down.power(exponent), sign))


def _logarithm_times(node: sp.Pow, x: sp.Symbol, bound: Recurse) -> Bound:
    """The exponent of b^u = exp(u log b); b must be a positive constant."""
    if node.base.has(x) or not node.base.is_positive:
        return Bound()
    return scale(value(sp.log(node.base)).real, bound(node.exp))


def _exp(u: Bound) -> Bound:
    upper = Growth(u.above.alpha.exp(), ZERO, u.above.kappa) if u.above else None
    lower = Growth(u.below.alpha.exp(), ZERO, u.below.kappa) if u.below else None
    return with_lines(Bound(upper, lower, 1))


def _log(u: Bound) -> Bound:
    """log(c t^m e^(k t)) = log c + m log t + k t, and 0 <= log t <= t."""
    if u.sign != 1 or u.upper is None or u.lower is None:
        return Bound()
    above = Line(u.upper.c.log(), u.upper.k + u.upper.m.max(ZERO))
    below = Line(u.lower.c.log(), u.lower.k + u.lower.m.min(ZERO))
    return from_lines(above, below)


def _bounded(size: int) -> Callable[[Bound], Bound]:
    """An odd increasing function with values in [-size, size]: the sign of its argument is its own."""

    def rule(u: Bound) -> Bound:
        return within(0 if u.sign > 0 else -size, 0 if u.sign < 0 else size)

    return rule


def _below_identity(u: Bound) -> Bound:
    """asinh: odd, increasing, |asinh u| <= |u|."""
    return with_lines(Bound(u.upper, None, u.sign))


def _cosh(u: Bound) -> Bound:
    """1 <= cosh u <= exp |u|."""
    size = _exp(_abs(u)).upper
    return with_lines(Bound(size, Growth(ONE), 1))


def _sinh(u: Bound) -> Bound:
    return with_lines(Bound(_exp(_abs(u)).upper, None, u.sign))


def _abs(u: Bound) -> Bound:
    return with_lines(Bound(u.upper, u.lower, 1))


def _switch(node: sp.Expr, bound: Recurse) -> Bound:
    """Max and Min take one of their arguments: the sum of the sizes bounds it, and a shared sign stays."""
    if not isinstance(node, (sp.Max, sp.Min)):
        return Bound()
    parts = [bound(argument) for argument in node.args]
    upper = add([_abs(part) for part in parts], ONE).upper
    signs = {part.sign for part in parts}
    wins = 1 if isinstance(node, sp.Max) else -1
    return with_lines(Bound(upper, None, wins if wins in signs else signs.pop() if len(signs) == 1 else 0))


_RULES: dict[type, Callable[[Bound], Bound]] = {
    sp.exp: _exp,
    sp.log: _log,
    sp.tanh: _bounded(1),
    sp.erf: _bounded(1),
    sp.atan: _bounded(2),
    sp.sign: _bounded(1),
    sp.asinh: _below_identity,
    sp.sinh: _sinh,
    sp.cosh: _cosh,
    sp.Abs: _abs,
    sp.erfc: lambda u: within(0, 2),
    sp.sech: lambda u: within(0, 1),
    sp.Heaviside: lambda u: within(0, 1),
    sp.sin: lambda u: within(-1, 1),
    sp.cos: lambda u: within(-1, 1),
    sp.sinc: lambda u: within(-1, 1),
    sp.Si: _bounded(2),
}
