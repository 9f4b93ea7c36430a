"""The torch code of an expression in x: readable source that computes the same as `verify.functions`.

Only what the methods below write gets into the source: operators, torch's functions, numbers and the names
that are made here. Parameters are put in as numbers, so that no name that a person chose is ever code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from textwrap import wrap

import sympy as sp
from sympy.core.relational import Relational

from derive.activation import Activation, X
from derive.errors import BadInput
from derive.kinks import Piece, UnresolvedKinkError
from verify.stable import stable

_CALLS = {
    "Logistic": "torch.sigmoid",
    "Expm1": "torch.expm1",
    "Log1p": "torch.log1p",
    "Erfc": "torch.erfc",
    "exp": "torch.exp",
    "log": "torch.log",
    "sin": "torch.sin",
    "cos": "torch.cos",
    "tan": "torch.tan",
    "sinh": "torch.sinh",
    "cosh": "torch.cosh",
    "tanh": "torch.tanh",
    "asin": "torch.asin",
    "acos": "torch.acos",
    "atan": "torch.atan",
    "asinh": "torch.asinh",
    "acosh": "torch.acosh",
    "atanh": "torch.atanh",
    "erf": "torch.erf",
    "erfc": "torch.erfc",
    "Abs": "torch.abs",
    "sign": "torch.sign",
}
_RELATIONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "==", "!=": "!="}
_LINE = 80  # eight columns stand before it in the code of a report
_SUM, _PRODUCT, _UNARY, _ATOM = range(4)


def function_lines(activation: Activation) -> list[str]:
    """The body of `def f(x)`, without its indent; raises `BadInput` for what torch has no function for.

    A function with kinks is computed piece by piece, each on its own part of the line, so that a piece that
    would overflow elsewhere spoils neither the value nor the gradient.

    >>> function_lines(Activation("mine", X * sp.tanh(sp.exp(X / 2)), (), "", None))
    ['return x * torch.tanh(torch.exp(0.5 * x))']
    """
    numeric = activation.numeric()
    parts = _pieces(activation)
    if len(parts) < 2:
        return _straight(numeric, "x", "return ")
    lines = [line for number, part in enumerate(parts) for line in _piece(number, part)]
    return [*lines, *_broken("return ", _chosen(numeric, parts))]


def _pieces(activation: Activation) -> list[Piece]:
    try:
        return [
            Piece(*((sp.S.Zero + part).subs(activation.values) for part in piece))
            for piece in activation.pieces()
        ]
    except UnresolvedKinkError:
        return []


def _piece(number: int, part: Piece) -> Iterator[str]:
    """One formula on its own part of the line."""
    bounds = [
        f"{word}={_number(end)}" for word, end in (("min", part.low), ("max", part.high)) if end.is_finite
    ]
    if part.expression == X:
        yield f"y{number} = x"
        return
    if part.expression.has(X):
        yield f"x{number} = x.clamp({', '.join(bounds)})"
    yield from _straight(part.expression, f"x{number}", f"y{number} = ")


def _chosen(numeric: sp.Expr, parts: Sequence[Piece]) -> str:
    """Which piece counts where; at a kink the one that has the function's value there, or that value itself."""
    text = f"y{len(parts) - 1}"
    for number, (left, right) in reversed(list(enumerate(pairwise(parts)))):
        at, place = _number(left.high), left.high
        value, here, after = (form.subs(X, place) for form in (numeric, left.expression, right.expression))
        sign = "<" if _same(value, after) else "<="
        text = f"torch.where(x {sign} {at}, y{number}, {text})"
        if not (_same(value, here) or _same(value, after)):
            text = f"torch.where(x == {at}, torch.full_like(x, {_number(value)}), {text})"
    return text


def _same(one: sp.Expr, other: sp.Expr) -> bool:
    return one == other or abs(float(one - other)) < 1e-12


def _straight(expression: sp.Expr, argument: str, target: str) -> list[str]:
    """An expression without kinks, or whose kinks torch's own functions draw, with shared parts named."""
    if not expression.has(X):
        return [f"{target}torch.full_like(x, {_number(expression)})"]
    prefix = f"{argument}_" if argument != "x" else "s"
    shared, (result,) = sp.cse(stable(expression), sp.numbered_symbols(prefix, real=True), order="none")
    names = {X: argument} | {symbol: symbol.name for symbol, _ in shared}
    lines = [
        line for symbol, part in shared for line in _broken(f"{symbol.name} = ", _Code(names).whole(part))
    ]
    return [*lines, *_broken(target, _Code(names).whole(result))]


def _broken(target: str, source: str) -> list[str]:
    """An assignment on one line, or in brackets over several; its source has blanks between tokens only."""
    if len(target) + len(source) <= _LINE:
        return [f"{target}{source}"]
    inside = wrap(source, _LINE - 4, break_long_words=False, break_on_hyphens=False)
    return [f"{target}(", *(f"    {line}" for line in inside), ")"]


def _number(value: sp.Expr) -> str:
    """A constant as Python spells its nearest double, which is what torch computes with."""
    return repr(float(value))


class _Code:
    """Source of an expression over named tensors, with as few brackets as Python's precedence allows."""

    def __init__(self, names: dict[sp.Symbol, str]) -> None:
        self.names = names

    def whole(self, node: sp.Expr) -> str:
        """The node on its own; a tensor even where it is a constant."""
        return self.tensor(node, _SUM)

    def tensor(self, node: sp.Expr, least: int = _SUM) -> str:
        """The node, in brackets where it binds less than `least`."""
        text, level = self.piece(node)
        return text if level >= least else f"({text})"

    def piece(self, node: sp.Expr) -> tuple[str, int]:
        if node.is_Symbol:
            return self.names[node], _ATOM
        if not node.free_symbols:
            return f"torch.full_like(x, {_number(node)})", _ATOM
        if node.is_Add:
            return self._sum(node), _SUM
        if node.is_Mul:
            return self._product(node), _PRODUCT
        if node.is_Pow and node.exp.is_Number:
            return self._power(node)
        return self._call(node), _ATOM

    def _sum(self, node: sp.Expr) -> str:
        number, rest = node.as_coeff_Add()
        terms = list(rest.args) if rest.is_Add else [rest]
        text = self.tensor(terms[0], _SUM)
        for term in terms[1:]:
            negative = term.could_extract_minus_sign()
            text += f" {'-' if negative else '+'} {self.tensor(-term if negative else term, _PRODUCT)}"
        if number == 0:
            return text
        return f"{text} {'-' if number < 0 else '+'} {_number(abs(number))}"

    def _product(self, node: sp.Expr) -> str:
        """Numbers first, as one; what has a negative power below the line."""
        number = sp.Mul(*(factor for factor in node.args if not factor.free_symbols))
        above: list[sp.Expr] = []
        below: list[sp.Expr] = []
        for factor in (factor for factor in node.args if factor.free_symbols):
            under = factor.is_Pow and factor.exp.is_Number and factor.exp < 0
            (below if under else above).append(1 / factor if under else factor)
        text = " * ".join(self.tensor(factor, _UNARY) for factor in above)
        if number == -1 and above:
            text = f"-{text}"
        elif number != 1 or not above:
            text = f"{_number(number)} * {text}" if above else _number(number)
        return text + "".join(f" / {self.tensor(factor, _UNARY)}" for factor in below)

    def _power(self, node: sp.Expr) -> tuple[str, int]:
        if node.exp == sp.S.Half:
            return f"torch.sqrt({self.tensor(node.base)})", _ATOM
        if node.exp < 0:
            return f"1.0 / {self.tensor(1 / node, _UNARY)}", _PRODUCT
        shown = str(node.exp) if node.exp.is_Integer else _number(node.exp)
        return f"{self.tensor(node.base, _ATOM)} ** {shown}", _UNARY

    def _call(self, node: sp.Expr) -> str:
        name = node.func.__name__
        special = getattr(self, f"_{name.lower()}", None)
        if special is not None:
            return str(special(node))
        if name not in _CALLS:
            raise BadInput(f"{name} has no elementwise torch function: there is no code to paste")
        return f"{_CALLS[name]}({', '.join(self.tensor(arg) for arg in node.args)})"

    def _softplus(self, node: sp.Expr) -> str:
        inside = self.tensor(node.args[0])
        return f"torch.logaddexp({inside}, torch.zeros_like(x))"

    def _sinc(self, node: sp.Expr) -> str:
        return f"torch.sinc({self.tensor(node.args[0], _PRODUCT)} / {_number(sp.pi)})"

    def _heaviside(self, node: sp.Expr) -> str:
        return f"torch.heaviside({self.tensor(node.args[0])}, torch.full_like(x, {_number(node.args[1])}))"

    def _pow(self, node: sp.Expr) -> str:
        return f"torch.pow({self.tensor(node.base)}, {self.tensor(node.exp)})"

    def _max(self, node: sp.Expr) -> str:
        return self._folded("torch.maximum", node)

    def _min(self, node: sp.Expr) -> str:
        return self._folded("torch.minimum", node)

    def _folded(self, function: str, node: sp.Expr) -> str:
        first, *rest = (self.tensor(arg) for arg in sorted(node.args, key=sp.default_sort_key))
        for other in rest:
            first = f"{function}({first}, {other})"
        return first

    def _piecewise(self, node: sp.Piecewise) -> str:
        text = "torch.full_like(x, float('nan'))"
        for value, condition in reversed(node.args):
            shown = self.tensor(value)
            text = (
                shown if condition == sp.true else f"torch.where({self._holds(condition)}, {shown}, {text})"
            )
        return text

    def _holds(self, condition: sp.Basic) -> str:
        if isinstance(condition, Relational):
            left, right = (self.tensor(side, _SUM) for side in condition.args)
            return f"({left} {_RELATIONS[condition.rel_op]} {right})"
        if isinstance(condition, sp.Not):
            return f"~{self._holds(condition.args[0])}"
        if isinstance(condition, sp.And | sp.Or):
            sign = " & " if isinstance(condition, sp.And) else " | "
            return f"({sign.join(self._holds(part) for part in sorted(condition.args, key=str))})"
        raise BadInput(f"the condition {condition} has no torch code: rewrite it with <, <=, > and >=")
