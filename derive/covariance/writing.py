"""A closed form of the covariance map in the shape that a person would write."""

from __future__ import annotations

import sympy as sp

from derive.moments.kinds import Q


def tidy(expression: sp.Expr, rho: sp.Symbol) -> sp.Expr:
    """Square roots with their denominators cleared, then each coefficient factored by itself.

    >>> rho = sp.Symbol("rho", real=True)
    >>> tidy((1 - rho**2) * sp.sqrt(-1 / (rho**2 - 1)) + rho * sp.asin(rho), rho)
    rho*asin(rho) + sqrt(1 - rho**2)
    """
    names: dict[sp.Expr, sp.Dummy] = {}
    roots = {p for p in expression.atoms(sp.Pow) if p.exp.is_Rational and p.exp.q == 2 and p.has(rho)}
    in_order = sorted(roots, key=sp.default_sort_key)  # so that the same form comes out every time
    plain = expression.xreplace({root: _cleared(root, rho, names) for root in in_order})
    for head in sorted(plain.atoms(sp.asin, sp.exp), key=sp.default_sort_key):
        names[head] = sp.Dummy()
    written = sp.expand(plain.xreplace(names))
    if not names:
        return sp.factor_terms(sp.factor(written))
    try:
        polynomial = sp.Poly(written, *names.values())
    except sp.PolynomialError:  # a root is left in a denominator
        return sp.factor_terms(expression)
    terms = [_term(coefficient, powers, list(names)) for powers, coefficient in polynomial.terms()]
    return sp.factor_terms(sp.Add(*terms)).doit()


def _cleared(root: sp.Expr, rho: sp.Symbol, names: dict[sp.Expr, sp.Dummy]) -> sp.Expr:
    """b^(k/2) as a power of sqrt(D) over a polynomial, with D > 0 the numerator of b times its denominator;
    the root goes by a name of its own."""
    above, below = sp.fraction(sp.factor(root.base))
    if below.subs({rho: 0, Q: 1}).is_negative:
        above, below = -above, -below
    inside = sp.expand(above * below)
    whole, half = divmod(int(root.exp.p), 2)
    name = names.setdefault(sp.sqrt(inside), sp.Dummy())
    return name**half * inside**whole / below ** int(root.exp.p)


def _term(coefficient: sp.Expr, powers: tuple[int, ...], heads: list[sp.Expr]) -> sp.Expr:
    """One term, with even powers of a root written out before the coefficient is factored."""
    kept = sp.Integer(1)
    for head, power in zip(heads, powers, strict=True):
        if head.is_Pow:
            coefficient *= head.base ** (power // 2)
            power %= 2  # noqa: PLW2901
        kept *= head**power
    return sp.factor(coefficient) * kept
