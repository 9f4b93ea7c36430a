"""Conditions: comparisons, chained or not, joined by and, or, not, & | ~ or sympy's And, Or, Not."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from itertools import pairwise

import sympy as sp
from sympy.core.relational import Relational

from derive.grammar.functions import CONDITIONS
from derive.grammar.limits import MOST_ARGUMENTS
from derive.grammar.parts import Built, Scope

_COMPARED: dict[type[ast.cmpop], Callable[[sp.Expr, sp.Expr], sp.Basic]] = {
    ast.Lt: sp.Lt,
    ast.LtE: sp.Le,
    ast.Gt: sp.Gt,
    ast.GtE: sp.Ge,
    ast.Eq: sp.Eq,
    ast.NotEq: sp.Ne,
}
_NAMED: dict[str, Callable[[sp.Expr, sp.Expr], sp.Basic]] = {
    "Lt": sp.Lt,
    "Le": sp.Le,
    "Gt": sp.Gt,
    "Ge": sp.Ge,
    "Eq": sp.Eq,
    "Ne": sp.Ne,
}
_JOINED = {"And": sp.And, "Or": sp.Or, "Not": sp.Not}


def is_condition(node: ast.expr) -> bool:
    """Whether a node can only be a condition."""
    if isinstance(node, (ast.Compare, ast.BoolOp)):
        return True
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, (ast.Not, ast.Invert))
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.BitAnd, ast.BitOr))
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CONDITIONS


def condition(scope: Scope, node: ast.expr) -> Built:
    """The condition that a node states; raises `BadInput` where it states none."""
    scope = scope.deeper(node)
    if isinstance(node, ast.Compare):
        return _comparison(scope, node, [node.left, *node.comparators])
    if isinstance(node, ast.BoolOp):
        return _joined(scope, node, sp.And if isinstance(node.op, ast.And) else sp.Or, node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert)):
        return _joined(scope, node, sp.Not, [node.operand])
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitAnd, ast.BitOr)):
        joined = sp.And if isinstance(node.op, ast.BitAnd) else sp.Or
        return _joined(scope, node, joined, [node.left, node.right])
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return Built(sp.true if node.value else sp.false)
    if isinstance(node, ast.Call) and is_condition(node):
        return _called(scope, node)
    hint = "a condition such as (x > 0) is expected, each comparison in its own brackets"
    raise scope.reading.error(node, f"{scope.reading.words(node)!r} is not a condition; {hint}")


def _comparison(scope: Scope, node: ast.Compare, sides: Sequence[ast.expr]) -> Built:
    built = [scope.number(side) for side in sides]
    pairs = zip(node.ops, pairwise(built), strict=True)
    relations = [scope.make(node, _COMPARED[type(op)], a.expression, b.expression) for op, (a, b) in pairs]
    return _decided(scope, node, scope.make(node, sp.And, *relations), built)


def _joined(
    scope: Scope, node: ast.expr, head: Callable[..., sp.Basic], arguments: Sequence[ast.expr]
) -> Built:
    built = [condition(scope, argument) for argument in arguments]
    return _decided(scope, node, scope.make(node, head, *[part.expression for part in built]), built)


def _called(scope: Scope, node: ast.Call) -> Built:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    wanted = 2 if name in _NAMED else 1 if name == "Not" else len(node.args)
    if len(node.args) != wanted:
        raise scope.reading.error(node, f"{name} takes {wanted} values, not {len(node.args)}")
    if name in _JOINED:
        return _joined(scope, node, _JOINED[name], node.args)
    left, right = (scope.number(argument) for argument in node.args)
    relation = scope.make(node, _NAMED[name], left.expression, right.expression)
    return _decided(scope, node, relation, [left, right])


def _decided(scope: Scope, node: ast.expr, found: sp.Basic, parts: Sequence[Built]) -> Built:
    """A condition without x must be plainly true or false; one about a Piecewise makes sympy solve for x."""
    if found not in (sp.true, sp.false) and not found.free_symbols:
        raise scope.reading.error(node, f"whether {scope.reading.words(node)!r} holds cannot be told")
    if found.has(sp.Piecewise):
        what = "asks about something that is itself given by conditions; join them with 'and' instead"
        raise scope.reading.error(node, f"{scope.reading.words(node)!r} {what}")
    if len(found.atoms(Relational)) > MOST_ARGUMENTS:
        raise scope.reading.error(
            node, f"a condition has more than {MOST_ARGUMENTS} comparisons; split it up"
        )
    return Built(found, tuple(need for part in parts for need in part.needs))
