"""The trust rule for the covariance map: a closed form is released where it meets the certified ball."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from derive.activation import Activation, X
from derive.covariance.ball import REFUSALS, Problem, covariance_ball
from derive.covariance.closed import RHO, closed_covariance
from derive.kinks import Piece, UnresolvedKinkError
from derive.moments.kinds import Q
from derive.moments.trust import ClosedForm, meets, parameters_tried

_DIGITS = 12
_TRIALS = (
    (sp.Rational(1, 3), sp.Rational(1, 2)),
    (sp.Integer(1), sp.Rational(-3, 4)),
    (sp.Rational(5, 2), sp.Rational(1, 5)),
    (sp.Rational(4, 5), sp.Rational(-1, 3)),
)


@lru_cache(maxsize=256)
def closed_form(activation: Activation, derivative: bool) -> ClosedForm:
    """The closed form of the covariance map, in q, the correlation and the parameters, after it has met the
    certified ball wherever it was tried; or the reason why there is none."""
    try:
        parts = tuple(activation.pieces())
    except UnresolvedKinkError as error:
        return ClosedForm(None, f"no closed form: {error}")
    found = closed_covariance([_slope(part) for part in parts] if derivative else parts)
    if found is None:
        return ClosedForm(None, "no closed form is known here for a function of this kind")
    return _vouched(found, activation, derivative)


def _slope(part: Piece) -> Piece:
    return Piece(part.low, part.high, sp.diff(part.expression, X))


def _vouched(found: sp.Expr, activation: Activation, derivative: bool) -> ClosedForm:
    for (q, c), parameters in zip(_TRIALS, parameters_tried(activation), strict=True):
        function = activation.expression.subs(parameters, simultaneous=True)
        try:
            ball = covariance_ball(Problem(function, derivative, q, _DIGITS), c)
            if meets(found.xreplace({Q: q, RHO: c} | parameters), ball):
                continue
        except REFUSALS as error:
            return ClosedForm(None, f"a closed form is withheld: no certified ball to test it: {error}")
        where = ", ".join(f"{s} = {n}" for s, n in ({Q: q, RHO: c} | parameters).items())
        return ClosedForm(None, f"a closed form is withheld: it misses the certified ball at {where}")
    return ClosedForm(found)
