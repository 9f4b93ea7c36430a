"""A closed form in the shape that a person would write."""

from __future__ import annotations

import sympy as sp


def tidy(expression: sp.Expr) -> sp.Expr:
    """Like terms together, common factors out.

    >>> a, q = sp.Symbol("a"), sp.Symbol("q", positive=True)
    >>> tidy(q / 2 + a**2 * q / 2), tidy(sp.sqrt(q) - a * sp.sqrt(q))
    (q*(a**2 + 1)/2, sqrt(q)*(1 - a))
    """
    expanded = sp.expand(expression)
    return sp.factor_terms(expanded) if expanded.has(sp.erf, sp.exp) else forwards(sp.factor(expanded))


def forwards(product: sp.Expr) -> sp.Expr:
    """-(a - 1) as 1 - a: a minus sign in front goes into the first sum that can take it."""
    factors = list(sp.Mul.make_args(product))
    place = next((place for place, factor in enumerate(factors) if factor.is_Add), None)
    if product.is_Add or place is None or not product.could_extract_minus_sign():
        return product
    turned = -factors.pop(place)
    return -sp.Mul(*factors) * turned
