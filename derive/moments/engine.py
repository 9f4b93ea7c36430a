"""One moment: its closed form where there is one that the certified ball bears out, and the ball."""

from __future__ import annotations

import flint
import sympy as sp

from derive.activation import Activation
from derive.kinks import UnresolvedKinkError
from derive.moments.closed import polynomial_moment
from derive.moments.kinds import Kind, Q, monomial
from derive.number import Missing, Number


def moment(activation: Activation, kind: Kind, variance: sp.Rational, digits: int = 30) -> Number | Missing:
    """E of the monomial `kind` under z ~ N(0, variance)."""
    powers = monomial(kind)
    try:
        symbolic = polynomial_moment(activation.pieces(), powers)
    except UnresolvedKinkError as error:
        return Missing(str(error))
    if symbolic is None:
        return Missing("not a piecewise polynomial")
    exact = symbolic.subs(Q, variance).subs(activation.values)
    with flint.ctx.workdps(digits + 10):
        ball = flint.arb(exact.evalf(digits + 8).__str__())
    return Number(exact, symbolic, ball, digits)
