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
from typing import NamedTuple

import sympy as sp

from derive.activation import X
from derive.kinks import Piece
from derive.moments.closed.families import Form, RefusedError
from derive.moments.kinds import Monomial, Q

K = sp.Function("K")
_T = sp.Dummy("t", real=True)
_W = sp.Dummy("w", positive=True)
_LARGEST = 200  # operations
_EXPONENTIALS = (sp.exp, sp.tanh, sp.coth, sp.sinh, sp.cosh, sp.sech, sp.csch)


class InTanh(NamedTuple):
    """A polynomial in x and t = tanh(bx/2)."""

    polynomial: sp.Poly
    b: sp.Expr

    @property
    def derivative(self) -> InTanh:
        """d/dx."""
        p = self.polynomial
        slope = sp.Poly(self.b * (1 - _T**2) / 2, X, _T)
        return InTanh(p.diff(X) + slope * p.diff(_T), self.b)


def form(parts: Sequence[Piece], powers: Monomial) -> Form | None:
    """The family: polynomials in x and sigma(bx) on the whole line, or on its halves where the monomial,
    folded over 0, is even.

    >>> sigmoid = (Piece(-sp.oo, sp.oo, 1 / (1 + sp.exp(-X))),)
    >>> form(sigmoid, Monomial(2, 0, 0, 0)).reduction
    1/2 - K(q)
    """
    expressions = [piece.expression for piece in parts]
    if not any(f.has(*_EXPONENTIALS) for f in expressions):
        return None
    if not all(_is_exponential(f, powers) for f in expressions):
        return None
    found = [_integrand(f, powers) for f in expressions]
    rates = {one.b for one in found if one.b != 0}
    if len(rates) > 1:
        raise RefusedError("the logistic function at several rates does not reduce to one K")
    if not rates:
        return None
    total = _reduced(_even_part(parts, found), rates.pop(), Q**powers.q)
    return Form(reduction=total) if total.has(K) else Form(total)


def _is_exponential(f: sp.Expr, powers: Monomial) -> bool:
    """Whether the functions in the monomial are exp and its kin, of multiples of x."""
    used = f if powers.f else sp.diff(f, X)
    functions = used.atoms(sp.Function, sp.exp)
    return all(isinstance(node, _EXPONENTIALS) and _is_linear(node.args[0]) for node in functions)


def _is_linear(argument: sp.Expr) -> bool:
    return bool(argument.as_independent(X)[1] == X)


def _integrand(f: sp.Expr, powers: Monomial) -> InTanh:
    """f^f f'^d x^z in x and t."""
    own = in_tanh(f) if powers.f else None
    slope = own.derivative if own else in_tanh(sp.diff(f, X)) if powers.d else None
    one = sp.Poly(1, X, _T)
    product = sp.Poly(X, X, _T) ** powers.z
    product *= own.polynomial**powers.f if own else one
    product *= slope.polynomial**powers.d if slope and powers.d else one
    return InTanh(product, own.b if own else slope.b if slope else sp.Integer(0))


def in_tanh(f: sp.Expr) -> InTanh:
    """f as a polynomial in x and t, with the rate b that it needs; raises `RefusedError`.

    >>> in_tanh(1 / (1 + sp.exp(-2 * X))).b
    2
    """
    if f.count_ops() > _LARGEST:
        raise RefusedError("an expression in exponentials that is too long to be sorted here")
    nodes = f.atoms(*_EXPONENTIALS)
    b = _shared_rate([_rate(node) for node in nodes])
    written = f.xreplace({node: _in_w(node, b) for node in nodes})
    if not written.is_rational_function(X, _W):
        raise RefusedError("exponentials in a function that is not rational in them")
    top, bottom = (sp.Poly(part, _W) for part in sp.fraction(sp.cancel(sp.together(written))))
    step = sp.igcd(*(k for poly in (top, bottom) for (k,) in poly.monoms()), 0)
    top, bottom = (_in_power(poly, step) for poly in (top, bottom))
    return InTanh(_in_t(top, bottom), b * step)


def _in_power(polynomial: sp.Poly, step: int) -> sp.Poly:
    """A polynomial in w^step as one in w: 1/cosh(x)^2 needs exp(2x) only."""
    return sp.Poly.from_dict({(k // max(step, 1),): c for (k,), c in polynomial.terms()}, _W)


def _rate(node: sp.Expr) -> sp.Expr:
    """r of exp(r x), or of tanh(r x/2) and coth(r x/2), which are rational in exp(r x)."""
    rate = node.args[0].as_independent(X)[0]
    return 2 * rate if isinstance(node, (sp.tanh, sp.coth)) else rate


def _shared_rate(rates: list[sp.Expr]) -> sp.Expr:
    """The largest b of which every rate is a whole multiple."""
    if not rates:
        return sp.Integer(0)
    first = -rates[0] if rates[0].could_extract_minus_sign() else rates[0]
    ratios = [sp.cancel(rate / first) for rate in rates]
    if not all(ratio.is_Rational for ratio in ratios):
        raise RefusedError("exponentials whose rates have no common measure")
    return first * sp.igcd(*(abs(r.p) for r in ratios), 0) / sp.ilcm(1, 1, *(r.q for r in ratios))


def _in_w(node: sp.Expr, b: sp.Expr) -> sp.Expr:
    """The node in w = exp(bx)."""
    w = _W ** sp.cancel(_rate(node) / b)
    forms = {
        sp.exp: w,
        sp.tanh: (w - 1) / (w + 1),
        sp.coth: (w + 1) / (w - 1),
        sp.sinh: (w - 1 / w) / 2,
        sp.cosh: (w + 1 / w) / 2,
        sp.sech: 2 / (w + 1 / w),
        sp.csch: 2 / (w - 1 / w),
    }
    return forms[type(node)]


def _in_t(top: sp.Poly, bottom: sp.Poly) -> sp.Poly:
    """N(w)/(c (1 + w)^j) with deg N <= j: w^k/(1 + w)^j = u^k (1 - u)^(j-k), u = (1 + t)/2."""
    j, step = 0, sp.Poly(1 + _W, _W)
    while bottom.degree() > 0:
        bottom, rest = bottom.div(step)
        if rest:
            raise RefusedError(
                "rational in exponentials, but not a polynomial in x and the logistic function"
            )
        j += 1
    if top.degree() > j or bottom.LC().has(X):
        raise RefusedError("exponentials that grow: not a polynomial in x and the logistic function")
    up, down = sp.Poly((1 + _T) / 2, X, _T), sp.Poly((1 - _T) / 2, X, _T)
    terms = [sp.Poly(c / bottom.LC(), X, _T) * up**k * down ** (j - k) for (k,), c in top.terms()]
    return sum(terms, sp.Poly(0, X, _T))


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
    return sp.Poly.from_dict(kept, X, _T) if kept else sp.Poly(0, X, _T)


def _without_x(given: InTanh) -> sp.Poly:
    """A polynomial in t alone with the same mean, by Stein: E[z g(z)] = q E[g'(z)]."""
    polynomial = given.polynomial
    while polynomial.degree(X) > 0:
        multiple, rest = polynomial.div(sp.Poly(X, X, _T))
        polynomial = rest + InTanh(multiple, given.b).derivative.polynomial * Q
    return sp.Poly(polynomial.as_expr(), _T)


def _odd_derivatives(count: int) -> list[sp.Poly]:
    """The odd derivatives of sigma as polynomials in t: dt/dy = (1 - t^2)/2 for t = tanh(y/2)."""
    step, found = sp.Poly((1 - _T**2) / 2, _T), [sp.Poly((1 - _T**2) / 4, _T)]
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
