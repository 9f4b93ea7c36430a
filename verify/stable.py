"""Rewrite an expression so that floating point neither overflows on the way nor cancels.

1/(1 + exp(u)) times exp(u) is inf/inf for large u although the product is 1, and 1/(1 + exp(-u)) - 1/2 has no
correct digit for tiny u. The same functions, spelt by logistic, softplus, tanh and expm1, have neither fault.
"""

from __future__ import annotations

import sympy as sp


class Logistic(sp.Function):
    """1 / (1 + exp(-u))."""


class Softplus(sp.Function):
    """log(1 + exp(u))."""


class Expm1(sp.Function):
    """exp(u) - 1."""


def stable(expression: sp.Expr) -> sp.Expr:
    """An equal expression that is safe to evaluate in floating point.

    >>> x = sp.Symbol("x", real=True)
    >>> stable(sp.exp(-x) / (1 + sp.exp(-x)) ** 2)
    Logistic(-x)*Logistic(x)
    >>> stable(4 / (1 + sp.exp(-x)) - 2)
    2*tanh(x/2)
    """
    expression = expression.replace(_is_logistic_power, _logistic_power)
    expression = expression.replace(_is_softplus, lambda node: Softplus(_exponent(node.args[0])))
    expression = expression.replace(lambda node: node.is_Mul, _absorb_exponential)
    return expression.replace(lambda node: node.is_Add, _absorb_constant)


def _exponent(node: sp.Expr) -> sp.Expr | None:
    """u where the node is 1 + exp(u), else None."""
    if node.is_Add and len(node.args) == 2 and sp.Integer(1) in node.args:
        other = next(arg for arg in node.args if arg != 1)
        return other.args[0] if isinstance(other, sp.exp) else None
    return None


def _is_logistic_power(node: sp.Expr) -> bool:
    return bool(node.is_Pow and node.exp.is_Integer and node.exp < 0 and _exponent(node.base) is not None)


def _logistic_power(node: sp.Expr) -> sp.Expr:
    exponent: sp.Expr = _exponent(node.base)
    return Logistic(-exponent) ** -node.exp


def _is_softplus(node: sp.Expr) -> bool:
    return isinstance(node, sp.log) and _exponent(node.args[0]) is not None


def _absorb_exponential(product: sp.Expr) -> sp.Expr:
    """exp(k u) Logistic(-u)^m = Logistic(u)^k Logistic(-u)^(m - k) for 0 < k <= m."""
    exponentials = [arg for arg in product.args if isinstance(arg, sp.exp)]
    for factor in product.args:
        base, power = factor.as_base_exp()
        for exponential in exponentials if isinstance(base, Logistic) else []:
            ratio = sp.cancel(exponential.args[0] / -base.args[0])
            if ratio.is_Integer and 0 < ratio <= power:
                swapped = Logistic(-base.args[0]) ** ratio * base ** (power - ratio)
                return product / (exponential * factor) * swapped
    return product


def _absorb_constant(total: sp.Expr) -> sp.Expr:
    """c Logistic(u) - c/2 = (c/2) tanh(u/2) and c exp(u) - c = c expm1(u)."""
    constant = total.as_coeff_Add()[0]
    for term in total.args:
        scale, head = term.as_coeff_Mul()
        if isinstance(head, Logistic) and constant == -scale / 2 and constant != 0:
            return total - term - constant + scale / 2 * sp.tanh(head.args[0] / 2)
        if isinstance(head, sp.exp) and constant == -scale:
            return total - term - constant + scale * Expm1(head.args[0])
    return total
