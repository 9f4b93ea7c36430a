"""Behaviour next to a point where a function, or its slope, is not finite: |x|^(-1/2), log|x| and the like.

With x = p + s/t, s = 1 or -1, the point lies at t = oo, and the growth certificates bound the function there:
a bound c t^m means c |x - p|^(-m), whose integral up to p is finite exactly for m < 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import sympy as sp
from flint import acb, arb, fmpq

from derive.activation import X
from derive.kinks import Piece
from derive.moments.certificate import bound_of
from derive.moments.growth import Bound, Growth
from derive.moments.kinds import Monomial
from derive.moments.program import Program
from derive.moments.removable import zeros

_T = sp.Symbol("t", positive=True)
_NEAR = sp.Symbol("s", positive=True)
_STARTS = (8, 64, 1024)
_PROBE = arb(2) ** -20


def split_at_singularities(part: Piece) -> list[Piece]:
    """The piece cut where the base of a power or the argument of a logarithm vanishes inside it."""
    powers = (n for n in part.expression.atoms(sp.Pow) if n.exp.is_negative or not n.exp.is_Integer)
    bases = {n.base for n in powers if n.base.has(X)}
    bases |= {n.args[0] for n in part.expression.atoms(sp.log) if n.has(X)}
    bases |= {n.args[0] - 1 for n in part.expression.atoms(sp.acosh)}
    points = {p for base in bases for p in zeros(base) if part.low < p < part.high and not p.has(sp.CRootOf)}
    ends = [part.low, *sorted(points), part.high]
    return [Piece(low, high, part.expression) for low, high in pairwise(ends)]


def is_finite_next_to(program: Program, wanted: Sequence[int], at: arb, direction: int) -> bool:
    """Whether the wanted outputs, f (0) and f' (1), are seen to be finite from the point on."""
    box = acb(at.union(at + direction * _PROBE))
    found = program.run(box, program.ready(), False)
    return all(found[place].is_finite() for place in wanted)


def diverges(bound: Bound) -> bool:
    """Whether |g| >= c |x - p|^(-m) with m >= 1 is seen, which has no finite integral up to p."""
    lower = bound.lower
    return lower is not None and lower.rises() and bool(lower.c > 0 and lower.m >= 1)


def neighbourhood(growth: Growth | None, widest: arb, tolerance: arb) -> tuple[arb, arb] | None:
    """How far to keep off a point next to which |g| <= c |x - p|^(-m), and what that leaves out at most.

    The integral of c s^(-m) over (0, r) is c r^(1-m)/(1-m). None where m < 1 is not seen.
    """
    if growth is None or not (growth.m < 1 and growth.k <= 0 and growth.a <= 0):
        return None
    rest = 1 - arb(growth.m)
    reach = (tolerance * rest / (arb(growth.c) + 1)) ** (1 / rest)
    reach = (arb(2) ** (reach.log() / arb(2).log()).floor().lower()).min(widest).mid()
    return reach, (growth.c * reach**rest / rest).upper()


def local_bound(
    formulas: Sequence[sp.Expr], powers: Monomial, at: sp.Expr, direction: int
) -> tuple[Bound, int]:
    """What is known of the monomial at x = at + direction/t for t >= T, and T: the first T of a few for
    which it is bounded above, or else below."""
    best: tuple[Bound, int] = Bound(), _STARTS[-1]
    for start in _STARTS:
        found = _monomial(formulas, powers, at, direction, fmpq(start))
        if found.upper and found.upper.is_finite():
            return found, start
        if found.lower or found.bursts:
            best = found, start
    return best


def _monomial(
    formulas: Sequence[sp.Expr], powers: Monomial, at: sp.Expr, direction: int, start: fmpq
) -> Bound:
    upper: Growth | None = Growth(fmpq(1))
    lower: Growth | None = Growth(fmpq(1))
    bursts = False
    for formula, power in zip((*formulas, X), (powers.f, powers.d, powers.z), strict=True):
        if power:
            found = bound_of(_seen_from(formula, at, direction), _T, 1, start)
            upper = upper * found.upper.power(fmpq(power)) if upper and found.upper else None
            lower = lower * found.lower.power(fmpq(power)) if lower and found.lower else None
            bursts = bursts or found.bursts
    return Bound(upper, lower, bursts=bursts and lower is not None)


def _seen_from(formula: sp.Expr, at: sp.Expr, direction: int) -> sp.Expr:
    """The formula at x = at + direction/t, with polynomials in 1/t factored, so that what vanishes shows."""
    moved = formula.xreplace({X: at + direction * _NEAR})
    if at != 0:
        moved = moved.replace(
            lambda node: node.is_Add and node.is_polynomial(_NEAR), lambda node: sp.factor(sp.expand(node))
        )
    return sp.powsimp(moved).xreplace({_NEAR: 1 / _T})
