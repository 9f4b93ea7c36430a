"""One moment: its closed form where the certified ball bears it out, and the ball."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import sympy as sp
from flint import arb

from derive.activation import Activation
from derive.decimals import rational
from derive.errors import BadInput
from derive.moments.enclosure import NoEnclosureError, enclosure
from derive.moments.existence import absence
from derive.moments.kinds import Kind, Monomial, Q, monomial, spoken
from derive.moments.trust import ClosedForm, closed_form, meets
from derive.number import Json, Missing, Number

MOST_DIGITS = 1000
_GUARD = 4
_FARTHEST = 100_000


def moment(
    activation: Activation, kind: Kind, variance: object, digits: int = 30, closed: bool = True
) -> Number | Missing:
    """E of the monomial `kind` in z, f(z) and f'(z) under z ~ N(0, variance).

    The kinds are "mean" E f, "second" E f^2, "derivative_second" E f'^2, "fourth" E f^4,
    "derivative_fourth" E f'^4, "slope" E[z f f'] (so that d/dq E f^2 = E[z f f']/q for continuous f) and
    "derivative_second_tilted" E[f'^2 z^2]/q, "derivative_second_weighted" E[f'^2 z^2] and "linear" E[z f], with
    f' almost everywhere. `Missing` where the moment is infinite, with the q from which it is, or where that
    is not decided. Without `closed` no closed form is looked for, which is quicker. Raises `BadInput` for
    an unknown kind, a variance that is not a positive rational, or digits outside 1..1000.

    >>> from derive.catalogue import activation
    >>> moment(activation("relu"), "second", 1).exact
    1/2
    >>> moment(activation("tanh"), "second", 1, digits=12).value
    '0.394294490397841'
    """
    return _moment(activation, monomial(kind), positive_variance(variance), checked_digits(digits), closed)


@lru_cache(maxsize=256)
def _moment(
    activation: Activation, powers: Monomial, q: sp.Rational, digits: int, search: bool
) -> Number | Missing:
    closed = closed_form(activation, powers) if search else ClosedForm(None, "no closed form was looked for")
    try:
        ball = enclosure(activation.numeric(), powers, q, digits + _GUARD, vanishes=closed.expression == 0)
    except NoEnclosureError as error:
        return absence(activation.numeric(), powers, q, error)
    if not _is_writable(ball):
        return Missing(
            f"{spoken(powers)} is not 0 but beyond 2^{_FARTHEST} or below 2^-{_FARTHEST}: too far to write out"
        )
    if not closed.holds_at({Q: q} | activation.values):
        conditions = " and ".join(f"{condition} > 0" for condition in closed.positive)
        return Number(None, None, ball, digits, f"no closed form: there is one only where {conditions}")
    if closed.expression is None:
        return Number(None, None, ball, digits, closed.reason, closed.reduction)
    return _with_closed_form(closed.expression, activation, q, ball, digits)


def _is_writable(ball: arb) -> bool:
    """Whether its digits can be written out in reasonable time."""
    return ball.mid() == 0 or abs(int(ball.mid().man_exp()[1])) < _FARTHEST


def _with_closed_form(
    symbolic: sp.Expr, activation: Activation, q: sp.Rational, ball: arb, digits: int
) -> Number:
    exact = symbolic.xreplace({Q: q} | activation.values)
    if not meets(exact, ball):
        return Number(
            None, None, ball, digits, "a closed form is withheld: it misses the certified ball here"
        )
    return Number(exact, symbolic, ball, digits)


def positive_variance(variance: object) -> sp.Rational:
    """The variance q as a rational; raises `BadInput` unless it is finite and above 0."""
    q = rational(variance, "the variance q")
    if q <= 0:
        raise BadInput(f"the variance q is {q}, but a Gaussian needs q > 0; give a positive number")
    return q


def checked_digits(digits: int) -> int:
    """The digits asked for; raises `BadInput` outside 1..1000."""
    if not 1 <= digits <= MOST_DIGITS:
        raise BadInput(f"{digits} digits cannot be given: ask for 1 to {MOST_DIGITS}")
    return digits


@dataclass(frozen=True)
class Moments:
    """The three moments that every condition rests on: E f, E f^2 and E f'^2."""

    mean: Number | Missing
    second: Number | Missing
    derivative_second: Number | Missing

    def to_json(self) -> dict[str, Json]:
        """The contract's object for moments."""
        return {
            "mean": self.mean.to_json(),
            "second": self.second.to_json(),
            "derivative_second": self.derivative_second.to_json(),
        }


def moments(activation: Activation, variance: object, digits: int = 30) -> Moments:
    """E f, E f^2 and E f'^2 under N(0, variance); errors as for `moment`."""
    kinds: tuple[Kind, ...] = ("mean", "second", "derivative_second")
    return Moments(*[moment(activation, kind, variance, digits) for kind in kinds])
