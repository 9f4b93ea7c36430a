"""Where a function of one real variable changes its formula, and the formula on each side.

Max, Min, Abs, sign, Heaviside and Piecewise are switches: each picks a formula by the sign of something.
Splitting the line where those signs change leaves one smooth formula per open interval, which is what a
closed form, a certified integral and the derivative almost everywhere all need.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import NamedTuple

import sympy as sp

from derive.points import between, is_below

SWITCHES = (sp.Max, sp.Min, sp.Abs, sp.sign, sp.Heaviside, sp.Piecewise)


class UnresolvedKinkError(Exception):
    """The kinks cannot be placed in closed form; the message says at which expression."""


class Piece(NamedTuple):
    """One formula, valid on the open interval (low, high)."""

    low: sp.Expr
    high: sp.Expr
    expression: sp.Expr


def pieces(expression: sp.Expr, x: sp.Symbol) -> tuple[Piece, ...]:
    """The smooth pieces of an expression, from left to right, equal neighbours joined.

    Raises `UnresolvedKinkError` where a switch turns at a place that is not the root of a polynomial, or
    where the order of two kinks depends on a parameter.

    >>> x = sp.Symbol("x", real=True)
    >>> [tuple(p) for p in pieces(sp.Max(0, x), x)]
    [(-oo, 0, 0), (0, oo, x)]
    >>> [tuple(p) for p in pieces(sp.Max(-1, sp.Min(1, x)), x)]
    [(-oo, -1, -1), (-1, 1, x), (1, oo, 1)]
    """
    return _joined(_split(expression, x, -sp.oo, sp.oo))


def partial_pieces(expression: sp.Expr, x: sp.Symbol) -> tuple[Piece, ...]:
    """The pieces between those kinks that can be placed; what switches elsewhere stays in the formulas.

    >>> x = sp.Symbol("x", real=True)
    >>> [tuple(p) for p in partial_pieces(sp.Max(sp.exp(x), sp.Piecewise((3, x < 1), (2 - x, True))), x)]
    [(-oo, 1, 3), (1, oo, Max(2 - x, exp(x)))]
    """
    return _joined(_split_where_told(Piece(-sp.oo, sp.oo, expression), x))


def _split_where_told(piece: Piece, x: sp.Symbol) -> list[Piece]:
    switches = (n for n in sp.postorder_traversal(piece.expression) if isinstance(n, SWITCHES) and n.has(x))
    for node in switches:
        try:
            parts = _split_at(node, piece, x)
        except UnresolvedKinkError:
            continue
        return [smaller for part in parts for smaller in _split_where_told(part, x)]
    return [piece]


def _split_at(node: sp.Expr, piece: Piece, x: sp.Symbol) -> list[Piece]:
    """A piece split where one switch turns."""
    ends = [piece.low, *_cuts(node, x, piece.low, piece.high), piece.high]
    return [
        Piece(low, high, piece.expression.xreplace({node: _branch(node, x, low, high)}))
        for low, high in pairwise(ends)
    ]


def _split(expression: sp.Expr, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> list[Piece]:
    node = _innermost_switch(expression, x)
    if node is None:
        return [Piece(low, high, expression)]
    parts = _split_at(node, Piece(low, high, expression), x)
    return [piece for part in parts for piece in _split(part.expression, x, part.low, part.high)]


def _innermost_switch(expression: sp.Expr, x: sp.Symbol) -> sp.Expr | None:
    """The first switch on x that has no switch inside it (postorder meets children before parents)."""
    nodes = sp.postorder_traversal(expression)
    return next((node for node in nodes if isinstance(node, SWITCHES) and node.has(x)), None)


def _deciders(node: sp.Expr) -> list[sp.Expr]:
    """The expressions whose signs decide which formula a switch takes."""
    if isinstance(node, (sp.Max, sp.Min)):
        return [a - b for a, b in combinations(node.args, 2)]
    if isinstance(node, sp.Piecewise):
        conditions = [condition for _, condition in node.args]
        relations = [r for c in conditions for r in c.atoms(sp.core.relational.Relational)]
        return [r.lhs - r.rhs for r in relations]
    return [node.args[0]]


def _cuts(node: sp.Expr, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> list[sp.Expr]:
    """The points inside (low, high) where a decider of the switch vanishes, in order."""
    inside: list[sp.Expr] = []
    for decider in _deciders(node):
        for root in _roots(decider, x):
            if _less(low, root) and _less(root, high) and root not in inside:
                inside.append(root)
    return _in_order(inside)


def _in_order(points: list[sp.Expr]) -> list[sp.Expr]:
    ordered: list[sp.Expr] = []
    for point in points:
        place = sum(1 for other in ordered if _less(other, point))
        ordered.insert(place, point)
    return ordered


def _roots(decider: sp.Expr, x: sp.Symbol) -> list[sp.Expr]:
    decider = sp.expand(decider)
    if not decider.has(x) or decider.is_positive or decider.is_negative:
        return []
    if not decider.is_polynomial(x):
        return _roots(_exponent(decider, x), x)
    polynomial = sp.Poly(decider, x)
    if polynomial.degree() == 1:
        return [_linear_root(*polynomial.all_coeffs())]
    if not all(c.is_Rational for c in polynomial.all_coeffs()):
        raise UnresolvedKinkError(f"the roots of {decider} depend on its parameters")
    return list(dict.fromkeys(sp.real_roots(polynomial)))


def _exponent(decider: sp.Expr, x: sp.Symbol) -> sp.Expr:
    """What vanishes where a + b exp(u) does: u - log(-a/b), or 1 where that does not exist."""
    constant, rest = decider.as_independent(x, as_Add=True)
    factor, exponential = rest.as_independent(x, as_Add=False)
    level = -constant / factor
    if not isinstance(exponential, sp.exp) or not level.is_number:
        raise UnresolvedKinkError(f"where {decider} changes sign has no closed form here")
    return exponential.exp - sp.log(level) if level.is_positive else sp.Integer(1)


def _linear_root(slope: sp.Expr, offset: sp.Expr) -> sp.Expr:
    if slope.is_zero is not False:
        raise UnresolvedKinkError(f"whether {slope} vanishes depends on the parameters")
    return sp.cancel(-offset / slope)


def _branch(node: sp.Expr, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    """The formula that a switch takes on (low, high), where none of its deciders changes sign."""
    if isinstance(node, (sp.Max, sp.Min)):
        return _extreme(node, x, low, high)
    if isinstance(node, sp.Piecewise):
        return _chosen(node, x, low, high)
    sign = _sign(node.args[0], x, low, high)
    if isinstance(node, sp.Abs):
        return sign * node.args[0]
    return sp.Integer(sign) if isinstance(node, sp.sign) else sp.Rational(1 + sign, 2)


def _extreme(node: sp.Expr, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    wanted = 1 if isinstance(node, sp.Max) else -1
    best = node.args[0]
    for other in node.args[1:]:
        best = other if _sign(other - best, x, low, high) == wanted else best
    return best


def _chosen(node: sp.Piecewise, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    for formula, condition in node.args:
        relations = condition.atoms(sp.core.relational.Relational)
        truth = {r: (sp.true if _holds(r, x, low, high) else sp.false) for r in relations}
        if condition.xreplace(truth) == sp.true:
            return formula
    raise UnresolvedKinkError(f"{node} has no formula between {low} and {high}")


def _holds(relation: sp.core.relational.Relational, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> bool:
    sign = _sign(relation.lhs - relation.rhs, x, low, high)
    return bool(relation.func(sp.Integer(sign), 0))


def _sign(decider: sp.Expr, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> int:
    """The sign of a decider on (low, high), which holds none of its roots: one sample tells it."""
    decider = sp.expand(decider)
    if decider == 0:
        return 0
    at = decider if decider.is_positive or decider.is_negative else decider.subs(x, between(low, high))
    if at.is_positive or at.is_negative:
        return 1 if at.is_positive else -1
    raise UnresolvedKinkError(f"the sign of {decider} between {low} and {high} depends on the parameters")


def _less(a: sp.Expr, b: sp.Expr) -> bool:
    below = is_below(a, b)
    if below is not None:
        return below
    raise UnresolvedKinkError(f"which of {a} and {b} is smaller depends on the parameters")


def _joined(parts: list[Piece]) -> tuple[Piece, ...]:
    """Neighbours with the same formula made one, so that every remaining border is a real one."""
    joined = [parts[0]]
    for part in parts[1:]:
        last = joined[-1]
        if sp.expand(last.expression - part.expression) == 0:
            joined[-1] = Piece(last.low, part.high, last.expression)
        else:
            joined.append(part)
    return tuple(joined)
