"""The gain s with E f(s Z)^2 = 1: pre-activations of variance s^2 give activations of second moment 1.

AnyInit solves this equation by quadrature; here the root is certified. Samples of f point at the smallest q
on a grid from 2^-20 to 2^14 where E f(sqrt(q) Z)^2 crosses 1, and interval Newton shows that there is a root
and that it is the only one in an interval around it; E f^2 need not be monotone in q, so others may exist
further away. Where E f^2 is a power of q there is one root, and it is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import inf

import sympy as sp
from flint import acb, arb, ctx

from derive.activation import Activation, X
from derive.jumps import UnplacedJumpError, jump_ball, jump_term
from derive.moments.certificate import NoCertificateError, bound_of
from derive.moments.enclosure import NoEnclosureError, enclosure_over
from derive.moments.kinds import Q, monomial
from derive.moments.operations import UnsupportedError
from derive.moments.program import Program, value
from derive.moments.smooth import Smooth, smooth_parts
from derive.moments.trust import closed_form
from derive.number import Missing, Number
from derive.roots import Balls, NoRootError, Root, newton
from derive.sampled import crossings, sampled

GRID = tuple(2.0**k for k in range(-20, 15))  # of q
_ROUGH = 5
_CELLS = 64


def self_consistent(activation: Activation, digits: int = 30) -> Number | Missing:
    """The s > 0 with E f(s Z)^2 = 1, Z standard normal; `Missing` where there is none.

    >>> from derive.catalogue import activation
    >>> self_consistent(activation("relu")).exact
    sqrt(2)
    >>> self_consistent(activation("tanh")).reason
    '|f| <= 1, and below 1 somewhere, so E f^2 < 1 at every q'
    """
    if activation.expression == 0:
        return Missing("f = 0 almost everywhere, so no signal passes")
    power = _power(activation)
    if power is not None:
        return _exact(activation, *power, digits)
    try:
        if _within_one(activation):
            return Missing("|f| <= 1, and below 1 somewhere, so E f^2 < 1 at every q")
        return _certified(activation, digits)
    except (NoEnclosureError, NoRootError, UnplacedJumpError) as error:
        return Missing(f"E f^2 = 1 is not solved: {error}")


def _power(activation: Activation) -> tuple[sp.Expr, sp.Expr] | None:
    """(c, p) where E f^2 is known in closed form and is c q^p; None where it is anything else."""
    second = closed_form(activation, monomial("second")).expression
    if second is None:
        return None
    factor, rest = (sp.S.Zero + second).as_independent(Q, as_Add=False)
    base, exponent = rest.as_base_exp()
    if rest == 1:
        return factor, sp.Integer(0)
    return (factor, exponent) if base == Q and exponent.is_Rational else None


def _exact(activation: Activation, factor: sp.Expr, power: sp.Expr, digits: int) -> Number | Missing:
    if power == 0:
        return Missing(f"E f^2 is {factor} at every q, so no gain scales it")
    symbolic = (1 / factor) ** (1 / (2 * power))
    exact = symbolic.xreplace(activation.values)
    with ctx.workdps(digits + 20):
        return Number(exact, symbolic, value(exact).real, digits)


def _certified(activation: Activation, digits: int) -> Number:
    excess, slope = _balls(activation)
    with ctx.workdps(digits + 20):
        root = newton(excess, slope, arb(_guess(activation)), digits + 3)
        return Number(None, None, root.ball.sqrt(), digits, _reason(root))


def _reason(root: Root) -> str:
    low, high = (end**0.5 for end in root.alone)
    return f"a certified root of E f(s Z)^2 = 1: the only one for s from {low:.4g} to {high:.4g}"


def _balls(activation: Activation) -> tuple[Balls, Balls]:
    """E f(sqrt(q) Z)^2 - 1 and its derivative in q."""
    function, term = activation.numeric(), jump_term(activation)

    def excess(q: arb, digits: int) -> arb:
        return enclosure_over(function, monomial("second"), q, digits) - 1

    def slope(q: arb, digits: int) -> arb:
        return (enclosure_over(function, monomial("slope"), q, digits) + jump_ball(term, q)) / q

    return excess, slope


def _guess(activation: Activation) -> float:
    """The smallest q at which E f^2 crosses 1 along the grid, from samples of f."""
    second = sampled(activation.numeric()).second
    found = next((at for at, _ in crossings(lambda q: second(q) - 1, GRID) if second(at) < inf), None)
    if found is None:
        side = "below" if second(1.0) < 1 else "above"
        raise NoRootError(f"it looks to stay {side} 1 for q from {GRID[0]:.2g} to {GRID[-1]:.2g}")
    return found


def _within_one(activation: Activation) -> bool:
    """Whether |f| <= 1 can be shown everywhere, with E f^2 < 1 at q = 1 so that it is below 1 somewhere."""
    function = activation.numeric()
    try:
        bounded = _bounded_by_one(smooth_parts(function))
    except (NoCertificateError, UnsupportedError):
        return False
    return bounded and bool(enclosure_over(function, monomial("second"), arb(1), _ROUGH) < 1)


def _bounded_by_one(parts: Sequence[Smooth]) -> bool:
    """Far out by the growth of f, in between cell by cell."""
    ends = [value(part.low).real for part in parts[1:]]
    far = max([arb(1), *map(abs, ends)], key=float).upper()
    if not (_tame(parts[0].formulas[0], -1, far) and _tame(parts[-1].formulas[0], 1, far)):
        return False
    intervals = pairwise([-far, *ends, far])
    return all(_cells(part.program, *interval) for part, interval in zip(parts, intervals, strict=True))


def _tame(formula: sp.Expr, side: int, far: arb) -> bool:
    upper = bound_of(formula, X, side, far).upper
    return upper is not None and bool(upper.c <= 1 and upper.m <= 0 and upper.k <= 0)


def _cells(program: Program, low: arb, high: arb) -> bool:
    constants, width = program.ready(), (high - low) / _CELLS
    return all(
        abs(program.run(acb((low + i * width).union(low + (i + 1) * width)), constants, False)[0].real) <= 1
        for i in range(_CELLS)
    )
