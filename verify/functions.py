"""A sympy expression as a torch function of a tensor, by walking its tree.

sympy's own printer to torch writes constants as floats of one width and text to be executed; this walk keeps
the tensor's dtype, runs no text, and evaluates shared subexpressions once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, NamedTuple

import sympy as sp
import torch
from sympy.core.relational import Relational

from derive.activation import Activation, X
from derive.errors import BadInput
from verify.stable import Expm1, Logistic, Softplus, stable

Elementwise = Callable[[torch.Tensor], torch.Tensor]
Environment = Mapping[sp.Symbol, torch.Tensor]


class Functions(NamedTuple):
    """An activation and its derivative, elementwise, in the dtype and on the device of their argument."""

    value: Elementwise
    derivative: Elementwise


def functions(activation: Activation) -> Functions:
    """f and f' (almost everywhere; at a kink as `Activation.derivative` has it) of an activation.

    >>> from derive.catalogue import activation
    >>> functions(activation("relu")).derivative(torch.tensor([-1.0, 0.0, 2.0]))
    tensor([0., 0., 1.])
    """
    slope = activation.derivative.subs(activation.values, simultaneous=True)
    return Functions(compiled(activation.numeric()), compiled(slope))


def compiled(expression: sp.Expr) -> Elementwise:
    """The torch function of an expression in `X`; raises `BadInput` for what torch cannot evaluate.

    >>> compiled(sp.Piecewise((0, X < 0), (X**2, True)))(torch.tensor([-3.0, 3.0]))
    tensor([0., 9.])
    """
    symbols = sp.numbered_symbols("s", real=True)
    shared, (result,) = sp.cse(stable(expression), symbols, order="none")
    _refuse_unknown_heads([result, *(part for _, part in shared)])

    def evaluate(z: torch.Tensor) -> torch.Tensor:
        known = {X: z}
        for symbol, part in shared:
            known[symbol] = _evaluate(part, known)
        return _evaluate(result, known)

    return evaluate


def _evaluate(node: sp.Expr, known: Environment) -> torch.Tensor:
    """The value of an expression; constants become tensors shaped like the argument."""
    if node.is_Symbol:
        return known[node]
    if not node.free_symbols:
        return torch.full_like(known[X], float(node))
    if isinstance(node, sp.Piecewise):
        return _piecewise(node, known)
    if node.is_Mul or node.is_Add:
        return _folded(node, known)
    if isinstance(node, (sp.Max, sp.Min)):
        return _extreme(node, known)
    return _head(node, known)


def _head(node: sp.Expr, known: Environment) -> torch.Tensor:
    if node.is_Pow and node.exp.is_Number:
        return _power(_evaluate(node.base, known), node.exp)
    return _HEADS[node.func](*(_evaluate(arg, known) for arg in node.args))


def _folded(node: sp.Expr, known: Environment) -> torch.Tensor:
    """A sum or product, its numeric part joined as one scalar."""
    number, rest = node.as_coeff_Mul() if node.is_Mul else node.as_coeff_Add()
    parts = [_evaluate(arg, known) for arg in (rest.args if rest.func == node.func else [rest])]
    if node.is_Mul:
        product = reduce(torch.mul, parts)
        return product if number == 1 else product * float(number)
    total = reduce(torch.add, parts)
    return total if number == 0 else total + float(number)


def _power(base: torch.Tensor, exponent: sp.Number) -> torch.Tensor:
    if exponent == 2:
        return base * base
    if exponent == -1:
        return base.reciprocal()
    return base.sqrt() if exponent == sp.Rational(1, 2) else base.pow(float(exponent))


def _extreme(node: sp.Expr, known: Environment) -> torch.Tensor:
    numbers = [float(arg) for arg in node.args if not arg.free_symbols]
    parts = [_evaluate(arg, known) for arg in node.args if arg.free_symbols]
    largest = isinstance(node, sp.Max)
    value = reduce(torch.maximum if largest else torch.minimum, parts)
    if not numbers:
        return value
    return value.clamp(min=numbers[0]) if largest else value.clamp(max=numbers[0])


def _piecewise(node: sp.Piecewise, known: Environment) -> torch.Tensor:
    """Nested choices, from the last branch to the first; nan where no branch applies."""
    value = torch.full_like(known[X], float("nan"))
    for formula, condition in reversed(node.args):
        value = torch.where(_holds(condition, known), _evaluate(formula, known), value)
    return value


def _holds(condition: Any, known: Environment) -> torch.Tensor:
    if condition in (sp.true, sp.false):
        return torch.full_like(known[X], bool(condition), dtype=torch.bool)
    if isinstance(condition, Relational):
        sides = [_evaluate(side, known) for side in (condition.lhs, condition.rhs)]
        return _RELATIONS[condition.rel_op](*sides)
    parts = [_holds(part, known) for part in condition.args]
    if isinstance(condition, sp.Not):
        return ~parts[0]
    return reduce(torch.logical_and if isinstance(condition, sp.And) else torch.logical_or, parts)


def _refuse_unknown_heads(expressions: list[sp.Expr]) -> None:
    for expression in expressions:
        for node in sp.preorder_traversal(expression):
            if (
                isinstance(node, sp.Function)
                and not isinstance(node, _STRUCTURAL)
                and node.func not in _HEADS
            ):
                raise BadInput(
                    f"{node.func.__name__} has no elementwise torch function here: rewrite {expression}"
                )


_STRUCTURAL = (sp.Piecewise, sp.Max, sp.Min)
_RELATIONS = {"<": torch.lt, "<=": torch.le, ">": torch.gt, ">=": torch.ge, "==": torch.eq, "!=": torch.ne}
_HEADS: dict[Any, Callable[..., torch.Tensor]] = {
    Logistic: torch.sigmoid,
    # torch.nn.functional.softplus is linear beyond a threshold; this is exact to rounding.
    Softplus: lambda u: torch.logaddexp(u, torch.zeros_like(u)),
    Expm1: torch.expm1,
    sp.exp: torch.exp,
    sp.log: torch.log,
    sp.Pow: torch.pow,
    sp.sin: torch.sin,
    sp.cos: torch.cos,
    sp.tan: torch.tan,
    sp.sinh: torch.sinh,
    sp.cosh: torch.cosh,
    sp.tanh: torch.tanh,
    sp.asin: torch.asin,
    sp.acos: torch.acos,
    sp.atan: torch.atan,
    sp.asinh: torch.asinh,
    sp.erf: torch.erf,
    sp.erfc: torch.erfc,
    sp.Abs: torch.abs,
    sp.sign: torch.sign,
    sp.Heaviside: torch.heaviside,
    sp.sinc: lambda u: torch.sinc(u / torch.pi),
}
