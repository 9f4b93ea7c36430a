"""Reductions of the logistic family to one function, K(q) = E[sigma'(z)] with z ~ N(0, q).

With t = tanh(bx/2) = 2 sigma(bx) - 1 every function made of x and sigma(bx) is a polynomial in x and t, and
so is its derivative, for dt/dx = b (1 - t^2)/2. Its moments then come down to K in four steps, none of which
needs a table:

1. symmetry: a monomial x^k t^m with k + m odd has mean 0;
2. Stein, E[z g(z)] = q E[g'(z)], removes the powers of x;
3. even polynomials in t are spanned by 1 and the sigma^(2n+1)(bx), which are (1 - t^2) times an even
   polynomial of degree 2n;
4. the heat equation, d/dq E[g(z)] = E[g''(z)]/2, makes E[sigma^(2n+1)(bz)] = (2/b^2)^n d^n/dq^n K(b^2 q).

K has no closed form that is known to us.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from derive.activation import X
from derive.kinks import Piece
from derive.moments.closed.families import Form, RefusedError
from derive.moments.closed.tanh_polynomial import EXPONENTIALS, InTanh, T, in_tanh, is_exponential
from derive.moments.kinds import Monomial, Q

K = sp.Function("K")
_HIGHEST = 32  # degree in x and t


def form(parts: Sequence[Piece], powers: Monomial) -> Form | None:
    """The family: polynomials in x and sigma(bx) on the whole line, or on its halves where the monomial,
    folded over 0, is even.

    >>> sigmoid = (Piece(-sp.oo, sp.oo, 1 / (1 + sp.exp(-X))),)
    >>> form(sigmoid, Monomial(2, 0, 0, 0)).reduction
    1/2 - K(q)
    """
    expressions = [piece.expression for piece in parts]
    if not any(f.has(*EXPONENTIALS) for f in expressions):
        return None
    if not all(is_exponential(f if powers.f else sp.diff(f, X)) for f in expressions):
        return None
    found = [_integrand(f, powers) for f in expressions]
    rates = {one.b for one in found if one.b != 0}
    if len(rates) > 1:
        raise RefusedError("the logistic function at several rates does not reduce to one K")
    if not rates:
        return None
    total = _reduced(_even_part(parts, found), rates.pop(), Q**powers.q)
    return Form(reduction=total) if total.has(K) else Form(total)


def _integrand(f: sp.Expr, powers: Monomial) -> InTanh:
    """f^f f'^d x^z in x and t."""
    own = in_tanh(f) if powers.f else None
    slope = own.derivative if own else in_tanh(sp.diff(f, X)) if powers.d else None
    if _degree(own, powers.f) + _degree(slope, powers.d) + powers.z > _HIGHEST:
        raise RefusedError("a polynomial in x and the logistic function of too high a degree")
    one = sp.Poly(1, X, T)
    product = sp.Poly(X, X, T) ** powers.z
    product *= own.polynomial**powers.f if own else one
    product *= slope.polynomial**powers.d if slope and powers.d else one
    return InTanh(product, own.b if own else slope.b if slope else sp.Integer(0))


def _degree(factor: InTanh | None, power: int) -> int:
    return power * factor.polynomial.total_degree() if factor and power else 0


def _even_part(parts: Sequence[Piece], found: Sequence[InTanh]) -> sp.Poly:
    """What, over the whole line, has the same mean as the monomial."""
    ends = [(piece.low, piece.high) for piece in parts]
    if ends == [(-sp.oo, sp.oo)]:
        return found[0].polynomial
    if ends != [(-sp.oo, 0), (0, sp.oo)]:
        raise RefusedError("the logistic function between finite ends does not reduce to K")
    left, right = (one.polynomial for one in found)
    if _of_parity(right - left, 1):
        raise RefusedError("the logistic function over a half line does not reduce to K")
    return (left + right).mul_ground(sp.Rational(1, 2))


def _of_parity(polynomial: sp.Poly, parity: int) -> sp.Poly:
    """Its monomials x^k t^m with k + m of that parity."""
    kept = {powers: c for powers, c in polynomial.terms() if sum(powers) % 2 == parity}
    return sp.Poly.from_dict(kept, X, T) if kept else sp.Poly(0, X, T)


def _without_x(given: InTanh) -> sp.Poly:
    """A polynomial in t alone with the same mean, by Stein: E[z g(z)] = q E[g'(z)]."""
    polynomial = given.polynomial
    while polynomial.degree(X) > 0:
        multiple, rest = polynomial.div(sp.Poly(X, X, T))
        polynomial = rest + InTanh(multiple, given.b).derivative.polynomial * Q
    return sp.Poly(polynomial.as_expr(), T)


def _odd_derivatives(count: int) -> list[sp.Poly]:
    """The odd derivatives of sigma as polynomials in t: dt/dy = (1 - t^2)/2 for t = tanh(y/2)."""
    step, found = sp.Poly((1 - T**2) / 2, T), [sp.Poly((1 - T**2) / 4, T)]
    while len(found) < count:
        found.append(step * (step * found[-1].diff()).diff())
    return found[:count]


def _reduced(polynomial: sp.Poly, b: sp.Expr, over: sp.Expr) -> sp.Expr:
    """E of the even part of a polynomial, divided by `over`: the highest power of t goes first."""
    rest = _without_x(InTanh(_of_parity(polynomial, 0), b))
    total = sp.Integer(0)
    for n, derivative in reversed(list(enumerate(_odd_derivatives(max(rest.degree(), 0) // 2)))):
        share = rest.nth(2 * n + 2) / derivative.LC()
        rest -= derivative * share
        total += sp.factor(share * (2 / b**2) ** n / over) * _derivative_of_k(n, b)
    return total + sp.factor(rest.as_expr() / over)


def _derivative_of_k(n: int, b: sp.Expr) -> sp.Expr:
    k = K(b**2 * Q)
    return sp.Derivative(k, (Q, n)) if n else k
