"""The walk over functions, expectations, big operators and statements, the same for every notation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from reports.render.arithmetic import ArithmeticPrinter
from reports.render.names import Spelling, spell
from reports.render.notation import CONJUNCTION, LOGIC, PRODUCT, RELATION, SUM, Piece, UnprintableError

FUNCTIONS = {
    "Max": "max",
    "Min": "min",
    "erf": "erf",
    "erfc": "erfc",
    "erfi": "erfi",
    "exp": "exp",
    "log": "ln",
    "sign": "sign",
    "sinc": "sinc",
    "Ei": "Ei",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "cot": "cot",
    "sec": "sec",
    "csc": "csc",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "coth": "coth",
    "sech": "sech",
    "csch": "csch",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "atan2": "arctan2",
    "asinh": "arsinh",
    "acosh": "arcosh",
    "atanh": "artanh",
    "gamma": "Γ",
    "uppergamma": "Γ",
    "OwenT": "T",
    "owens_t": "T",
    "OwensT": "T",
}
ORDERED_FUNCTIONS = {
    "besselk": "K",
    "besseli": "I",
    "expint": "E",
}  # the first argument is written as an index


class MathPrinter(ArithmeticPrinter):
    """The whole walk. `doprint(expr)` is the formula, `parts(expr)` the same cut where a line may break."""

    def parts(self, expr: sp.Basic) -> tuple[str, ...]:
        """The formula cut before its top-level relations, connectives and signs."""
        if isinstance(expr, Relational) and not _same_law(expr):
            left, right = (self.parts(side) for side in expr.args)
            return (*left, f"{self.relation(expr.rel_op)} {right[0]}", *right[1:])
        if isinstance(expr, sp.Implies | sp.Equivalent):
            return self._joined(expr, [self.parts(operand) for operand in _ORDERED[type(expr)](expr.args)])
        if isinstance(expr, sp.And | sp.Or):
            return self._joined(expr, [(operand,) for operand in self._operands(expr)])
        return self.terms(expr) if isinstance(expr, sp.Add) else (self.doprint(expr),)

    def _joined(self, expr: sp.Basic, operands: list[tuple[str, ...]]) -> tuple[str, ...]:
        sign = self.connective(_WORDS[type(expr)])
        later = [part for first, *rest in operands[1:] for part in (f"{sign} {first}", *rest)]
        return (*operands[0], *later)

    def _print_Sum(self, expr: sp.Sum) -> Piece:
        return self._big("∑", expr)

    def _print_Product(self, expr: sp.Product) -> Piece:
        return self._big("∏", expr)

    def _big(self, sign: str, expr: Any) -> Piece:
        text = self.at(expr.function, PRODUCT)
        for limits in expr.limits:
            text = self.big(sign, [self.doprint(bound) for bound in limits], text)
        return Piece(text, PRODUCT)

    def _print_Integral(self, expr: sp.Integral) -> Piece:
        text = self.at(expr.function, PRODUCT)
        for variable, *ends in expr.limits:
            text = self.integral(self.doprint(variable), [self.doprint(end) for end in ends], text)
        return Piece(text, PRODUCT)

    def _print_Function(self, expr: sp.Function) -> Piece:
        """An undefined function such as f(z), or a defined one with a name of its own; no other."""
        name = expr.func.__name__
        if isinstance(expr, AppliedUndef):
            return Piece(self.call(self.name(spell(name)), [self.doprint(a) for a in expr.args]))
        if name in ORDERED_FUNCTIONS:
            order, *rest = (self.doprint(a) for a in expr.args)
            head = self.name(Spelling(ORDERED_FUNCTIONS[name], (order,)))
            return Piece(self.call(head, rest))
        if name not in FUNCTIONS:
            raise UnprintableError(f"no notation for the function {name}")
        return Piece(self.call(self.word(FUNCTIONS[name]), [self.doprint(a) for a in expr.args]))

    def _print_Derivative(self, expr: sp.Derivative) -> Piece:
        """K'(q) for the derivative of an undefined function by its one argument; no other."""
        inside, (variable, order) = expr.expr, expr.args[1]
        if len(expr.args) > 2 or not isinstance(inside, AppliedUndef) or inside.args != (variable,):
            raise UnprintableError(f"no notation for {type(expr).__name__} of {inside}")
        return self._primed(inside.func.__name__, int(order), variable)

    def _print_Subs(self, expr: sp.Subs) -> Piece:
        """K'(4): such a derivative at a place."""
        inside = expr.expr
        if (
            not isinstance(inside, sp.Derivative)
            or len(expr.point) != 1
            or expr.variables != inside.variables[:1]
        ):
            raise UnprintableError("no notation for Subs of anything but a derivative")
        self._print_Derivative(inside)  # refuses what has no primes
        return self._primed(inside.expr.func.__name__, int(inside.args[1][1]), expr.point[0])

    def _primed(self, name: str, order: int, place: sp.Expr) -> Piece:
        return Piece(self.call(self.name(spell(name + "prime" * order)), [self.doprint(place)]))

    def _print_Max(self, expr: sp.Max) -> Piece:
        return self._print_Function(expr)

    def _print_Min(self, expr: sp.Min) -> Piece:
        return self._print_Function(expr)

    def _print_E(self, expr: sp.Function) -> Piece:
        return Piece(self.bracket(expr.func.__name__, self.doprint(expr.args[0])))

    def _print_Var(self, expr: sp.Function) -> Piece:
        return self._print_E(expr)

    def _print_P(self, expr: sp.Function) -> Piece:
        return self._print_E(expr)

    def _print_ArgMin(self, expr: sp.Function) -> Piece:
        objective, variable = expr.args
        return Piece(self.argmin(self.doprint(variable), self.at(objective, PRODUCT)), PRODUCT)

    def _print_Law(self, expr: sp.Function) -> Piece:
        return Piece(self.law([self.doprint(a) for a in expr.args]))

    def _print_Indep(self, expr: sp.Function) -> Piece:
        return Piece(self.independent([self.doprint(a) for a in expr.args]), RELATION)

    def _print_Abs(self, expr: sp.Abs) -> Piece:
        return Piece(self.absolute(self.doprint(expr.args[0])))

    def _print_ceiling(self, expr: sp.ceiling) -> Piece:
        return Piece(self.ceiling(self.doprint(expr.args[0])))

    def _print_KroneckerDelta(self, expr: sp.KroneckerDelta) -> Piece:
        left, right = (self.doprint(a) for a in expr.args[:2])
        return Piece(self.indicator(f"{left} {self.relation('==')} {right}"))

    def _print_Heaviside(self, expr: sp.Heaviside) -> Piece:
        """The indicator of x > 0 or of x >= 0, as the value at 0 says; with any other value, H by name."""
        argument, at_zero = expr.args
        if at_zero not in (0, 1):
            shown = [argument] if at_zero == sp.S.Half else [argument, at_zero]
            return Piece(self.call(self.word("H"), [self.doprint(a) for a in shown]))
        relation = self.relation(">=" if at_zero == 1 else ">")
        return Piece(self.indicator(f"{self.doprint(argument)} {relation} {self.integer(0)}"))

    def _print_Piecewise(self, expr: sp.Piecewise) -> Piece:
        return Piece(self.cases([(self.doprint(value), self._condition(on)) for value, on in expr.args]))

    def _condition(self, condition: sp.Basic) -> str:
        return self.word("otherwise") if condition == sp.true else self.doprint(_x_first(condition))

    def _print_Tuple(self, expr: sp.Tuple) -> Piece:
        return Piece(self.listing([self.doprint(a) for a in expr.args]))

    def _print_BooleanTrue(self, expr: sp.Basic) -> Piece:
        return Piece(self.word("true"))

    def _print_BooleanFalse(self, expr: sp.Basic) -> Piece:
        return Piece(self.word("false"))

    def _print_Relational(self, expr: Any) -> Piece:
        if _same_law(expr):
            left, right = (self._joint(side.args) for side in expr.args)
            return Piece(f"{left} {self.relation('law')} {right}", RELATION)
        left, right = (self.at(side, SUM) for side in expr.args)
        return Piece(f"{left} {self.relation(expr.rel_op)} {right}", RELATION)

    def _joint(self, arguments: tuple[sp.Basic, ...]) -> str:
        texts = [self.doprint(a) for a in arguments]
        return texts[0] if len(texts) == 1 else self.listing(texts)

    def _print_And(self, expr: Any) -> Piece:
        level = CONJUNCTION if isinstance(expr, sp.And | sp.Or) else LOGIC
        return Piece(f" {self.connective(_WORDS[type(expr)])} ".join(self._operands(expr)), level)

    def _print_Or(self, expr: sp.Or) -> Piece:
        return self._print_And(expr)

    def _print_Implies(self, expr: sp.Implies) -> Piece:
        return self._print_And(expr)

    def _print_Equivalent(self, expr: sp.Equivalent) -> Piece:
        return self._print_And(expr)

    def _operands(self, expr: Any) -> list[str]:
        least = RELATION if isinstance(expr, sp.And | sp.Or) else CONJUNCTION
        return [self.at(operand, least) for operand in _ORDERED[type(expr)](expr.args)]

    def _print_Not(self, expr: sp.Not) -> Piece:
        return Piece(self.negation(self.at(expr.args[0], SUM)), RELATION)


def _x_first(condition: sp.Basic) -> sp.Basic:
    """The same condition with its variable on the left, as one writes it: x < -c for c < -x."""
    if isinstance(condition, sp.And | sp.Or):
        return type(condition)(*map(_x_first, condition.args), evaluate=False)
    if not isinstance(condition, Relational) or not condition.rhs.free_symbols:
        return condition
    number, symbol = condition.rhs.as_coeff_Mul()
    if not symbol.is_Symbol or symbol.name not in ("x", "z") or abs(number) != 1:
        return condition
    turned = condition.reversed
    return turned.func(symbol, turned.rhs) if number == 1 else turned.reversedsign


def _same_law(expr: sp.Basic) -> bool:
    return isinstance(expr, sp.Eq) and all(type(side).__name__ == "Law" for side in expr.args)


def _shortest_first(operands: Sequence[sp.Basic]) -> list[sp.Basic]:
    return sorted(operands, key=lambda operand: (len(str(operand)), str(operand)))


def _solved_last(operands: Sequence[sp.Basic]) -> list[sp.Basic]:
    """What has more on its left side first: the condition before its solution."""
    return sorted(operands, key=lambda operand: (-_left_size(operand), str(operand)))


def _left_size(statement: sp.Basic) -> int:
    if isinstance(statement, Relational):
        return int(sp.count_ops(statement.lhs))
    return sum(_left_size(part) for part in statement.args) if isinstance(statement, sp.And | sp.Or) else 0


_WORDS = {sp.And: "and", sp.Or: "or", sp.Implies: "=>", sp.Equivalent: "<=>"}
# sympy keeps the operands of these as a set (but for Implies), so a reading order is chosen here.
_ORDERED: dict[type, Callable[[Sequence[sp.Basic]], list[sp.Basic]]] = {
    sp.And: _shortest_first,
    sp.Or: _shortest_first,
    sp.Implies: list,
    sp.Equivalent: _solved_last,
}
