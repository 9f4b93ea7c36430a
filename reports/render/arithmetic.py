"""The walk over numbers, symbols, sums, products and powers, the same for every notation."""

from __future__ import annotations

import sympy as sp

from reports.render.names import spell
from reports.render.notation import ATOM, POWER, PRODUCT, SUM, Notation, Piece, UnprintableError

_HALF = sp.Rational(1, 2)
HEADS = ("E", "Var", "P")
_EXPECTATION, _BIG = 5, 7


class ArithmeticPrinter(Notation):
    """Atoms and arithmetic. Products are put in reading order, signs in front."""

    def _print_Symbol(self, expr: sp.Symbol) -> Piece:
        return Piece(self.name(spell(expr.name)))

    def _print_Dummy(self, expr: sp.Dummy) -> Piece:
        return self._print_Symbol(expr)

    def _print_Idx(self, expr: sp.Idx) -> Piece:
        return self.piece(expr.label)

    def _print_IndexedBase(self, expr: sp.IndexedBase) -> Piece:
        return Piece(self.name(spell(str(expr.label))))

    def _print_Indexed(self, expr: sp.Indexed) -> Piece:
        spelling = spell(str(expr.base.label))
        return Piece(self.indexed(spelling, [self.doprint(index) for index in expr.indices]))

    def _print_Integer(self, expr: sp.Integer) -> Piece:
        return Piece(self.integer(int(expr))) if expr >= 0 else self._minus(expr)

    def _print_Rational(self, expr: sp.Rational) -> Piece:
        if expr < 0:
            return self._minus(expr)
        typed = _as_decimal(expr)
        if typed is not None:
            return Piece(self.decimal(typed, ""))
        return self.fraction(Piece(self.integer(int(expr.p))), Piece(self.integer(int(expr.q))))

    def _print_Float(self, expr: sp.Float) -> Piece:
        """Certified digits, as the engine rounds them; never a float that arithmetic left behind."""
        if not expr.is_finite:
            raise UnprintableError("no notation for a Float that is not finite")
        if expr < 0:
            return self._minus(expr)
        digits, _, exponent = str(expr).partition("e")
        return Piece(self.decimal(digits, exponent.removeprefix("+")), PRODUCT if exponent else ATOM)

    def _print_Pi(self, expr: sp.Basic) -> Piece:
        return Piece(self.constant("π"))

    def _print_Exp1(self, expr: sp.Basic) -> Piece:
        return Piece(self.constant("e"))

    def _print_Infinity(self, expr: sp.Basic) -> Piece:
        return Piece(self.constant("∞"))

    def _print_NegativeInfinity(self, expr: sp.Basic) -> Piece:
        return Piece(self.negative(self.constant("∞")), SUM)

    def _minus(self, expr: sp.Expr) -> Piece:
        return Piece(self.negative(self.at(-expr, PRODUCT)), SUM)

    def _print_Add(self, expr: sp.Add) -> Piece:
        return Piece(" ".join(self.terms(expr)), SUM)

    def terms(self, expr: sp.Add) -> tuple[str, ...]:
        """The terms of a sum, every one but the first with its sign."""
        first, *rest = _reading_order(expr.as_ordered_terms())
        signed = (
            self.sign("−") + self.at(-t, PRODUCT) if is_negative(t) else self.sign("+") + self.at(t, PRODUCT)
            for t in rest
        )
        return (self.at(first, SUM), *signed)

    def _print_Mul(self, expr: sp.Mul) -> Piece:
        if is_negative(expr):
            return self._minus(expr)
        top, bottom = _above_and_below(expr)
        return self._quotient(top, bottom) if bottom else self._product(top)

    def _quotient(self, top: list[sp.Expr], bottom: list[sp.Expr]) -> Piece:
        """One fraction; expectations and sums stand after it where nothing of the kind is below the line."""
        least = _BIG if self.inline else _EXPECTATION
        apart = [t for t in top if _rank(t) >= least] if all(map(_is_small, bottom)) else []
        over = self._product([t for t in top if t not in apart])
        fraction = self.fraction(over, self._product(bottom))
        return Piece(self.times([fraction.text, self._product(apart).text]), PRODUCT) if apart else fraction

    def _product(self, factors: list[sp.Expr]) -> Piece:
        if not factors:
            return Piece(self.integer(1))
        if len(factors) == 1:
            return self.piece(factors[0])
        *front, last = factors
        return Piece(self.times([*(self.at(f, POWER) for f in front), self.at(last, PRODUCT)]), PRODUCT)

    def _print_Pow(self, expr: sp.Pow) -> Piece:
        base, exponent = expr.args
        if is_negative(exponent) and base != sp.E:
            return self._quotient([], [sp.Pow(base, -exponent)])
        if exponent == _HALF:
            return self.root(self.piece(base))
        return Piece(self.power(self.at(base, ATOM), self._exponent(exponent)), POWER)

    def _print_exp(self, expr: sp.exp) -> Piece:
        return Piece(self.power(self.constant("e"), self._exponent(expr.args[0])), POWER)

    def _exponent(self, expr: sp.Expr) -> Piece:
        return type(self)(inline=True).piece(expr)


def _as_decimal(value: sp.Rational) -> str | None:
    """A rational that was typed as a decimal, such as 0.044715, as its digits; None for a plain fraction.

    >>> _as_decimal(sp.Rational("0.044715")), _as_decimal(sp.Rational(1, 100)), _as_decimal(sp.Rational(3, 8))
    ('0.044715', None, None)
    """
    if value.q < 100 or value.q % 10 or value.p == 1:
        return None
    places = max(sp.multiplicity(2, value.q), sp.multiplicity(5, value.q))
    if 10**places % value.q:
        return None
    whole, rest = divmod(int(value.p) * 10**places // int(value.q), 10**places)
    return f"{whole}.{rest:0{places}d}"


def is_negative(expr: sp.Basic) -> bool:
    """True for a negative number and for a product that starts with one."""
    number = expr.args[0] if isinstance(expr, sp.Mul) else expr
    return bool(number.is_Number and number.is_negative)


def _reading_order(terms: list[sp.Expr]) -> list[sp.Expr]:
    """A positive term first; a positive number before anything that is not linear, as in 1 + a^2."""
    plain = any(t.is_Symbol or (t.is_Mul and t.args[-1].is_Symbol) for t in terms)
    ordered = sorted(terms, key=lambda t: not (t.is_Number and t.is_positive)) if not plain else terms
    return sorted(ordered, key=is_negative) if is_negative(ordered[0]) else ordered


def _is_small(factor: sp.Expr) -> bool:
    return _rank(factor) < _EXPECTATION


def _rank(factor: sp.Expr) -> int:
    """Its place in a product: numbers, sizes, entries, sums, functions, expectations, big operators."""
    base = factor.base if isinstance(factor, sp.Pow) else factor
    if isinstance(factor, sp.Pow) and factor.exp == _HALF:
        return 0 if _rank(base) < _EXPECTATION else _EXPECTATION
    kinds = ((sp.Sum | sp.Product | sp.Integral, _BIG), (sp.Add, 3), (sp.Indexed, 2), (sp.Function, 4))
    if type(base).__name__ in HEADS:
        return _EXPECTATION + (type(base).__name__ == "E")
    found = [rank for kind, rank in kinds if isinstance(base, kind)]
    return found[0] if found else 0 if base.is_number else 1


def _with_joined_roots(factors: list[sp.Expr]) -> list[sp.Expr]:
    """Two or more square roots, above or below the line, as one root of a quotient."""
    roots = [f for f in factors if isinstance(f, sp.Pow) and abs(f.exp) == _HALF and _is_nonnegative(f.base)]
    if len(roots) < 2:
        return factors
    inside = sp.Mul(*(root.base ** (2 * root.exp) for root in roots))
    others = [f for f in factors if f not in roots]
    plain = [f for f in others if f.is_Rational]
    over, under = sp.fraction(inside * sp.Mul(*plain) ** 2)
    if over == 1:  # one half of the root of 2/pi is 1/sqrt(2 pi)
        return [*(f for f in others if f not in plain), sp.Pow(under, -_HALF, evaluate=False)]
    return [*others, sp.Pow(inside, _HALF, evaluate=False)]


def _is_nonnegative(base: sp.Expr) -> bool:
    """Known not to be negative, or the mean of something that is."""
    return bool(base.is_nonnegative or (type(base).__name__ == "E" and base.args[0].is_nonnegative))


def _above_and_below(expr: sp.Mul) -> tuple[list[sp.Expr], list[sp.Expr]]:
    """The factors above and below the line, each in reading order."""
    top: list[sp.Expr] = []
    bottom: list[sp.Expr] = []
    for factor in _with_joined_roots(expr.as_ordered_factors()):
        if isinstance(factor, sp.Rational) and _as_decimal(factor):
            top.append(factor)
        elif isinstance(factor, sp.Rational):
            top += [sp.Integer(factor.p)] if factor.p != 1 else []
            bottom += [sp.Integer(factor.q)] if factor.q != 1 else []
        elif isinstance(factor, sp.Pow) and is_negative(factor.exp) and factor.base != sp.E:
            bottom.append(sp.Pow(factor.base, -factor.exp))
        else:
            top.append(factor)
    return sorted(top, key=_rank), sorted(bottom, key=_rank)
