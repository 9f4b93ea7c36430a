"""Rewrite an expression so that floating point neither overflows on the way nor cancels.

1/(1 + exp(u)) times exp(u) is inf/inf for large u although the product is 1, and 1/(1 + exp(-u)) - 1/2 has no
correct digit for tiny u. The same functions, spelt by logistic, softplus, erfc, log1p and expm1, have neither
fault.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp


class Logistic(sp.Function):
    """1 / (1 + exp(-u))."""


class Softplus(sp.Function):
    """log(1 + exp(u))."""


class Expm1(sp.Function):
    """exp(u) - 1."""


class Log1p(sp.Function):
    """log(1 + u)."""


class Erfc(sp.Function):
    """1 - erf(u). sympy's own erfc would turn erfc(-u) back into 2 - erfc(u)."""


class SincSlope(sp.Function):
    """The derivative of sin(u)/u, which is 0/0 at 0: cos(u)/u - sin(u)/u^2."""


def stable(expression: sp.Expr) -> sp.Expr:
    """An equal expression that is safe to evaluate in floating point.

    >>> x = sp.Symbol("x", real=True)
    >>> stable(sp.exp(-x) / (1 + sp.exp(-x)) ** 2)
    Logistic(-x)*Logistic(x)
    >>> stable(4 / (1 + sp.exp(-x)) - 2)
    2*tanh(x/2)
    >>> stable(1 - sp.tanh(x) ** 2)
    4*Logistic(-2*x)*Logistic(2*x)
    """
    expression = expression.replace(_is_logistic_power, _logistic_power)
    expression = expression.replace(lambda node: isinstance(node, sp.log), _logarithm)
    expression = expression.replace(lambda node: node.is_Add, _sinc_slope)
    expression = expression.replace(lambda node: node.is_Mul, _product)
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


def _logarithm(node: sp.Expr) -> sp.Expr:
    """log(1 + exp(u)), log(1/(1 + exp(-u))), log cosh u and log(1 + u), each by its own function."""
    inside = node.args[0]
    if isinstance(inside, Logistic):
        return -Softplus(-inside.args[0])
    if isinstance(inside, sp.cosh):
        return _log_cosh(inside.args[0])
    if inside.is_Add and inside.as_coeff_Add()[0] == 1:
        exponent = _exponent(inside)
        return Log1p(inside - 1) if exponent is None else Softplus(exponent)
    return node


def _log_cosh(u: sp.Expr) -> sp.Expr:
    """log cosh u = |u| + log((1 + exp(-2|u|)) / 2)."""
    return sp.Abs(u) + Log1p(Expm1(-2 * sp.Abs(u)) / 2)


def _sinc_slope(total: sp.Expr) -> sp.Expr:
    """c cos(u)/u - c sin(u)/u^2 = c SincSlope(u), for a number c."""
    for term in total.args:
        for sine in (factor for factor in sp.Mul.make_args(term) if isinstance(factor, sp.sin)):
            u = sine.args[0]
            number = -term / sine * u**2
            partner = number * sp.cos(u) / u
            if number.is_number and partner in total.args:
                return total - term - partner + number * SincSlope(u)
    return total


def _product(product: sp.Expr) -> sp.Expr:
    return _absorb_exponential(_quotient(product))


def _quotient(product: sp.Expr) -> sp.Expr:
    """sinh(u) / cosh(u)^n = tanh(u) / cosh(u)^(n - 1), which is not infinity over infinity."""
    powers: dict[sp.Expr, sp.Expr] = dict(factor.as_base_exp() for factor in sp.Mul.make_args(product))
    for base in (base for base, power in powers.items() if isinstance(base, sp.sinh) and power == 1):
        below = sp.cosh(base.args[0])
        if below in powers and powers[below].is_negative:
            return product / (base / below) * sp.tanh(base.args[0])
    return product


def _absorb_exponential(product: sp.Expr) -> sp.Expr:
    """exp(k u) Logistic(-u)^m = Logistic(u)^k Logistic(-u)^(m - k) for 0 < k <= m."""
    factors = sp.Mul.make_args(product)
    exponentials = [arg for arg in factors if isinstance(arg, sp.exp)]
    for factor in factors if exponentials else ():
        base, power = factor.as_base_exp()
        for exponential in exponentials if isinstance(base, Logistic) else []:
            ratio = sp.cancel(exponential.args[0] / -base.args[0])
            if ratio.is_Integer and 0 < ratio <= power:
                swapped = Logistic(-base.args[0]) ** ratio * base ** (power - ratio)
                return product / (exponential * factor) * swapped
    return product


def _absorb_constant(total: sp.Expr) -> sp.Expr:
    """A constant and a term that cancel where the term is near its limit, by a function that is small there."""
    for term in total.args:
        scale, head = term.as_coeff_Mul()
        base, power = _base_and_power(head)
        for kind, exponent, ratio, together in _CANCELLING:
            if base.func is kind and power == exponent:
                constant = ratio * scale
                if constant in total.args:
                    return total - term - constant + scale * together(base.args[0])
    return total


def _base_and_power(head: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """sympy's own as_base_exp takes exp(u) for E^u."""
    return (head, 1) if isinstance(head, sp.exp) else head.as_base_exp()


# head^power + ratio = the function on the right.
_CANCELLING: tuple[tuple[type, int, sp.Expr, Callable[[sp.Expr], sp.Expr]], ...] = (
    (sp.exp, 1, sp.Integer(-1), Expm1),
    (Logistic, 1, -sp.S.Half, lambda u: sp.tanh(u / 2) / 2),
    (Logistic, 1, sp.Integer(-1), lambda u: -Logistic(-u)),
    (sp.tanh, 1, sp.Integer(1), lambda u: 2 * Logistic(2 * u)),
    (sp.tanh, 1, sp.Integer(-1), lambda u: -2 * Logistic(-2 * u)),
    (sp.tanh, 2, sp.Integer(-1), lambda u: -4 * Logistic(2 * u) * Logistic(-2 * u)),
    (sp.erf, 1, sp.Integer(1), lambda u: Erfc(-u)),
    (sp.erf, 1, sp.Integer(-1), lambda u: -Erfc(u)),
    (sp.cos, 1, sp.Integer(-1), lambda u: -2 * sp.sin(u / 2) ** 2),
    (sp.cosh, 1, sp.Integer(-1), lambda u: 2 * sp.sinh(u / 2) ** 2),
    (Softplus, 1, -sp.log(2), lambda u: u / 2 + _log_cosh(u / 2)),
)
