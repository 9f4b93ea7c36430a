"""Removable singularities: sin(x)/x and its like, evaluated across the point where they read 0/0.

Where N and D vanish to order k at p, N(z) = (z - p)^k times an average of N^(k) over points between p and
z, and likewise D. So on a convex box that holds p, N/D lies in N^(k)(box) / D^(k)(box); and if that
denominator keeps off 0 there, N/D is analytic on the box.
"""

from __future__ import annotations

import sympy as sp

from derive.activation import X
from derive.kinks import SWITCHES
from derive.moments.operations import Quotient, UnsupportedError
from derive.moments.program import value

_HIGHEST = 6


def poles(expression: sp.Expr) -> list[sp.Expr]:
    """The rational points where a factor in a denominator is seen to vanish."""
    bases = {n.base for n in expression.atoms(sp.Pow) if n.exp.is_negative and n.base.has(X)}
    bases |= {u.args[0] for u in expression.atoms(sp.coth, sp.csch, sp.cot, sp.csc, sp.sinc)}
    found: list[sp.Expr] = []
    for base in bases:
        found += [p for p in zeros(base) if p.is_Rational and p not in found]
    return found


def zeros(base: sp.Expr) -> list[sp.Expr]:
    """The real zeros of a polynomial with rational coefficients; of anything else, 0 if it is one."""
    if base.is_positive or base.is_negative:
        return []
    if base.is_polynomial(X):
        polynomial = sp.Poly(base, X)
        if all(c.is_Rational for c in polynomial.all_coeffs()):
            return list(dict.fromkeys(sp.real_roots(polynomial)))
    return [sp.Integer(0)] if base.subs(X, 0) == 0 else []


def bridged(expression: sp.Expr) -> sp.Expr:
    """The expression with every removable singularity that is found written as a `Quotient`.

    >>> bridged(sp.sin(X) / X)
    Quotient(x, sin(x), x, cos(x), 1)
    """
    if expression.has(*SWITCHES):
        return expression
    for point in poles(expression):
        expression = _bridge(_spelt(expression), point)
    return expression


def _spelt(expression: sp.Expr) -> sp.Expr:
    """Quotients that have a name of their own, spelt out."""
    spelling = {
        sp.coth: lambda u: sp.cosh(u) / sp.sinh(u),
        sp.csch: lambda u: 1 / sp.sinh(u),
        sp.cot: lambda u: sp.cos(u) / sp.sin(u),
        sp.csc: lambda u: 1 / sp.sin(u),
        sp.sinc: lambda u: sp.sin(u) / u,
    }
    for head, written in spelling.items():
        expression = expression.replace(head, written)
    return expression


def _bridge(node: sp.Expr, point: sp.Expr) -> sp.Expr:
    """The node with its 0/0 at the point bridged, as deep inside as it can be."""
    if not node.has(X) or node == X or isinstance(node, Quotient):
        return node
    if not _undefined(node, point):
        return node
    if isinstance(node, (sp.Mul, sp.Pow, sp.Add)):
        found = _quotient(node, point)
        if found is not None:
            return found
    return node.func(*[_bridge(argument, point) for argument in node.args])


def _undefined(node: sp.Expr, point: sp.Expr) -> bool:
    return bool(node.subs(X, point).has(sp.nan, sp.zoo, sp.oo, -sp.oo))


def _quotient(node: sp.Expr, point: sp.Expr) -> sp.Expr | None:
    above, below = sp.fraction(sp.together(node))
    if above.has(*SWITCHES) or below.has(*SWITCHES):  # sqrt(x**2) has become abs(x), which is not analytic
        return None
    if _undefined(above, point) or _undefined(below, point):
        return None
    top, bottom = above, below
    for order in range(_HIGHEST):
        if bottom.subs(X, point) != 0:
            return (
                Quotient(X - point, above, below, top, bottom)
                if order and _is_off_zero(bottom, point)
                else None
            )
        if top.subs(X, point) != 0:
            return None
        top, bottom = sp.diff(top, X), sp.diff(bottom, X)
    return None


def _is_off_zero(expression: sp.Expr, point: sp.Expr) -> bool:
    try:
        return not value(expression.subs(X, point)).contains(0)
    except UnsupportedError:
        return False
