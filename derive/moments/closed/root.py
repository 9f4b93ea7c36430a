"""Closed forms: P + Q s with s = sqrt(c x^2 + b), P and Q rational; even powers are Bessel functions K.

With x = sqrt(b/c) sinh t the Gaussian weight becomes exp(-beta (cosh 2t - 1)), beta = b/(4cq), and
K_n(beta) is the integral of exp(-beta cosh u) cosh(n u) over u > 0 (Abramowitz and Stegun, 9.6.24).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sympy as sp

from derive.activation import X
from derive.kinks import Piece
from derive.moments.closed.basis import Basis, Combination, lettered
from derive.moments.closed.families import Form, RefusedError, integrand
from derive.moments.closed.rational import ends, over_piece
from derive.moments.closed.size import is_tractable
from derive.moments.kinds import Monomial, Q


class Root(NamedTuple):
    """s = sqrt(c x^2 + b) with c, b > 0."""

    c: sp.Expr
    b: sp.Expr

    @property
    def square(self) -> sp.Poly:
        """s^2."""
        return sp.Poly(self.c * X**2 + self.b, X, field=True)


def form(parts: Sequence[Piece], powers: Monomial) -> Form | None:
    """The family: on every piece rational in x and in one square root of a quadratic without linear term.

    >>> smooth_abs = (Piece(-sp.oo, sp.oo, sp.sqrt(X**2 + 4)),)
    >>> form(smooth_abs, Monomial(1, 0, 0, 0)).expression
    sqrt(2)*(besselk(0, 1/q) + besselk(1, 1/q))*exp(1/q)/(sqrt(pi)*sqrt(q))
    """
    plain = [integrand(piece, powers) for piece in parts]
    if _radicand(plain) is None:
        return None
    products, constants = lettered(plain)
    radicand, s = _radicand(products), sp.Dummy("s", positive=True)
    written = [_with_letter(product, radicand, s) for product in products]
    if not all(product.is_rational_function(X, s) for product in written):
        return None
    root, basis = _root(radicand), Basis([*written, radicand, *ends(parts)])
    total = basis.zero
    for f, piece in zip(written, parts, strict=True):
        total += _over_piece(f, s, root, piece, basis)
    return Form((total / basis.q**powers.q).written().xreplace(constants))


def _radicand(products: Sequence[sp.Expr]) -> sp.Expr | None:
    """The one polynomial under all square roots; None where there is another, or another power of x."""
    powers = {p for product in products for p in product.atoms(sp.Pow) if p.has(X) and not p.exp.is_Integer}
    bases = {p.base for p in powers}
    if len(bases) != 1 or any(not p.exp.is_Rational or p.exp.q != 2 for p in powers):
        return None
    (base,) = bases
    return base if base.is_polynomial(X) else None


def _with_letter(product: sp.Expr, radicand: sp.Expr, s: sp.Dummy) -> sp.Expr:
    powers = [p for p in product.atoms(sp.Pow) if p.base == radicand and not p.exp.is_Integer]
    return product.xreplace({p: s ** (2 * p.exp) for p in powers})


def _root(radicand: sp.Expr) -> Root:
    if sp.degree(radicand, X) != 2:
        raise RefusedError(f"only the square root of a quadratic has a closed form here, not of {radicand}")
    c, linear, b = sp.Poly(radicand, X).all_coeffs()
    if linear != 0 or not (c.is_positive and b.is_positive):
        raise RefusedError(f"sqrt({radicand}) is not seen to be sqrt(c x^2 + b) with c, b > 0")
    return Root(c, b)


def _over_piece(product: sp.Expr, s: sp.Dummy, root: Root, piece: Piece, basis: Basis) -> Combination:
    """E over the piece of P + Q s: the rational family takes P."""
    if not is_tractable(product):
        raise RefusedError("an expression in a square root that is too long to be sorted here")
    plain, factor = _sorted(product, s, root)
    total = over_piece(plain, piece.low, piece.high, basis)
    top, power = _over_square(factor, root)
    for (k,), coefficient in top.terms() if top else ():
        total += _moment(k, 1 - 2 * power, root, piece, basis) * basis.number(coefficient)
    return total


def _sorted(product: sp.Expr, s: sp.Dummy, root: Root) -> tuple[sp.Expr, sp.Expr]:
    """P and Q of P + Q s: fold by s^2 = c x^2 + b, then free the denominator of s by its conjugate."""
    top, bottom = (_folded(part, s, root) for part in sp.fraction(sp.together(product)))
    norm = bottom[0] ** 2 - bottom[1] ** 2 * root.square
    plain = top[0] * bottom[0] - top[1] * bottom[1] * root.square
    factor = top[1] * bottom[0] - top[0] * bottom[1]
    return plain.as_expr() / norm.as_expr(), factor.as_expr() / norm.as_expr()


def _folded(expression: sp.Expr, s: sp.Dummy, root: Root) -> tuple[sp.Poly, sp.Poly]:
    halves = [sp.Poly(0, X, field=True), sp.Poly(0, X, field=True)]
    for (k,), coefficient in sp.Poly(expression, s).terms():
        halves[k % 2] += sp.Poly(coefficient, X, field=True) * root.square ** (k // 2)
    return halves[0], halves[1]


def _over_square(ratio: sp.Expr, root: Root) -> tuple[sp.Poly, int]:
    """The ratio as polynomial / (c x^2 + b)^power."""
    top, bottom = (sp.Poly(part, X, field=True) for part in sp.fraction(sp.cancel(ratio)))
    power = 0
    while bottom.degree() > 0:
        bottom, rest = bottom.div(root.square)
        if rest:
            raise RefusedError("a square root over a polynomial other than its own radicand")
        power += 1
    return top.quo_ground(bottom.LC()), power


def _moment(k: int, m: int, root: Root, piece: Piece, basis: Basis) -> Combination:
    """E[z^k s^m 1{low < z < high}] for odd m: z^2 = (s^2 - b)/c until k is 0 or 1."""
    if k > 1:
        upper, lower = (_moment(k - 2, n, root, piece, basis) for n in (m + 2, m))
        return (upper - lower * basis.number(root.b)) / basis.number(root.c)
    if k == 1:
        return _odd(m, root, piece, basis)
    between = (piece.low, piece.high)
    if between == (-sp.oo, sp.oo):
        return _even(m, root, basis)
    if between in ((0, sp.oo), (-sp.oo, 0)):
        return _even(m, root, basis) / 2
    raise RefusedError(f"a square root over ({piece.low}, {piece.high}) is an incomplete Bessel function")


def _even(m: int, root: Root, basis: Basis) -> Combination:
    """S_m = E[s^m]: Stein with g = z s^m gives S_(m+2) = (b + (m+1) cq) S_m - m b cq S_(m-2)."""
    b, q = basis.number(root.b), basis.number(root.c * Q)
    if m in (-1, 1):
        return _bessel(m, root, basis)
    if m > 1:
        first, second = _even(m - 2, root, basis), _even(m - 4, root, basis)
        return first * (b + q * (m - 1)) - second * (b * q * (m - 2))
    upper, next_up = _even(m + 2, root, basis), _even(m + 4, root, basis)
    return (upper * (b + q * (m + 3)) - next_up) / (b * q * (m + 2))


def _bessel(m: int, root: Root, basis: Basis) -> Combination:
    """S_(-1) and S_1."""
    b, q = root.b, root.c * Q
    beta, scale = b / (4 * q), sp.exp(b / (4 * q)) / sp.sqrt(2 * sp.pi * q)
    if m == -1:
        return basis.part(scale * sp.besselk(0, beta))
    return basis.part(scale * (sp.besselk(0, beta) + sp.besselk(1, beta))) * (basis.number(b) / 2)


def _odd(m: int, root: Root, piece: Piece, basis: Basis) -> Combination:
    """T_m = E[z s^m 1{low < z < high}] = q ([s^m phi] from high to low + m c T_(m-2)); with u = s^2, T_(-1)
    is an error function."""
    between = (piece.low, piece.high)
    if m == -1:
        return _tail(piece.low, root, basis) - _tail(piece.high, root, basis)
    if m > 0:
        lower = _odd(m - 2, root, piece, basis) * (basis.number(root.c) * m)
        return (_edges(m, root, between, basis) + lower) * basis.q
    upper = _odd(m + 2, root, piece, basis)
    return (upper / basis.q - _edges(m + 2, root, between, basis)) / (basis.number(root.c) * (m + 2))


def _tail(end: sp.Expr, root: Root, basis: Basis) -> Combination:
    if not end.is_finite:
        return basis.zero
    s, q = sp.sqrt(root.c * end**2 + root.b), root.c * Q
    return basis.part(sp.exp(root.b / (2 * q)) * sp.erfc(s / sp.sqrt(2 * q)) / (2 * sp.sqrt(root.c)))


def _edges(m: int, root: Root, between: tuple[sp.Expr, sp.Expr], basis: Basis) -> Combination:
    """s^m phi at the low end less that at the high end."""
    low, high = (_edge(m, root, end, basis) for end in between)
    return low - high


def _edge(m: int, root: Root, end: sp.Expr, basis: Basis) -> Combination:
    square = root.c * end**2 + root.b
    return basis.scaled(basis.density(end, sp.sqrt(square)), square ** ((m - 1) // 2))
