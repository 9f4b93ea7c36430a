"""The trust rule: a closed form is shown only if it meets the certified ball wherever it is tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import sympy as sp
from flint import arb, ctx

from derive.activation import Activation
from derive.kinks import UnresolvedKinkError
from derive.moments.closed import Form, RefusedError, closed_moment
from derive.moments.enclosure import NoEnclosureError, enclosure
from derive.moments.kinds import Monomial, Q
from derive.moments.operations import UnsupportedError
from derive.moments.program import value

Parameters = dict[sp.Symbol, sp.Expr]

_DIGITS = 13
_VARIANCES = (sp.Rational(1, 3), sp.Integer(1), sp.Rational(5, 2), sp.Rational(4, 5))


@dataclass(frozen=True)
class ClosedForm:
    """A closed form in q and parameters that has been vouched for, or the reason why there is none; it holds
    where everything in `positive` is positive."""

    expression: sp.Expr | None
    reason: str | None = None
    reduction: sp.Expr | None = None
    positive: tuple[sp.Expr, ...] = ()

    def holds_at(self, known: Parameters) -> bool:
        """Whether the closed form holds at these values of q and the parameters."""
        return all(condition.xreplace(known) > 0 for condition in self.positive)


@lru_cache(maxsize=256)
def closed_form(activation: Activation, powers: Monomial) -> ClosedForm:
    """The closed form of a moment, after it has met the certified ball wherever it was tried; for the given
    values of the parameters only, where there is none in their symbols.

    >>> from derive.catalogue import activation
    >>> closed_form(activation("prelu"), Monomial(2, 0, 0, 0)).expression
    q*(a**2 + 1)/2
    """
    verdict = _searched(activation, powers)
    if verdict.expression is not None or verdict.reduction is not None or not activation.parameters:
        return verdict
    again = _searched(replace(activation, expression=activation.numeric(), parameters=()), powers)
    return verdict if again.expression is None and again.reduction is None else again


def _searched(activation: Activation, powers: Monomial) -> ClosedForm:
    try:
        parts = tuple(activation.pieces())
    except UnresolvedKinkError as error:
        return ClosedForm(None, f"no closed form: {error}")
    try:
        found = closed_moment(parts, powers)
    except RefusedError as error:
        return ClosedForm(None, str(error))
    return _vouched_form(found, activation, powers)


def _vouched_form(found: Form, activation: Activation, powers: Monomial) -> ClosedForm:
    if found.expression is not None:
        return vouched(found.expression, activation, powers, found.positive)
    verdict = vouched(found.reduction, activation, powers, found.positive)
    if verdict.expression is None:
        return verdict
    reason = "no closed form: it is stated through an auxiliary function"
    return ClosedForm(None, reason, found.reduction, found.positive)


def vouched(
    found: sp.Expr, activation: Activation, powers: Monomial, positive: tuple[sp.Expr, ...] = ()
) -> ClosedForm:
    """The closed form, if its own ball overlaps the certified one at every trial; else why it is withheld.

    Where it holds only while everything in `positive` is positive, the trials are brought to such a q.
    """
    for tried, parameters in _trials(activation):
        variance = _within(tried, parameters, positive)
        where = ", ".join(f"{symbol} = {number}" for symbol, number in ({Q: variance} | parameters).items())
        function = activation.expression.subs(parameters, simultaneous=True)
        try:
            ball = enclosure(function, powers, variance, _DIGITS, vanishes=found == 0)
            if not meets(found, ball, {Q: variance} | parameters):
                return ClosedForm(None, f"a closed form is withheld: it misses the certified ball at {where}")
        except (NoEnclosureError, UnsupportedError) as error:
            return ClosedForm(
                None, f"a closed form is withheld: no certified ball to test it at {where}: {error}"
            )
    return ClosedForm(found, positive=positive)


def _within(variance: sp.Rational, parameters: Parameters, positive: tuple[sp.Expr, ...]) -> sp.Rational:
    """The variance, halved until everything in `positive`, which is 1 at q = 0, is positive there."""
    while not all(condition.xreplace({Q: variance} | parameters) > 0 for condition in positive):
        variance = variance / 2
    return variance


def meets(exact: sp.Expr, ball: arb, known: Parameters | None = None) -> bool:
    """Whether a closed form whose variables are `known`, evaluated sharply, overlaps the ball."""
    with ctx.workprec(2 * ctx.prec + 256):
        numbers = {symbol: value(number).real for symbol, number in (known or {}).items()}
        try:
            written = value(exact, numbers)
        except UnsupportedError:  # nan: a form may be undefined at a point
            return False
        own = written.real
        return bool(
            written.imag.contains(0)
            and own.overlaps(ball)
            and own.rad() <= ball.rad() + abs(own.mid()) * arb(2) ** (-64)
        )


def _trials(activation: Activation) -> Iterator[tuple[sp.Rational, Parameters]]:
    """Four variances, with parameter values that change; without parameters q = 1, where powers of q cannot
    be told apart, is left out."""
    pairs = zip(_VARIANCES, parameters_tried(activation), strict=True)
    return (pair for pair in pairs if activation.parameters or pair[0] != 1)


def parameters_tried(activation: Activation) -> tuple[Parameters, ...]:
    """Four choices of the parameters; a sign that is assumed is kept."""
    given = activation.values
    if activation.symbolic_pieces is None:  # the closed form holds for the given values only
        return given, given, given, given
    shifted = {symbol: number + sp.Rational(3, 7) for symbol, number in given.items()}
    other = {s: n + 2 if s.is_nonnegative else -n - sp.Rational(1, 2) for s, n in given.items()}
    return given, shifted, other, given
