"""Functions of x and exp(bx) read as polynomials in x and t = tanh(bx/2), where they are such."""

from __future__ import annotations

from typing import NamedTuple

import sympy as sp

from derive.activation import X
from derive.moments.closed.families import RefusedError
from derive.moments.closed.size import is_tractable

T = sp.Dummy("t", real=True)
EXPONENTIALS = (sp.exp, sp.tanh, sp.coth, sp.sinh, sp.cosh, sp.sech, sp.csch)
_W = sp.Dummy("w", positive=True)


class InTanh(NamedTuple):
    """A polynomial in x and t = tanh(bx/2)."""

    polynomial: sp.Poly
    b: sp.Expr

    @property
    def derivative(self) -> InTanh:
        """d/dx."""
        p = self.polynomial
        slope = sp.Poly(self.b * (1 - T**2) / 2, X, T)
        return InTanh(p.diff(X) + slope * p.diff(T), self.b)


def is_exponential(f: sp.Expr) -> bool:
    """Whether every function in f is exp or one of its kin, of a multiple of x."""
    functions = f.atoms(sp.Function, sp.exp)
    return all(isinstance(node, EXPONENTIALS) and _is_multiple(node.args[0]) for node in functions)


def _is_multiple(argument: sp.Expr) -> bool:
    return bool(argument.as_independent(X, as_Add=False)[1] == X)


def in_tanh(f: sp.Expr) -> InTanh:
    """f as a polynomial in x and t, with the rate b that it needs; raises `RefusedError`.

    >>> in_tanh(1 / (1 + sp.exp(-2 * X))).b
    2
    """
    nodes = f.atoms(*EXPONENTIALS)
    b = _shared_rate([_rate(node) for node in nodes])
    written = f.xreplace({node: _in_w(node, b) for node in nodes})
    if not written.is_rational_function(X, _W):
        raise RefusedError("exponentials in a function that is not rational in them")
    if not is_tractable(written):
        raise RefusedError("an expression in exponentials that is too long to be sorted here")
    top, bottom = (sp.Poly(part, _W) for part in sp.fraction(sp.cancel(sp.together(written))))
    step = sp.igcd(*(k for poly in (top, bottom) for (k,) in poly.monoms()), 0)
    top, bottom = (_in_power(poly, step) for poly in (top, bottom))
    return InTanh(_in_t(top, bottom), b * step)


def _in_power(polynomial: sp.Poly, step: int) -> sp.Poly:
    """A polynomial in w^step as one in w: 1/cosh(x)^2 needs exp(2x) only."""
    return sp.Poly.from_dict({(k // max(step, 1),): c for (k,), c in polynomial.terms()}, _W)


def _rate(node: sp.Expr) -> sp.Expr:
    """r of exp(r x), or of tanh(r x/2) and coth(r x/2), which are rational in exp(r x)."""
    rate = node.args[0].as_independent(X, as_Add=False)[0]
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
    up, down = sp.Poly((1 + T) / 2, X, T), sp.Poly((1 - T) / 2, X, T)
    terms = [sp.Poly(c / bottom.LC(), X, T) * up**k * down ** (j - k) for (k,), c in top.terms()]
    return sum(terms, sp.Poly(0, X, T))
