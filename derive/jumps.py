"""Where a function jumps, and what its jumps add to the slope of E f(z)^2 in q.

Backpropagation does not see a jump; the variance map does. With g = f^2 and z ~ N(0, q), Stein's identity
in the sense of distributions gives d/dq E g(z) = E[z g'(z)]/(2q), and g' is 2 f f' almost everywhere plus
(f(a+)^2 - f(a-)^2) at each jump a. Hence

    d/dq E f(z)^2 = (E[z f f'] + 1/2 sum over jumps of a (f(a+)^2 - f(a-)^2) phi_q(a)) / q,

phi_q being the density of N(0, q).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import sympy as sp
from flint import arb, ctx

from derive.activation import Activation, X
from derive.kinks import UnresolvedKinkError, pieces
from derive.moments.kinds import Q
from derive.moments.operations import UnsupportedError
from derive.moments.program import value

_BITS = 128
_INFINITE = (sp.nan, sp.zoo, sp.oo, -sp.oo)


class UnplacedJumpError(Exception):
    """The function may jump where it cannot be told; the message says where."""


@dataclass(frozen=True)
class Jump:
    """A jump at `at`, from the limit `before` on the left to the limit `after` on the right."""

    at: sp.Expr
    before: sp.Expr
    after: sp.Expr

    @property
    def square(self) -> sp.Expr:
        """f(a+)^2 - f(a-)^2."""
        return self.after**2 - self.before**2


def jumps(activation: Activation) -> tuple[Jump, ...]:
    """The jumps, from left to right; empty for a continuous function.

    Raises `UnplacedJumpError` where a switch turns at a place without a closed form, or a limit is not
    finite.

    >>> shrink = sp.Piecewise((0, sp.Abs(X) < 1), (X, True))
    >>> [jump.at for jump in jumps(Activation("hardshrink", shrink, (), "", None))]
    [-1, 1]
    """
    try:
        parts = pieces(activation.numeric(), X)
    except UnresolvedKinkError as error:
        if activation.expression.has(sp.Heaviside, sp.sign, sp.Piecewise):
            raise UnplacedJumpError(f"f may jump: {error}") from error
        return ()
    ends = [(after.low, _limit(before.expression, after.low), _limit(after.expression, after.low))
            for before, after in pairwise(parts)]  # fmt: skip
    return tuple(Jump(*end) for end in ends if not _vanishes(end[2] - end[1]))


def _limit(formula: sp.Expr, at: sp.Expr) -> sp.Expr:
    """The value that a smooth formula approaches: read off where it can be, sympy's limit otherwise."""
    found = formula.subs(X, at)
    if found.has(*_INFINITE):
        found = sp.limit(formula, X, at)
    if found.has(*_INFINITE, sp.AccumBounds):
        raise UnplacedJumpError(f"{formula} has no finite limit at x = {at}")
    return found


def _vanishes(step: sp.Expr) -> bool:
    """Whether a step is 0; what no ball tells from 0 is left to sympy."""
    if step.is_Rational:
        return bool(step == 0)
    try:
        with ctx.workprec(_BITS):
            if not value(step).real.contains(0):
                return False
    except UnsupportedError:
        pass
    return bool(sp.simplify(step) == 0)


def jump_term(activation: Activation) -> sp.Expr:
    """1/2 sum over jumps of a (f(a+)^2 - f(a-)^2) phi_q(a), in q; 0 for a continuous function.

    Errors as for `jumps`.

    >>> jump_term(Activation("step", sp.Heaviside(X - 1), (), "", None))
    sqrt(2)*exp(-1/(2*q))/(4*sqrt(pi)*sqrt(q))
    """
    terms = [j.at * j.square * sp.exp(-(j.at**2) / (2 * Q)) for j in jumps(activation)]
    return sp.Add(*terms) / (2 * sp.sqrt(2 * sp.pi * Q))


def jump_ball(term: sp.Expr, q: arb) -> arb:
    """The jump term at a q, or over a ball of them, at the current working precision."""
    return value(term, {Q: q}).real
