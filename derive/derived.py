"""Numbers made from moments: one formula serves the closed form at q, the one in symbols, and the ball."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sympy as sp
from flint import arb, ctx

from derive.moments.closed.writing import tidy
from derive.moments.kinds import Q
from derive.moments.program import value
from derive.moments.trust import meets
from derive.number import Missing, Number

# Stand for the moments in a formula; q itself is derive.moments.Q.
MEAN, SECOND, DERIVATIVE_SECOND, SLOPE = sp.symbols("M1 M2 D2 S", real=True)

Inputs = Mapping[sp.Symbol, Number]

_MORE = (4, 24, 64)


def combine(formula: sp.Expr, inputs: Inputs, q: sp.Rational, digits: int, root: bool = False) -> Number:
    """The value of a formula in q and moments, or of its square root: exact where every moment in it is
    known exactly, with a ball throughout.

    >>> half = Number(sp.Rational(1, 2), Q / 2, arb("0.5"), 30)
    >>> gain = combine(Q / SECOND, {SECOND: half}, sp.Integer(1), 30, root=True)
    >>> gain.exact, gain.symbolic, gain.value
    (sqrt(2), sqrt(2), '1.41421356237309504880168872420970')
    """
    used = {symbol: number for symbol, number in inputs.items() if formula.has(symbol)}
    ball = enclosed(formula, used, q, digits, root)
    write = _cancelled if ball.contains(0) else _fraction
    exact = _closed(formula, {symbol: n.exact for symbol, n in used.items()} | {Q: q}, root, write)
    symbolic = _closed(formula, {symbol: n.symbolic for symbol, n in used.items()}, root, _cancelled)
    if exact is not None and not meets(exact, ball):
        return Number(
            None, None, ball, digits, "a closed form is withheld: it misses the certified ball here"
        )
    reason = None if exact is not None else next(n.reason for n in used.values() if n.exact is None)
    return Number(exact, symbolic, ball, digits, reason)


def enclosed(formula: sp.Expr, inputs: Inputs, q: sp.Rational, digits: int, root: bool = False) -> arb:
    """The formula in ball arithmetic, with enough bits to add nothing visible to the radii that go in.

    >>> enclosed(Q + SECOND, {SECOND: Number(None, None, arb(2), 30)}, sp.Integer(1), 30)
    3.00000000000000
    """
    used = {symbol: number for symbol, number in inputs.items() if formula.has(symbol)}
    bits = max((n.ball.rel_accuracy_bits() for n in used.values() if n.ball.rad() > 0), default=0)
    with ctx.workprec(int(max(bits, 4 * digits)) + 64):
        known = {symbol: n.ball for symbol, n in used.items()} | {Q: value(q).real}
        ball = value(formula, known).real
        return ball.sqrt() if root else ball


def _closed(
    formula: sp.Expr,
    values: Mapping[sp.Symbol, sp.Expr | None],
    root: bool,
    write: Callable[[sp.Expr], sp.Expr],
) -> sp.Expr | None:
    if any(known is None for known in values.values()):
        return None
    expression = formula.xreplace(dict(values))
    # Functions are left where they stand: a common denominator would only make them harder to read, and slow.
    expression = expression if expression.atoms(sp.Function) else write(expression)
    return _root(expression) if root else expression


def _cancelled(expression: sp.Expr) -> sp.Expr:
    """A rational function in lowest terms, so that what is 0 is seen to be."""
    return tidy(sp.cancel(expression))


def _fraction(number: sp.Expr) -> sp.Expr:
    """A number known not to be 0 as one fraction: a sixth of the time that it takes to cancel it as well."""
    return sp.factor_terms(sp.together(number))


def _root(square: sp.Expr) -> sp.Expr:
    """The square root of a fraction known to be positive: if one part is seen to be, the other is as well."""
    above, below = sp.fraction(square)
    return sp.sqrt(above) / sp.sqrt(below) if above.is_positive or below.is_positive else sp.sqrt(square)


def sharpened(make: Callable[[int], Number | Missing], digits: int) -> Number | Missing:
    """The first of a few attempts, with more and more digits asked of the moments, that is sharp enough.

    `make` takes the digits to ask for. A difference of moments may lose some, so one attempt may not do.
    """
    result = make(digits)
    for more in _MORE:
        if isinstance(result, Missing) or _sharp(result, digits):
            break
        result = make(digits + more)
    return result if isinstance(result, Missing) else _with_digits(result, digits)


def _sharp(number: Number, digits: int) -> bool:
    known = number.exact is not None and bool(number.exact.is_Rational)
    return known or bool(number.ball.rad() < arb(10) ** (-digits - 3) * number.ball.abs_lower())


def _with_digits(number: Number, digits: int) -> Number:
    return Number(number.exact, number.symbolic, number.ball, digits, number.reason)
