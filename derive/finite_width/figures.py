"""Numbers made of Gaussian moments: a formula, the moments that it names, and the inputs checked."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp
from flint import ctx

from derive.activation import Activation
from derive.decimals import rational
from derive.derived import combine, enclosed, sharpened
from derive.errors import BadInput
from derive.moments import Kind, moment
from derive.moments.program import value
from derive.number import Missing, Number

Amount = Number | Missing

WIDEST = 2**20
DEEPEST = 100_000

# Stand for the moments in a formula.
SECOND, FOURTH, SLOPE_SECOND, SLOPE_FOURTH = sp.symbols("M2 M4 D2 D4", real=True)
TILTED, LINEAR, STRETCH, PRODUCT = sp.symbols("T2 T1 S P", real=True)
KINDS: dict[sp.Symbol, tuple[Kind, str]] = {
    SECOND: ("second", "E f^2"),
    FOURTH: ("fourth", "E f^4"),
    SLOPE_SECOND: ("derivative_second", "E f'^2"),
    SLOPE_FOURTH: ("derivative_fourth", "E f'^4"),
    TILTED: ("derivative_second_tilted", "E[f'^2 Z^2]"),
    LINEAR: ("derivative_linear", "E[z f']"),
    STRETCH: ("slope", "E[z f f']"),
    PRODUCT: ("product_second", "E[f^2 f'^2]"),
}
_VANISHES = {
    SECOND: "f = 0 almost everywhere, so no signal passes",
    SLOPE_SECOND: "f' = 0 almost everywhere, so no gradient passes",
}


def of_moments(
    formula: sp.Expr,
    activation: Activation,
    q: sp.Rational,
    digits: int,
    given: Mapping[sp.Symbol, Number] | None = None,
) -> Amount:
    """The formula at z ~ N(0, q): in the symbols above, in q and in the numbers `given`; `Missing` where a
    moment is, or where a second moment that it divides by is 0."""

    def attempt(asked: int) -> Amount:
        inputs = dict(given or {})
        for symbol in KINDS:
            if formula.has(symbol):
                found = _moment(symbol, activation, q, asked)
                if isinstance(found, Missing):
                    return found
                inputs[symbol] = found
        return combine(formula, inputs, q, asked)

    return sharpened(attempt, digits)


def _moment(symbol: sp.Symbol, activation: Activation, q: sp.Rational, digits: int) -> Amount:
    kind, name = KINDS[symbol]
    found = moment(activation, kind, q, digits)
    if isinstance(found, Missing):
        return Missing(f"{name} is not known: {found.reason}", found.infinite_from)
    if symbol in _VANISHES and not enclosed(symbol, {symbol: found}, q, digits) > 0:
        return Missing(
            _VANISHES[symbol] if found.exact == 0 else f"{name} cannot be told from 0 with {digits} digits"
        )
    return found


def known(exact: sp.Expr, digits: int) -> Number:
    """A number given exactly.

    >>> known(sp.Rational(5, 256), 30).value
    '0.01953125'
    """
    with ctx.workdps(digits + 20):
        return Number(exact, None, value(exact).real, digits)


def as_number(given: object, what: str, digits: int) -> Number:
    """A `Number` as it is, or a rational that is not negative as one; `BadInput` for anything else."""
    if isinstance(given, Number):
        return given
    exact = rational(given, what)
    if exact < 0:
        raise BadInput(f"{what} is {exact}, but it cannot be negative; give 0 or more")
    return known(exact, digits)


def checked_count(number: int, what: str, most: int) -> int:
    """A whole number from 1 to `most`; raises `BadInput` otherwise.

    >>> checked_count(256, "width", WIDEST)
    256
    """
    if not isinstance(number, int) or not 1 <= number <= most:
        raise BadInput(f"{what} {number} cannot be: give a whole number from 1 to {most}")
    return number
