"""From text to an expression in x: the only door of the grammar."""

from __future__ import annotations

from collections.abc import Mapping
from keyword import iskeyword

import sympy as sp

from derive.activation import X
from derive.errors import BadInput
from derive.grammar.building import number
from derive.grammar.domain import undefined
from derive.grammar.functions import CONSTANTS
from derive.grammar.named import is_taken
from derive.grammar.parts import Built, Scope
from derive.grammar.reading import Reading, read


def parse(text: str, parameters: Mapping[str, sp.Rational] | None = None) -> sp.Expr:
    """The expression that a text stands for, in `derive.activation.X` and the symbols of its parameters.

    Raises `BadInput`, with one line that points at a character, for text that is not an expression of this
    grammar, is not a function of x, or is undefined or not real somewhere on the line.

    >>> parse("x*tanh(exp(x/2))")
    x*tanh(exp(x/2))
    >>> parse("max(0, x) + a*min(0, x)", {"a": sp.Rational(1, 4)})
    a*Min(0, x) + Max(0, x)
    """
    given = dict(parameters or {})
    _check_names(given)
    reading = read(text)
    try:
        return _parsed(reading, given)
    except RecursionError:
        raise reading.source.error(0, "the expression is nested too deeply; write it flatter") from None


def _parsed(reading: Reading, given: Mapping[str, sp.Rational]) -> sp.Expr:
    """Built with the parameters' values first, which decides whether it is small enough and defined."""
    numeric = _built(reading, given)
    for need in numeric.needs:
        where = undefined(need)
        if where:
            raise reading.source.refusal(need.start, where)
    symbols = {name: symbol(name, value) for name, value in given.items()}
    expression = _built(reading, symbols).expression if given else numeric.expression
    _check_free(reading, numeric.expression, expression, symbols)
    return expression


def symbol(name: str, value: sp.Rational) -> sp.Symbol:
    """The symbol of a parameter: positive where its value is, real otherwise.

    >>> symbol("a", sp.Rational(1, 4)).is_positive, symbol("b", sp.Integer(-1)).is_positive
    (True, None)
    """
    return sp.Symbol(name, positive=True) if value > 0 else sp.Symbol(name, real=True)


def _built(reading: Reading, values: Mapping[str, sp.Expr]) -> Built:
    names = {**CONSTANTS, "x": X, "X": X, **values}
    return number(Scope(reading, names, number), reading.tree)


def _check_names(given: Mapping[str, sp.Rational]) -> None:
    for name in given:
        if not (name.isidentifier() and name.isascii()) or iskeyword(name):
            raise BadInput(f"{name[:40]!r} cannot name a parameter; use letters, digits and underscores")
        if is_taken(name):
            raise BadInput(f"the name {name!r} has a meaning of its own; give the parameter another one")


def _check_free(
    reading: Reading, numeric: sp.Expr, expression: sp.Expr, symbols: Mapping[str, sp.Symbol]
) -> None:
    if not numeric.has(X):
        raise reading.source.refusal(
            0, f"it is not a function of x but the constant {str(numeric)[:40]}; let x appear in it"
        )
    unused = [name for name, s in symbols.items() if not expression.has(s)]
    if unused:
        raise BadInput(f"the parameter {unused[0]!r} does not appear in the expression; leave it out")
