"""Where an expression is undefined: a search for a point that shows it.

Each logarithm, root, quotient and the like leaves a `Need` behind. A point of the line that breaks it is
found by evaluating in ball arithmetic at rational points, at the roots of polynomials, and by bisection
between two points where a denominator has opposite signs; so a refusal is never due to rounding. No point
found does not prove that there is none: the certified enclosure has the last word, and refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import sympy as sp
from flint import acb, arb, ctx, fmpq
from sympy.core.relational import Relational

from derive.activation import X
from derive.grammar.functions import Kind
from derive.moments.operations import UnsupportedError, operation
from derive.moments.program import value

_STEPS = ("1/8", "1/2", "1", "3/2", "2", "3", "4", "5", "7", "10", "20", "50", "100", "1000")
_POINTS = tuple(sp.Rational(sign + step) for step in _STEPS for sign in ("-", ""))
_OUTWARDS = (sp.Integer(0), *_POINTS)
_LINE = tuple(sorted(_OUTWARDS))
_BISECTIONS = 24
_PRECISION = 128
_MOST_DEGREE = 16
_MUST_BE = {"positive": "above 0", "nonnegative": "at least 0", "nonzero": "other than 0"}


@dataclass(frozen=True)
class Need:
    """`argument` must be `kind` wherever the guards hold; `words` is what needs it, `start` where it begins."""

    kind: Kind
    argument: sp.Expr
    words: str
    start: int
    guards: tuple[sp.Basic, ...] = ()

    def guarded(self, guard: sp.Basic) -> Need:
        """The same need where one more condition holds."""
        return replace(self, guards=(*self.guards, guard))


def undefined(need: Need) -> str | None:
    """Where the need is not met, in words; None where no such point was found.

    >>> undefined(Need("positive", X, "log(x)", 0))
    'log(x) is undefined for x <= 0, since x must be above 0 there; it can be limited, as in where(x > 0, log(x), 0)'
    """
    if _is_met(need):
        return None
    with ctx.workprec(_PRECISION):
        where = _half_line(need) or _at_a_point(need) or _at_a_root(need) or _between(need)
    if where is None:
        return None
    reason = f"since {_shown(need.argument)} must be {_MUST_BE[need.kind]} there"
    return f"{need.words} is undefined {where}, {reason}; {_advice(need, where)}"


def _advice(need: Need, where: str) -> str:
    whole = need.words if not need.words.endswith("...") and not need.guards else "..."
    point, side = where.partition("at x = ")[2], re.fullmatch(r"for x ([<>])=? (.*)", where)
    if point and _holds_next_to(need, point):
        return f"give a value there, as in where(x != {point}, {whole}, 1)"
    if need.kind == "nonzero":
        return "keep what it divides by away from 0"
    if "**" in need.words or "^" in need.words:
        return "the real cube root is cbrt(x), and abs(x) makes a base positive"
    if side:
        return f"it can be limited, as in where(x {'><'[side[1] == '>']} {side[2]}, {whole}, 0)"
    return f"give another formula there, as in where(abs(x) < 1/2, {whole}, 0)"


def _holds_next_to(need: Need, point: str) -> bool:
    """Whether the need fails at that point alone, as far as two points near it tell."""
    if need.kind == "nonzero":
        return True
    near = [_ball(sp.Rational(point) + step) for step in (sp.Rational(-1, 999), sp.Rational(1, 999))]
    return not any(_broken(need.kind, at(need.argument, x)) for x in near)


def _is_met(need: Need) -> bool:
    """What sympy knows at once."""
    known = {"positive": "is_positive", "nonnegative": "is_nonnegative", "nonzero": "is_nonzero"}[need.kind]
    try:
        return bool(getattr(need.argument, known))
    except AttributeError:  # sympy's slip with csc of an imaginary number
        return False


def _shown(expression: sp.Expr) -> str:
    text = str(expression)
    return text if len(text) <= 40 else "an argument"


def _half_line(need: Need) -> str | None:
    """An argument that is a line: undefined on one side of its root."""
    if need.guards or need.kind == "nonzero" or not need.argument.is_polynomial(X):
        return None
    line = sp.Poly(need.argument, X)
    if line.degree() != 1 or not all(c.is_Rational for c in line.all_coeffs()):
        return None
    slope, offset = line.all_coeffs()
    sign = ("<" if slope > 0 else ">") + "=" * (need.kind == "positive")
    return f"for x {sign} {-offset / slope}"


def _at_a_point(need: Need) -> str | None:
    for point in _OUTWARDS:
        if _broken(need.kind, at(need.argument, _ball(point))) and _all_hold(need.guards, _ball(point)):
            return f"at x = {point}"
    return None


def _broken(kind: Kind, found: acb) -> bool:
    """Whether the value of an argument surely breaks the need."""
    if not found.is_finite() or not found.imag.contains(0):
        return False
    number = found.real
    is_zero = bool(number == 0)
    return {
        "positive": is_zero or bool(number < 0),
        "nonnegative": bool(number < 0),
        "nonzero": is_zero,
    }[kind]


def _at_a_root(need: Need) -> str | None:
    """A root of a polynomial, where it is 0 exactly."""
    if need.kind == "nonnegative":
        return None
    for root in _roots(need.argument):
        if _all_hold(need.guards, value(root)):
            return f"at x = {root}" if root.is_Rational else f"near x = {float(root):.6g}"
    return None


def _roots(argument: sp.Expr) -> Sequence[sp.Expr]:
    if not argument.is_polynomial(X):
        return ()
    polynomial = sp.Poly(argument, X)
    if polynomial.degree() > _MOST_DEGREE or not all(c.is_Rational for c in polynomial.all_coeffs()):
        return ()
    return list(sp.real_roots(polynomial))


def _between(need: Need) -> str | None:
    """A denominator with opposite signs at two points, and the guards true all the way between them."""
    if need.kind != "nonzero":
        return None
    for low, high in _sign_changes(need.argument):
        place = _bisected(need.argument, low, high)
        if _all_hold(need.guards, _ball(place[0]).union(_ball(place[1]))):
            return f"near x = {float(place[0]):.6g}"
    return None


def _sign_changes(argument: sp.Expr) -> Iterator[tuple[sp.Rational, sp.Rational]]:
    signs = [(point, _sign(at(argument, _ball(point)))) for point in _LINE]
    known = [(point, sign) for point, sign in signs if sign]
    outwards = sorted(pairwise(known), key=lambda pair: abs(pair[0][0] + pair[1][0]))
    for (low, before), (high, after) in outwards:
        if before != after and _is_continuous(argument, low, high):
            yield low, high


def _is_continuous(argument: sp.Expr, low: sp.Rational, high: sp.Rational) -> bool:
    """Whether an argument takes 0 when its sign changes: not across a jump or a pole."""
    return bool(at(argument, _ball(low).union(_ball(high))).is_finite()) and not argument.has(
        sp.sign, sp.Heaviside, sp.Piecewise
    )


def _bisected(argument: sp.Expr, low: sp.Rational, high: sp.Rational) -> tuple[sp.Rational, sp.Rational]:
    before = _sign(at(argument, _ball(low)))
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        sign = _sign(at(argument, _ball(middle)))
        if sign == 0:
            return middle, middle
        low, high = (middle, high) if sign == before else (low, middle)
    return low, high


def _sign(found: acb) -> int:
    if not found.is_finite() or not found.imag.contains(0):
        return 0
    return int(bool(found.real > 0)) - int(bool(found.real < 0))


def _ball(point: sp.Rational) -> acb:
    return acb(arb(fmpq(int(point.p), int(point.q))))


def at(expression: sp.Expr, x: acb) -> acb:
    """A ball around the expression at x; not finite where it cannot be told."""
    try:
        return _at(expression, x)
    except UnsupportedError:
        return acb(arb.nan())


def _at(expression: sp.Expr, x: acb) -> acb:
    if expression == X:
        return x
    if not expression.has(X):
        return value(expression)
    if isinstance(expression, sp.Piecewise):
        return _chosen(expression, x)
    if isinstance(expression, sp.Pow) and expression.exp.is_Rational:
        return operation(expression)(False, _at(expression.base, x))
    return operation(expression)(False, *[_at(argument, x) for argument in expression.args])


def _chosen(switch: sp.Piecewise, x: acb) -> acb:
    for formula, condition in switch.args:
        truth = holds(condition, x)
        if truth is None:
            break
        if truth:
            return _at(formula, x)
    return acb(arb.nan())


def _all_hold(guards: Sequence[sp.Basic], x: acb) -> bool:
    return all(holds(guard, x) for guard in guards)


def holds(condition: sp.Basic, x: acb) -> bool | None:
    """Whether a condition holds at all of x; None where that cannot be told."""
    if condition in (sp.true, sp.false):
        return bool(condition)
    if isinstance(condition, sp.Not):
        inner = holds(condition.args[0], x)
        return None if inner is None else not inner
    if isinstance(condition, (sp.And, sp.Or)):
        return _connected(condition, x)
    return _compared(condition, x) if isinstance(condition, Relational) else None


def _connected(condition: sp.Basic, x: acb) -> bool | None:
    decisive = isinstance(condition, sp.Or)  # one such argument decides
    found = [holds(argument, x) for argument in condition.args]
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def _compared(relation: Relational, x: acb) -> bool | None:
    difference = at(relation.lhs - relation.rhs, x)
    sign = _sign(difference)
    is_zero = bool(difference.real == 0)  # surely: a ball that holds 0 among others is not
    if sign == 0 and not is_zero:
        return None
    return bool(relation.func(sp.Integer(sign), 0))
