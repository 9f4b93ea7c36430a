"""Numbers made from moments: one formula serves the closed form at q, the one in symbols, and the ball."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sympy as sp
from flint import arb, ctx

from derive.moments.closed import tidy
from derive.moments.kinds import Q
from derive.moments.program import value
from derive.moments.trust import meets
from derive.number import Missing, Number

# Stand for the moments in a formula; q itself is derive.moments.Q.
MEAN, SECOND, DERIVATIVE_SECOND, SLOPE = sp.symbols("M1 M2 D2 S", real=True)

Inputs = Mapping[sp.Symbol, Number]

_MORE = (4, 24, 64)


def combine(formula: sp.Expr, inputs: Inputs, q: sp.Rational, digits: int) -> Number:
    """The value of a formula in q and moments, exact where every moment in it is, with a ball throughout.

    >>> half = Number(sp.Rational(1, 2), Q / 2, arb("0.5"), 30)
    >>> gain = combine(sp.sqrt(Q / SECOND), {SECOND: half}, sp.Integer(1), 30)
    >>> gain.exact, gain.symbolic, gain.value
    (sqrt(2), sqrt(2), '1.41421356237309504880168872420970')
    """
    used = {symbol: number for symbol, number in inputs.items() if formula.has(symbol)}
    exact = _closed(formula, {symbol: n.exact for symbol, n in used.items()} | {Q: q})
    symbolic = _closed(formula, {symbol: n.symbolic for symbol, n in used.items()})
    with ctx.workprec(_precision(used, digits)):
        ball = value(formula, {symbol: n.ball for symbol, n in used.items()} | {Q: value(q).real}).real
        if exact is not None and not meets(exact, ball):
            return Number(
                None, None, ball, digits, "a closed form is withheld: it misses the certified ball here"
            )
    reason = None if exact is not None else next(n.reason for n in used.values() if n.exact is None)
    return Number(exact, symbolic, ball, digits, reason)


def _closed(formula: sp.Expr, values: Mapping[sp.Symbol, sp.Expr | None]) -> sp.Expr | None:
    if any(known is None for known in values.values()):
        return None
    if isinstance(formula, sp.Pow) and not formula.exp.is_Integer:
        return _root(_fraction(formula.base.xreplace(dict(values))), formula.exp)
    return _fraction(formula.xreplace(dict(values)))


def _fraction(expression: sp.Expr) -> sp.Expr:
    return tidy(expression if expression.has(sp.erf, sp.exp) else sp.cancel(expression))


def _root(base: sp.Expr, exponent: sp.Rational) -> sp.Expr:
    """A power of a fraction, shared out between its parts where the one below is seen to be positive."""
    above, below = sp.fraction(base)
    return above**exponent / below**exponent if below.is_positive else base**exponent


def _precision(used: Inputs, digits: int) -> int:
    """Enough bits that the arithmetic adds nothing visible to the radii of the inputs."""
    bits = max([n.ball.rel_accuracy_bits() for n in used.values() if n.ball.rad() > 0], default=0)
    return int(max(bits, 4 * digits)) + 64


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
