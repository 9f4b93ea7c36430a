"""A sympy expression as a torch function of a tensor, by walking its tree.

sympy's own printer to torch writes constants as floats of one width and text to be executed; this walk keeps
the tensor's dtype, runs no text, and evaluates shared subexpressions once. The tree is turned into closures
beforehand, so that calling the function walks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import itemgetter
from typing import Any, NamedTuple

import sympy as sp
import torch
from sympy.core.relational import Relational
from torch import Tensor

from derive.activation import Activation, X
from derive.errors import BadInput
from verify.heads import GROWING, HEADS
from verify.scaled import scaled
from verify.stable import stable

Elementwise = Callable[[Tensor], Tensor]
Environment = Mapping[sp.Symbol, Tensor]
Evaluate = Callable[[Environment], Tensor]
Definitions = Mapping[sp.Symbol, sp.Expr]


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
    slope = compiled(activation.derivative.subs(activation.values, simultaneous=True))
    return Functions(compiled(activation.numeric()), _two_slopes(activation, slope) or slope)


def _two_slopes(activation: Activation, slope: Elementwise) -> Elementwise | None:
    """The derivative of a function of degree 1 as one comparison, several times faster than a choice.

    None for other functions, and where f'(0) is not the slope on the left.
    """
    if activation.degree_one is None:
        return None
    left, zero, right = slope(torch.tensor([-1.0, 0.0, 1.0], dtype=torch.float64)).tolist()
    if left != zero:
        return None

    def evaluate(z: Tensor) -> Tensor:
        positive = torch.gt(z, 0, out=torch.empty_like(z))
        return positive if (left, right) == (0, 1) else positive.mul_(right - left).add_(left)

    return evaluate


def compiled(expression: sp.Expr) -> Elementwise:
    """The torch function of an expression in `X`; raises `BadInput` for what torch cannot evaluate.

    >>> compiled(sp.Piecewise((0, X < 0), (X**2, True)))(torch.tensor([-3.0, 3.0]))
    tensor([0., 9.])
    """
    symbols = sp.numbered_symbols("s", real=True)
    shared, (result,) = sp.cse(stable(expression), symbols, order="none")
    build = _Builder(dict(shared)).node
    steps = [(symbol, build(part)) for symbol, part in shared]
    last = build(result)

    def evaluate(z: Tensor) -> Tensor:
        known = {X: z}
        for symbol, step in steps:
            known[symbol] = step(known)
        return last(known)

    return evaluate


class _Builder:
    """Turns nodes into closures; `definitions` says what the symbols of shared parts stand for."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions

    def node(self, node: sp.Expr) -> Evaluate:
        """The closure of an expression; constants become tensors shaped like the argument."""
        if node.is_Symbol:
            return itemgetter(node)
        if not node.free_symbols:
            number = _number(node)
            return lambda known: torch.full_like(known[X], number)
        if isinstance(node, sp.Piecewise):
            return self.piecewise(node)
        if node.is_Mul or node.is_Add:
            return self.rescued(node) if self.may_be_undefined(node) else self.folded(node)
        if isinstance(node, (sp.Max, sp.Min)):
            return self.extreme(node)
        return self.head(node)

    def head(self, node: sp.Expr) -> Evaluate:
        if node.is_Pow and node.exp.is_Number:
            base, power = self.node(node.base), _power(node.exp)
            return lambda known: power(base(known))
        if node.func not in HEADS:
            name = node.func.__name__
            raise BadInput(
                f"{name} has no elementwise torch function here: rewrite {str(node)[:80]} without it"
            )
        function, parts = HEADS[node.func], [self.node(argument) for argument in node.args]
        return lambda known: function(*(part(known) for part in parts))

    def folded(self, node: sp.Expr) -> Evaluate:
        """A sum or product, its constant part joined as one scalar."""
        constants = [argument for argument in node.args if not argument.free_symbols]
        parts = [self.node(argument) for argument in node.args if argument.free_symbols]
        number = _number(node.func(*constants)) if constants else None
        join = torch.mul if node.is_Mul else torch.add

        def evaluate(known: Environment) -> Tensor:
            value = reduce(join, (part(known) for part in parts))
            return value if number is None else join(value, number)

        return evaluate

    def may_be_undefined(self, node: sp.Expr) -> bool:
        """Whether floating point might meet 0 * inf in this product, or inf - inf in this sum."""
        varying = [argument for argument in node.args if argument.free_symbols]
        growing = sum(self.grows(argument) for argument in varying)
        return len(varying) > 1 and growing >= (1 if node.is_Mul else 2)

    def grows(self, node: sp.Expr) -> bool:
        """Whether it may be infinite in floating point where its argument is moderate."""
        if node in self.definitions:
            return self.grows(self.definitions[node])
        if isinstance(node, GROWING) or (node.is_Pow and bool(node.exp.free_symbols)):
            return True
        through = node.is_Add or node.is_Mul or node.is_Pow or isinstance(node, (sp.Abs, sp.Max, sp.Min))
        return through and any(self.grows(argument) for argument in node.args)

    def rescued(self, node: sp.Expr) -> Evaluate:
        """A sum or product computed anew by signs and logarithms where it came out as nan."""
        plainly, inside = self.folded(node), self.opened(node)
        within = [
            part for part in sp.preorder_traversal(inside) if isinstance(part, sp.Expr) and part != inside
        ]
        parts = {part: self.node(part) for part in within}

        def evaluate(known: Environment) -> Tensor:
            value = plainly(known)
            lost = value.isnan() & ~known[X].isnan()
            if not bool(lost.any()):
                return value
            return torch.where(lost, scaled(inside, lambda part: parts[part](known)).value(), value)

        return evaluate

    def opened(self, node: sp.Expr) -> sp.Expr:
        """The node with the symbols of shared parts replaced wherever their own parts matter."""
        needed = {symbol: part for symbol, part in self.definitions.items() if self.grows(symbol)}
        while node.free_symbols & needed.keys():
            node = node.xreplace(needed)
        return node

    def extreme(self, node: sp.Expr) -> Evaluate:
        largest = isinstance(node, sp.Max)
        numbers = [_number(argument) for argument in node.args if not argument.free_symbols]
        parts = [self.node(argument) for argument in node.args if argument.free_symbols]
        limit = {"min" if largest else "max": numbers[0]} if numbers else {}
        pick = torch.maximum if largest else torch.minimum

        def evaluate(known: Environment) -> Tensor:
            value = reduce(pick, (part(known) for part in parts))
            return value.clamp(**limit) if limit else value

        return evaluate

    def piecewise(self, node: sp.Piecewise) -> Evaluate:
        """Nested choices, from the last branch to the first; nan where no branch applies."""
        branches = [(self.node(formula), self.condition(holds)) for formula, holds in reversed(node.args)]

        def evaluate(known: Environment) -> Tensor:
            value = torch.full_like(known[X], float("nan"))
            for formula, holds in branches:
                value = torch.where(holds(known), formula(known), value)
            return value

        return evaluate

    def condition(self, condition: Any) -> Evaluate:
        if condition in (sp.true, sp.false):
            truth = bool(condition)
            return lambda known: torch.full_like(known[X], truth, dtype=torch.bool)
        if isinstance(condition, Relational):
            compare = _RELATIONS[condition.rel_op]
            left, right = self.node(condition.lhs), self.node(condition.rhs)
            return lambda known: compare(left(known), right(known))
        parts = [self.condition(part) for part in condition.args]
        if isinstance(condition, sp.Not):
            return lambda known: ~parts[0](known)
        join = torch.logical_and if isinstance(condition, sp.And) else torch.logical_or
        return lambda known: reduce(join, (part(known) for part in parts))


def _number(constant: sp.Expr) -> float:
    try:
        return float(constant)
    except TypeError:
        raise BadInput(f"{constant} is not a real number: an activation must be real; rewrite it") from None


def _power(exponent: sp.Number) -> Elementwise:
    if exponent == 2:
        return torch.square
    if exponent == -1:
        return torch.reciprocal
    if abs(exponent) == sp.S.Half:
        return torch.sqrt if exponent > 0 else torch.rsqrt
    number = float(exponent)
    return lambda base: base.pow(number)


_RELATIONS = {"<": torch.lt, "<=": torch.le, ">": torch.gt, ">=": torch.ge, "==": torch.eq, "!=": torch.ne}
