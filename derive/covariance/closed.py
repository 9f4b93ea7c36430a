"""Closed forms of the covariance map, in q, the correlation and the parameters.

Functions with one border at 0 whose sides are sums of x^k exp(-a x^2) {1, erf(b x)}: by Stein's identity the powers
come down to E sgn(u) sgn(v) = (2/pi) asin(c), the arc-cosine kernels of Cho and Saul (2009, section 2.1), and its like
for erf (Williams 1997, equation 11). Sums of x^k exp(beta x), sin and cos among them: by completing the square.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import sympy as sp

from derive.activation import X
from derive.covariance.writing import tidy
from derive.kinks import Piece
from derive.moments.kinds import Q

RHO = sp.Symbol("rho", real=True)  # the correlation

_MOST_TERMS = 12


class Term(NamedTuple):
    """coefficient x^power exp(-gauss x^2 + rate x) times sgn(x) (noise 0), erf(x / sqrt(2 noise)), or 1 (None)."""

    coefficient: sp.Expr
    power: int
    gauss: sp.Expr
    rate: sp.Expr
    noise: sp.Expr | None


class Joint(NamedTuple):
    """The covariance matrix of a centred Gaussian pair."""

    uu: sp.Expr
    uv: sp.Expr
    vv: sp.Expr


def closed_covariance(parts: Sequence[Piece]) -> sp.Expr | None:
    """E[f(u) f(v)] in q, `RHO` and the parameters, where f is of a family known here, else None.

    >>> closed_covariance([Piece(-sp.oo, sp.oo, sp.sin(X))])
    exp(q*(rho - 1))/2 - exp(-q*(rho + 1))/2
    """
    terms = read(parts)
    if terms is None or not 0 < len(terms) <= _MOST_TERMS:
        return sp.Integer(0) if terms == [] else None
    total = sp.Add(*[_pair(a, b) for a, b in product(terms, terms)])
    if total.has(sp.I):
        total = sp.expand(total)  # sin and cos: what is imaginary cancels
    return None if total.has(sp.I) else tidy(total, RHO)


def read(parts: Sequence[Piece]) -> list[Term] | None:
    """The function as terms; None where it is not of the families."""
    if [part.high for part in parts[:-1]] not in ([], [0]):
        return None
    left, right = _side(parts[0].expression), _side(parts[-1].expression)
    if left is None or right is None:
        return None
    if len(parts) == 1:
        return right
    even = _added(right, left, sp.Rational(1, 2), sp.Rational(1, 2))
    odd = _added(right, left, sp.Rational(1, 2), -sp.Rational(1, 2))
    if any(term.noise is not None for term in odd) or any(term.rate != 0 for term in even + odd):
        return None
    return even + [term._replace(noise=sp.Integer(0)) for term in odd]


def _added(one: list[Term], two: list[Term], a: sp.Expr, b: sp.Expr) -> list[Term]:
    """a one + b two, like terms joined."""
    total: dict[Term, sp.Expr] = {}
    for factor, terms in ((a, one), (b, two)):
        for term in terms:
            key = term._replace(coefficient=sp.Integer(1))
            total[key] = total.get(key, sp.Integer(0)) + factor * term.coefficient
    joined = {key: sp.expand(number) for key, number in total.items()}
    return [key._replace(coefficient=number) for key, number in joined.items() if number != 0]


def _side(formula: sp.Expr) -> list[Term] | None:
    waves = (sp.sin, sp.cos, sp.sinh, sp.cosh)
    written = sp.expand(formula.rewrite(waves, sp.exp) if formula.has(*waves) else formula)
    terms = [_term(term) for term in sp.Add.make_args(written) if term != 0]
    if any(term is None for term in terms):
        return None
    return _added([term for term in terms if term], [], sp.Integer(1), sp.Integer(0))


def _term(term: sp.Expr) -> Term | None:
    coefficient, rest = term.as_independent(X)
    found = Term(coefficient, 0, sp.Integer(0), sp.Integer(0), None)
    for factor in sp.Mul.make_args(rest) if rest != 1 else ():
        grown = _with_factor(found, factor)
        if grown is None:
            return None
        found = grown
    known = not found.gauss.is_negative and found.gauss.is_nonnegative
    plain = found.rate == 0 or (found.gauss == 0 and found.noise is None)
    return found if known and plain else None


def _with_factor(term: Term, factor: sp.Expr) -> Term | None:
    base, exponent = factor.as_base_exp()
    if base == X and exponent.is_Integer and exponent > 0:
        return term._replace(power=term.power + int(exponent))
    if isinstance(factor, sp.exp) and factor.args[0].is_polynomial(X):
        coefficients = sp.Poly(factor.args[0], X).all_coeffs()[::-1]
        constant, rate, square, *higher = [*coefficients, 0, 0][: max(3, len(coefficients))]
        if higher or factor.args[0].as_poly(X).degree() > 2:
            return None
        front = term.coefficient * sp.exp(constant)
        return term._replace(coefficient=front, gauss=term.gauss - square, rate=term.rate + rate)
    if isinstance(factor, sp.erf) and term.noise is None:
        slope = sp.cancel(factor.args[0] / X)
        if not slope.has(X) and (slope.is_positive or slope.is_negative):
            sign = 1 if slope.is_positive else -1
            return term._replace(coefficient=sign * term.coefficient, noise=1 / (2 * slope**2))
    return None


def _pair(a: Term, b: Term) -> sp.Expr:
    """E of the product of one term in u and one in v."""
    front, joint = _tilted(a.gauss, b.gauss)
    front *= a.coefficient * b.coefficient
    if a.rate == 0 and b.rate == 0:
        return front * mixed(a.power, b.power, a.noise, b.noise, joint)
    if a.noise is not None or b.noise is not None or a.gauss != 0 or b.gauss != 0:
        return sp.I  # not of the family
    square = (joint.uu * a.rate**2 + joint.vv * b.rate**2) / 2 + joint.uv * a.rate * b.rate
    shift_u, shift_v = joint.uu * a.rate + joint.uv * b.rate, joint.uv * a.rate + joint.vv * b.rate
    moved = sp.Add(
        *[
            sp.binomial(a.power, i)
            * sp.binomial(b.power, j)
            * shift_u ** (a.power - i)
            * shift_v ** (b.power - j)
            * mixed(i, j, None, None, joint)
            for i in range(a.power + 1)
            for j in range(b.power + 1)
        ]
    )
    return front * sp.exp(sp.expand(square)) * moved


def _tilted(a: sp.Expr, b: sp.Expr) -> tuple[sp.Expr, Joint]:
    """exp(-a u^2 - b v^2) times the density, as a factor times the density of another pair."""
    if a == 0 and b == 0:
        return sp.Integer(1), Joint(Q, RHO * Q, Q)
    rest = 1 - RHO**2
    divisor = 1 + 2 * Q * (a + b) + 4 * a * b * Q**2 * rest
    joint = Joint(
        Q * (1 + 2 * b * Q * rest) / divisor, RHO * Q / divisor, Q * (1 + 2 * a * Q * rest) / divisor
    )
    return 1 / sp.sqrt(divisor), joint


def mixed(m: int, n: int, a: sp.Expr | None, b: sp.Expr | None, joint: Joint) -> sp.Expr:
    """E[u^m v^n A(u) B(v)], A and B being 1 or a sign seen through noise: E sgn(u + e) = erf(u / sqrt(2 noise)).

    Stein: E[u X] = S_uu E[dX/du] + S_uv E[dX/dv].
    """
    if m == 0 and n == 0:
        return _signs(a, b, joint)
    if m == 0:
        return mixed(n, m, b, a, Joint(joint.vv, joint.uv, joint.uu))
    powers_u = (m - 1) * mixed(m - 2, n, a, b, joint) if m > 1 else sp.Integer(0)
    powers_v = n * mixed(m - 1, n - 1, a, b, joint) if n else sp.Integer(0)
    at_u = _at_zero(m - 1, n, a, b, joint) if a is not None else sp.Integer(0)
    turned = Joint(joint.vv, joint.uv, joint.uu)
    at_v = _at_zero(n, m - 1, b, a, turned) if b is not None else sp.Integer(0)
    return joint.uu * (powers_u + at_u) + joint.uv * (powers_v + at_v)


def _signs(a: sp.Expr | None, b: sp.Expr | None, joint: Joint) -> sp.Expr:
    if a is None or b is None:
        return sp.Integer(1 if a is None and b is None else 0)
    spread = sp.factor((joint.uu + a) * (joint.vv + b))
    return 2 / sp.pi * sp.asin(sp.cancel(joint.uv / sp.sqrt(spread)))


def _at_zero(m: int, n: int, noise: sp.Expr, other: sp.Expr | None, joint: Joint) -> sp.Expr:
    """E[u^m v^n A'(u) B(v)], A' being twice the density of the noise, which conditions the pair."""
    spread = joint.uu + noise
    given = Joint(
        sp.cancel(joint.uu * noise / spread),
        sp.cancel(joint.uv * noise / spread),
        sp.cancel(joint.vv - joint.uv**2 / spread),
    )
    return sp.sqrt(2 / (sp.pi * sp.factor(spread))) * mixed(m, n, None, other, given)
