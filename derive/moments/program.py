"""A sympy expression as a straight-line program over complex balls, fit for certified integration.

acb.integral asks for the integrand on complex boxes and, with `analytic` set, insists that anything not
analytic there comes back as a non-finite ball; `derive.moments.operations` keeps that promise for each
function. Constants are rebuilt from exact rationals and pi at the working precision, so a program is
right at every precision. sympy's lambdify would do neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import sympy as sp
from flint import acb, arb, ctx, fmpq, fmpz_poly

from derive.decimals import fraction
from derive.moments.auxiliary import ball, is_known
from derive.moments.operations import Operation, UnsupportedError, binary, operation


@dataclass(frozen=True)
class Program:
    """Slots: x, then the constants, then one per step. A step applies an operation to earlier slots."""

    constants: tuple[sp.Expr, ...]
    steps: tuple[tuple[Operation, tuple[int, ...]], ...]
    outputs: tuple[int, ...]

    def ready(self) -> list[acb]:
        """The constants at the current working precision."""
        return [value(constant) for constant in self.constants]

    def run(self, x: acb, constants: Sequence[acb], analytic: bool) -> list[acb]:
        """The outputs at x."""
        slots = [x, *constants]
        append = slots.append
        for apply, plain, places in self._steps:
            if plain is not None:
                append(plain(slots[places[0]], slots[places[1]]))
            elif len(places) == 1:
                append(apply(analytic, slots[places[0]]))
            else:
                append(apply(analytic, *[slots[place] for place in places]))
        return [slots[place] for place in self.outputs]

    @cached_property
    def _steps(self) -> tuple[tuple[Operation, Callable[[acb, acb], acb] | None, tuple[int, ...]], ...]:
        """The steps with a sum or product of two done by the operator: an integral takes thousands of runs."""
        return tuple(
            (apply, binary(apply) if len(places) == 2 else None, places) for apply, places in self.steps
        )


def compile_program(expressions: Sequence[sp.Expr], x: sp.Symbol) -> Program:
    """The program that computes the expressions together; what they share is computed once.

    Raises `UnsupportedError` for a function that has no rigorous evaluation here.

    >>> X = sp.Symbol("x", real=True)
    >>> program = compile_program([sp.tanh(X), sp.diff(sp.tanh(X), X)], X)
    >>> len(program.steps)
    4
    >>> program.run(acb(0), program.ready(), False)
    [0, 1.00000000000000]
    """
    order = _in_order(expressions)
    constants = tuple(node for node in order if not node.has(x))
    steps = [node for node in order if node.has(x) and node != x]
    slot = {node: place for place, node in enumerate([x, *constants, *steps])}
    code = [(operation(node), tuple(slot[argument] for argument in _operands(node))) for node in steps]
    return Program(constants, tuple(code), tuple(slot[sp.S.Zero + e] for e in expressions))


def _in_order(expressions: Sequence[sp.Expr]) -> list[sp.Expr]:
    """Every subexpression once, arguments first; a subexpression without x is one constant, not opened."""
    seen: dict[sp.Expr, None] = {}

    def visit(node: sp.Expr) -> None:
        if node not in seen:
            for argument in _operands(node) if node.free_symbols else ():
                visit(argument)
            seen[node] = None

    for expression in expressions:
        visit(sp.S.Zero + expression)  # an int counts as a constant expression
    return list(seen)


def _operands(node: sp.Expr) -> tuple[sp.Expr, ...]:
    """The arguments of a step, the constants of a sum or product taken together as one."""
    constants = [a for a in node.args if not a.free_symbols] if isinstance(node, (sp.Add, sp.Mul)) else []
    if len(constants) < 2:
        return _arguments(node)
    return (node.func(*constants), *(argument for argument in node.args if argument.free_symbols))


def _arguments(node: sp.Expr) -> tuple[sp.Expr, ...]:
    """The arguments that become slots: a rational exponent is part of the operation instead."""
    return (node.base,) if isinstance(node, sp.Pow) and node.exp.is_Rational else tuple(node.args)


def value(expression: sp.Expr, known: Mapping[sp.Expr, arb] | None = None) -> acb:
    """A ball around an expression whose variables are `known`, at the current working precision.

    >>> value(sp.sqrt(2) * sp.pi).real.overlaps(arb("4.4428829381583662 +/- 1e-15"))
    True
    """
    if known and expression in known:
        return acb(known[expression])
    if expression.is_Atom or isinstance(expression, sp.CRootOf):
        return _leaf(expression)
    if isinstance(expression, sp.Derivative):
        return _derivative(expression, known)
    arguments = [value(argument, known) for argument in _arguments(expression)]
    try:
        return operation(expression)(False, *arguments)
    except UnsupportedError:
        reals = tuple(argument.real for argument in arguments)
        return acb(_auxiliary(expression, (0,) * len(reals), reals))


def _derivative(node: sp.Derivative, known: Mapping[sp.Expr, arb] | None) -> acb:
    """An auxiliary function's derivative by a variable in which its one argument is linear: the chain rule."""
    variable, count = node.variable_count[0]
    slope = sp.diff(node.expr.args[0], variable)
    if len(node.variable_count) > 1 or slope.has(variable):
        raise UnsupportedError(f"{node} has no rigorous evaluation here")
    inner = value(node.expr.args[0], known).real
    return value(slope, known) ** int(count) * _auxiliary(node.expr, (int(count),), (inner,))


def _auxiliary(node: sp.Expr, order: tuple[int, ...], arguments: tuple[arb, ...]) -> arb:
    name = node.func.__name__
    if not is_known(name):
        raise UnsupportedError(f"{name} has no rigorous evaluation here")
    return ball(name, order, arguments)


def _leaf(expression: sp.Expr) -> acb:
    if expression.is_Rational:
        return acb(arb(fmpq(int(expression.p), int(expression.q))))
    if isinstance(expression, sp.Float):
        return _leaf(sp.Rational(expression))
    if isinstance(expression, sp.CRootOf):
        return acb(_root(expression, ctx.prec))
    if expression == sp.I:
        return acb(0, 1)
    if expression.is_NumberSymbol:
        return acb(_named(expression))
    raise UnsupportedError(f"{expression} has no value")


def _named(constant: sp.NumberSymbol) -> arb:
    if constant == sp.pi:
        return arb.pi()
    if constant == sp.E:
        return arb(1).exp()
    if constant == sp.EulerGamma:
        return arb.const_euler()
    raise UnsupportedError(f"{constant} is not among the constants known here")


@lru_cache(maxsize=256)
def _root(root: sp.CRootOf, precision: int) -> arb:
    """A real algebraic number: sympy counts the real roots of an irreducible polynomial from the left."""
    coefficients = [int(c) for c in reversed(root.poly.all_coeffs())]
    roots = [z.real for z, _ in fmpz_poly(coefficients).complex_roots() if z.imag.is_zero()]
    found: arb = sorted(roots, key=lambda ball: fraction(ball.mid()))[root.index]
    return found
