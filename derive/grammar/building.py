"""From Python's syntax tree to a sympy expression: a case for each kind of node that is known, no other."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from fractions import Fraction

import sympy as sp

from derive.activation import X
from derive.grammar import arithmetic
from derive.grammar.conditions import condition, is_condition
from derive.grammar.domain import Need
from derive.grammar.functions import NO_VALUE, Kind
from derive.grammar.limits import MOST_ARGUMENTS, MOST_DECIMAL_EXPONENT
from derive.grammar.named import called, is_function
from derive.grammar.parts import Built, Scope
from derive.grammar.reading import operands

_TRUE = sp.true


def number(scope: Scope, node: ast.expr) -> Built:
    """The number that a node stands for; raises `BadInput` that points at what is wrong."""
    scope = scope.deeper(node)
    if isinstance(node, ast.Constant) and not isinstance(node.value, bool):
        return Built(_literal(scope, node))
    if isinstance(node, ast.Name):
        return Built(_named(scope, node))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inner = number(scope, node.operand)
        return inner if isinstance(node.op, ast.UAdd) else Built(-inner.expression, inner.needs)
    if isinstance(node, ast.BinOp) and not is_condition(node):
        return _binary(scope, node)
    if isinstance(node, ast.IfExp):
        return _switch(scope, node, [(node.body, node.test), (node.orelse, None)])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not is_condition(node):
        return _call(scope, node, node.func.id)
    raise scope.reading.error(node, _not_a_number(scope, node))


def _not_a_number(scope: Scope, node: ast.expr) -> str:
    words = scope.reading.words(node)
    if is_condition(node):
        condition(scope, node)  # which may have more to say
    if is_condition(node) or isinstance(node, ast.Constant):
        return f"{words!r} is a condition, not a number; write where({words}, 1, 0)"
    if isinstance(node, ast.Tuple):
        return "values in a row are not a number; a decimal point is '.', and ',' only separates arguments"
    return f"{words!r} is not a number"


def _literal(scope: Scope, node: ast.Constant) -> sp.Rational:
    token = scope.reading.token(node)
    exponent = token.text.lower().partition("e")[2]
    if abs(int(exponent or 0)) > MOST_DECIMAL_EXPONENT:
        raise scope.reading.error(node, f"the exponent of {token.text} is beyond {MOST_DECIMAL_EXPONENT}")
    exact = Fraction(token.text)
    return sp.Rational(exact.numerator, exact.denominator)


def _named(scope: Scope, node: ast.Name) -> sp.Expr:
    name = node.id
    if name in scope.names:
        return scope.names[name]
    if name in NO_VALUE:
        raise scope.reading.error(node, NO_VALUE[name])
    if is_function(name):
        raise scope.reading.error(node, f"{name!r} is a function; write {name}(x)")
    raise scope.reading.error(node, f"unknown name {name!r}; {_advice(scope, name)}")


def _advice(scope: Scope, name: str) -> str:
    used = {n.id for n in ast.walk(scope.reading.tree) if isinstance(n, ast.Name)}
    if not used & {"x", "X"}:
        return "write x for the variable"
    return f"the variable is x, and a parameter needs a value, as in --param {name[:20]}=1/2"


def _binary(scope: Scope, node: ast.BinOp) -> Built:
    if isinstance(node.op, ast.Pow):
        return power(scope, node, number(scope, node.left), number(scope, node.right))
    if isinstance(node.op, (ast.Add, ast.Sub)):
        return _sum(scope, node)
    if isinstance(node.op, (ast.Mult, ast.Div)):
        return _product(scope, node)
    raise scope.reading.error(node, f"{scope.reading.words(node)!r} uses a sign that is not known here")


def _sum(scope: Scope, node: ast.BinOp) -> Built:
    chain = [(op, factor(scope, part)) for op, part in operands(node, (ast.Add, ast.Sub))]
    terms = [-part.expression if isinstance(op, ast.Sub) else part.expression for op, part in chain]
    needs = tuple(need for _, part in chain for need in part.needs)
    return Built(scope.make(node, arithmetic.add, terms), needs)


def _product(scope: Scope, node: ast.BinOp) -> Built:
    factors: list[sp.Expr] = []
    needs: list[Need] = []
    for op, part in operands(node, (ast.Mult, ast.Div)):
        built = factor(scope, part)
        needs += built.needs
        if isinstance(op, ast.Div):
            needs += require(scope, node, "nonzero", built.expression)
            built = Built(scope.make(node, arithmetic.power, built.expression, sp.Integer(-1)))
        factors.append(built.expression)
    return Built(scope.make(node, arithmetic.multiply, factors), tuple(needs))


def factor(scope: Scope, node: ast.expr) -> Built:
    """A number, or a condition that counts as 1 where it holds and as 0 elsewhere, as in (x > 0)*x."""
    if not is_condition(node):
        return number(scope, node)
    found = condition(scope, node)
    return Built(sp.Piecewise((sp.Integer(1), found.expression), (sp.Integer(0), True)), found.needs)


def power(scope: Scope, node: ast.expr, base: Built, exponent: Built) -> Built:
    """The power, with what it asks of its base."""
    needs = (*base.needs, *exponent.needs, *_power_needs(scope, node, base.expression, exponent.expression))
    return Built(scope.make(node, arithmetic.power, base.expression, exponent.expression), needs)


def _power_needs(scope: Scope, node: ast.expr, base: sp.Expr, exponent: sp.Expr) -> tuple[Need, ...]:
    if exponent.is_Integer:
        return require(scope, node, "nonzero", base) if exponent < 0 else ()
    above = exponent.is_Rational and exponent > 0
    return require(scope, node, "nonnegative" if above else "positive", base)


def require(scope: Scope, node: ast.expr, kind: Kind, argument: sp.Expr) -> tuple[Need, ...]:
    """The need that an argument is of a kind; decided at once where the argument is a constant.

    An argument with parameters as symbols asks for nothing: it is built a second time with their values.
    """
    words = scope.reading.words(node)
    if argument.has(X):
        alone = argument.free_symbols == {X}
        return (Need(kind, argument, words, scope.reading.token(node).start),) if alone else ()
    if argument.free_symbols:
        return ()
    found = arithmetic.ball(argument).real
    fine = {"positive": found > 0, "nonnegative": found >= 0, "nonzero": found > 0 or found < 0}[kind]
    if not fine:
        what = "is undefined" if argument.is_Rational or found < 0 else "cannot be shown to be defined"
        raise scope.reading.refusal(node, f"{words} {what}, since a constant in it is {_negative(kind)}")
    return ()


def _negative(kind: Kind) -> str:
    return {"positive": "not above 0", "nonnegative": "below 0", "nonzero": "0, or cannot be told from 0"}[
        kind
    ]


def _call(scope: Scope, node: ast.Call, name: str) -> Built:
    if len(node.args) > MOST_ARGUMENTS and name != "Piecewise":
        what = f"{name} has {len(node.args)} arguments, and the limit is {MOST_ARGUMENTS}"
        raise scope.reading.error(node, what)
    if name == "Piecewise":
        return _switch(scope, node, [_branch(scope, argument) for argument in node.args])
    if name == "where":
        _check_count(scope, node, name, 3, 3)
        test, then, otherwise = node.args
        return _switch(scope, node, [(then, test), (otherwise, None)])
    if name in ("pow", "Pow"):
        _check_count(scope, node, name, 2, 2)
        return power(scope, node, number(scope, node.args[0]), number(scope, node.args[1]))
    return _apply(scope, node, name)


def _check_count(scope: Scope, node: ast.Call, name: str, least: int, most: int) -> None:
    if not least <= len(node.args) <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        plural = "s" if wanted != "1" else ""
        raise scope.reading.error(node, f"{name} takes {wanted} argument{plural}, not {len(node.args)}")


def _apply(scope: Scope, node: ast.Call, name: str) -> Built:
    function = called(name)
    if function is None:
        raise scope.reading.error(node, _unknown_function(scope, name))
    _check_count(scope, node, name, function.least, function.most)
    built = [number(scope, argument) for argument in node.args]
    arguments = [part.expression for part in built]
    needs = [need for part in built for need in part.needs]
    for rule in function.needs:
        needs += require(scope, node, rule.kind, scope.make(node, arithmetic.apply, rule.of, arguments))
    return Built(scope.make(node, arithmetic.apply, function.build, arguments), tuple(needs))


def _unknown_function(scope: Scope, name: str) -> str:
    from difflib import get_close_matches

    from derive.grammar.named import function_names

    if name in scope.names:
        return f"{name} is not a function; to multiply write {name}*(...)"
    near = get_close_matches(name, function_names(), n=1, cutoff=0.6)
    hint = f"did you mean {near[0]!r}?" if near else "`gainproof list` shows the names"
    return f"unknown function {name[:40]!r}; {hint}"


def _branch(scope: Scope, node: ast.expr) -> tuple[ast.expr, ast.expr]:
    if isinstance(node, ast.Tuple) and len(node.elts) == 2:
        return node.elts[0], node.elts[1]
    raise scope.reading.error(node, "Piecewise takes pairs, as in Piecewise((0, x < 0), (x, True))")


def _switch(scope: Scope, node: ast.expr, branches: Sequence[tuple[ast.expr, ast.expr | None]]) -> Built:
    """A Piecewise; what a branch needs, it needs only where it is taken."""
    pairs, needs, otherwise = [], [], _TRUE
    for formula, test in branches:
        when = condition(scope, test) if test is not None else Built(_TRUE)
        taken, left = scope.make(node, _taken_or_left, otherwise, when.expression)
        built = number(scope, formula)
        needs += [*when.needs, *built.guarded(taken).needs]
        pairs.append((built.expression, when.expression))
        otherwise = left
    if otherwise != sp.false:
        raise scope.reading.error(node, "no formula is left where all conditions fail; end with (..., True)")
    return Built(scope.make(node, lambda: arithmetic.settled(sp.Piecewise(*pairs))), tuple(needs))


def _taken_or_left(before: sp.Basic, condition: sp.Basic) -> tuple[sp.Basic, sp.Basic]:
    """Where a branch is taken, and where what follows it is."""
    return sp.And(before, condition), sp.And(before, sp.Not(condition))
