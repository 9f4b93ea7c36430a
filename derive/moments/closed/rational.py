"""Closed forms: rational pieces on the whole line or on its halves, by partial fractions.

Poles on the real axis give Ei and erfi, pairs off it erfc (`derive.moments.closed.poles`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sympy as sp

from derive.activation import X
from derive.kinks import Piece
from derive.moments.closed.basis import Basis, Combination, lettered, mirrored, power_moment
from derive.moments.closed.families import Form, RefusedError, integrand
from derive.moments.closed.poles import pole_pair, simple_pole
from derive.moments.closed.size import is_tractable
from derive.moments.kinds import Monomial


def form(parts: Sequence[Piece], powers: Monomial) -> Form | None:
    """The family: the monomial is a rational function on every piece.

    >>> cauchy = (Piece(-sp.oo, sp.oo, 1 / (1 + X**2)),)
    >>> form(cauchy, Monomial(1, 0, 0, 0)).expression
    sqrt(2)*sqrt(pi)*exp(1/(2*q))*erfc(sqrt(2)/(2*sqrt(q)))/(2*sqrt(q))
    """
    products = [integrand(piece, powers) for piece in parts]
    if not all(product.is_rational_function(X) for product in products):
        return None
    written, constants = lettered(products)
    basis = Basis([*written, *ends(parts)])
    total = basis.zero
    for f, piece in zip(written, parts, strict=True):
        total += over_piece(f, piece.low, piece.high, basis)
    return Form((total / basis.q**powers.q).written().xreplace(constants))


def ends(parts: Sequence[Piece]) -> list[sp.Expr]:
    """Where the pieces end."""
    return [end for piece in parts for end in (piece.low, piece.high)]


def over_piece(ratio: sp.Expr, low: sp.Expr, high: sp.Expr, basis: Basis) -> Combination:
    """E[R(z) 1{low < z < high}] for a rational R, as a combination of letters; raises `RefusedError`."""
    if not is_tractable(ratio):
        raise RefusedError("a rational function too long for partial fractions here")
    if high == 0 and low == -sp.oo:
        ratio, low, high = mirrored(ratio), sp.Integer(0), sp.oo
    top, bottom = (sp.Poly(part, X, field=True) for part in sp.fraction(sp.together(ratio)))
    top, bottom = top.cancel(bottom, include=True)
    whole, rest = top.div(bottom)
    total = _polynomial(whole, low, high, basis)
    for digits, factor in _partial_fractions(rest, bottom):
        total += _fraction(digits, factor, low, high, basis)
    return total


def _polynomial(polynomial: sp.Poly, low: sp.Expr, high: sp.Expr, basis: Basis) -> Combination:
    total = basis.zero
    for (k,), c in polynomial.terms() if polynomial else ():
        total += basis.scaled(power_moment(k, low, high, basis), c)
    return total


def _partial_fractions(top: sp.Poly, bottom: sp.Poly) -> Iterator[tuple[list[sp.Poly], sp.Poly]]:
    """For each irreducible factor F of the denominator, monic, the digits n_1, n_2, .. of sum n_k/F^k."""
    top, bottom = top.quo_ground(bottom.LC()), bottom.monic()
    for found, power in bottom.factor_list()[1]:
        factor = found.monic()
        own = factor**power
        share = (top * bottom.quo(own).invert(own)).rem(own)
        digits = []
        for _ in range(power):
            share, digit = share.div(factor)
            digits.append(digit)
        yield digits[::-1], factor


def _fraction(
    digits: list[sp.Poly], factor: sp.Poly, low: sp.Expr, high: sp.Expr, basis: Basis
) -> Combination:
    """E of sum n_k/F^k over the piece."""
    if factor.degree() == 1:
        return _simple(digits, -factor.nth(0), low, high, basis)
    if factor.degree() != 2:
        raise RefusedError(f"the poles of 1/({factor.as_expr()}) have no square-root form")
    m = -factor.nth(1) / 2
    d = sp.cancel(factor.nth(0) - m**2)
    if not d.is_positive:
        raise RefusedError(f"whether {factor.as_expr()} vanishes on the real line is not settled, or it does")
    if (low, high) not in ((-sp.oo, sp.oo), (0, sp.oo)):
        raise _part_of_the_line(low, high)
    U, V = pole_pair(m, d, len(digits), low == 0, basis)
    total = basis.zero
    for k, n in enumerate(digits, 1):
        total += V[k] * basis.number(n.nth(1)) + U[k] * basis.number(n.nth(0) + n.nth(1) * m)
    return total


def _simple(digits: list[sp.Poly], pole: sp.Expr, low: sp.Expr, high: sp.Expr, basis: Basis) -> Combination:
    """E of sum c_k/(z - pole)^k over the piece, which must not hold the pole."""
    if not ((low - pole).is_positive or (pole - high).is_positive):
        raise RefusedError(f"a pole at x = {pole}, which is not seen to lie outside ({low}, {high})")
    if pole == 0:
        moments = [power_moment(-k, low, high, basis) for k in range(len(digits) + 1)]
    elif (low, high) == (0, sp.oo):
        moments = simple_pole(-pole, len(digits), basis)
    else:
        raise _part_of_the_line(low, high)
    total = basis.zero
    for n, moment in zip(digits, moments[1:], strict=False):
        total += moment * basis.number(n.as_expr())
    return total


def _part_of_the_line(low: sp.Expr, high: sp.Expr) -> RefusedError:
    return RefusedError(
        f"a rational function over ({low}, {high}): closed forms need the whole line, or a half of it from 0"
    )
