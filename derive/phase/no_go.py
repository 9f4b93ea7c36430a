"""Whether one gain without a bias can serve both directions, certified.

At one q it does iff E f^2 = q E f'^2. A ball around the difference that excludes 0 shows that it does not; so
does, without any number, the Gaussian Poincare inequality Var f <= q E f'^2, with equality for affine f only,
where E f = 0 and f is continuous and not affine. At every q it does iff f is positively homogeneous of degree 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sympy as sp

from derive.activation import Activation, X
from derive.derived import DERIVATIVE_SECOND, SECOND, combine, sharpened
from derive.jumps import UnplacedJumpError, jumps
from derive.kinks import UnresolvedKinkError
from derive.moments import Moments, Q, moments
from derive.moments.engine import positive_variance
from derive.number import Json, Missing, Number

Verdict = Literal["degree one", "poincare", "apart", "meets", "undecided"]

GAP = SECOND - Q * DERIVATIVE_SECOND


@dataclass(frozen=True)
class NoGo:
    """The verdict with its sentence, and E f^2 - q E f'^2. The verdicts:

    degree one   one gain serves both directions at every q
    poincare     none does at this q, by the Gaussian Poincare inequality (and the ball, where there is one)
    apart        none does at this q, since the ball excludes 0
    meets        the difference is exactly 0, so one gain serves both at this q
    undecided    the ball holds 0 or there is none
    """

    kind: Verdict
    statement: str
    ball: Number | Missing
    everywhere: bool  # whether the statement holds at every q

    def to_json(self) -> dict[str, Json | str | bool]:
        """Verdict, sentence, difference."""
        return {
            "kind": self.kind,
            "statement": self.statement,
            "difference": self.ball.to_json(),
            "every_q": self.everywhere,
        }


def no_go(activation: Activation, variance: object = 1, digits: int = 15) -> NoGo:
    """The certificate at q = `variance`; errors as for `moment`.

    >>> from derive.catalogue import activation
    >>> no_go(activation("tanh")).kind, no_go(activation("relu")).kind
    ('poincare', 'degree one')
    """
    q = positive_variance(variance)
    gap = sharpened(lambda asked: _gap(moments(activation, q, asked), q, asked), digits)
    if activation.degree_one is not None:
        return NoGo("degree one", _DEGREE_ONE, gap, True)
    poincare = poincare_applies(activation, q)
    if poincare is not None:
        scope = "at any q" if poincare else f"at this q, q = {q}"
        return NoGo("poincare", f"No single gain serves both directions {scope}: {_POINCARE}.", gap, poincare)
    return _by_ball(gap, q)


def _gap(known: Moments, q: sp.Rational, digits: int) -> Number | Missing:
    for name, found in (("E f^2", known.second), ("E f'^2", known.derivative_second)):
        if isinstance(found, Missing):
            return Missing(f"{name} is not known: {found.reason}", found.infinite_from)
    assert isinstance(known.second, Number) and isinstance(known.derivative_second, Number)
    return combine(GAP, {SECOND: known.second, DERIVATIVE_SECOND: known.derivative_second}, q, digits)


def _by_ball(gap: Number | Missing, q: sp.Rational) -> NoGo:
    if isinstance(gap, Missing):
        return NoGo(
            "undecided", f"Whether one gain serves both directions is not known: {gap.reason}.", gap, False
        )
    if gap.exact == 0:
        return NoGo("meets", f"One gain serves both directions at q = {q}, and not at every q.", gap, False)
    if gap.ball > 0 or gap.ball < 0:
        sign = "<" if gap.ball < 0 else ">"
        return NoGo(
            "apart",
            f"No single gain serves both directions at this q, q = {q}: E f^2 {sign} q E f'^2 there.",
            gap,
            False,
        )
    return NoGo("undecided", "Whether E f^2 = q E f'^2 cannot be told from its certified ball.", gap, False)


def poincare_applies(activation: Activation, variance: sp.Rational) -> bool | None:
    """Whether E f = 0 exactly, f is continuous and not affine, so that E f^2 < q E f'^2: True at every q,
    False at this q only, None where the conditions are not met or cannot be checked."""
    mean = moments(activation, variance, 15).mean
    if isinstance(mean, Missing) or mean.exact != 0 or _affine(activation):
        return None
    try:
        return None if jumps(activation) else mean.symbolic == 0
    except UnplacedJumpError:
        return None


def _affine(activation: Activation) -> bool:
    try:
        parts = activation.pieces()
    except UnresolvedKinkError:
        return True  # not known, which is not enough either
    return len(parts) == 1 and bool(sp.diff(parts[0].expression, X, 2) == 0)


_DEGREE_ONE = "One gain serves both directions at every q: f is positively homogeneous of degree 1."
_POINCARE = (
    "E f = 0 and f is continuous and not affine, so E f^2 = Var f < q E f'^2 (Gaussian Poincare inequality)"
)
