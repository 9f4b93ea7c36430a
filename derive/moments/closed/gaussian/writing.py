"""The expectation as a person would write it: one summand for each special function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import mul

import sympy as sp

from derive.moments.closed.gaussian.stein import Atom
from derive.moments.closed.gaussian.terms import distributed
from derive.moments.closed.writing import forwards

_MANY = 8  # terms from which sympy's polynomials are faster than its expand


def real_part(expression: sp.Expr) -> sp.Expr:
    """The real part of a sum of products of real factors and whole powers of i.

    >>> real_part(3 + 2 * sp.I)
    3
    """
    terms = sp.Add.make_args(expression)
    return sp.Add(*[term for term in terms if sp.I not in term.args and term != sp.I])


def written(parts: Mapping[Atom, sp.Expr]) -> sp.Expr:
    """The real part of the sum of coefficient * atom."""
    groups: dict[sp.Expr, dict[sp.Expr, sp.Expr]] = {}
    for atom, coefficient in parts.items():
        for wave, part in _waves(atom.phase, coefficient):
            group = groups.setdefault(sp.exp(atom.exponent) * wave, {})
            group[atom.factor] = group.get(atom.factor, sp.Integer(0)) + part
    summands = [
        gathered(coefficient) * factor * outer
        for outer, group in groups.items()
        for factor, coefficient in _complemented(group).items()
    ]
    return sp.factor_terms(sp.Add(*summands))


def _waves(phase: sp.Expr, coefficient: sp.Expr) -> Iterable[tuple[sp.Expr, sp.Expr]]:
    """The real part of coefficient * exp(i phase) by cosine and sine."""
    real = real_part(coefficient)
    yield sp.cos(phase), real
    if phase != 0:
        yield sp.sin(phase), distributed(sp.I, coefficient - real)


def _complemented(group: Mapping[sp.Expr, sp.Expr]) -> Mapping[sp.Expr, sp.Expr]:
    """1 - erf(u) as erfc(u), and 1 + erf(u) together."""
    alone = group.get(sp.Integer(1), sp.Integer(0))
    for factor, coefficient in group.items():
        if isinstance(factor, sp.erf) and alone != 0:
            rest = {f: c for f, c in group.items() if f not in (factor, sp.Integer(1))}
            if alone + coefficient == 0:
                return rest | {sp.erfc(factor.args[0]): alone}
            if alone - coefficient == 0:
                return rest | {1 + factor: alone}
    return group


def gathered(coefficient: sp.Expr) -> sp.Expr:
    """A sum with what agrees up to a rational function brought over one denominator.

    >>> q = sp.Symbol("q", positive=True)
    >>> gathered(q / (2 * sp.sqrt(2 * q + 1) ** 3) + q / ((q + 1) * sp.sqrt(2 * q + 1)))
    q*(5*q + 3)/(2*(q + 1)*(2*q + 1)**(3/2))
    """
    alike: dict[sp.Expr, list[dict[sp.Expr, sp.Expr]]] = {}
    for term in sp.Add.make_args(coefficient):
        surd, powers = _surd(term)
        alike.setdefault(surd, []).append(powers)
    return sp.Add(*[forwards(surd * _together(terms)) for surd, terms in alike.items()])


def _surd(term: sp.Expr) -> tuple[sp.Expr, dict[sp.Expr, sp.Expr]]:
    """The irrational part of a product, and the bases of the rest with their whole exponents."""
    surd, whole = sp.Integer(1), {}
    for base, exponent in term.as_powers_dict().items():
        if base.is_Rational and exponent.is_Integer:
            whole[base] = exponent
        elif base.is_number or not exponent.is_Rational:
            surd *= base**exponent
        else:
            whole[base] = sp.floor(exponent)
            surd *= base ** (exponent - whole[base])
    return surd, whole


def _together(terms: list[dict[sp.Expr, sp.Expr]]) -> sp.Expr:
    """A sum of products of whole powers as one product."""
    if len(terms) == 1:
        return _product(terms[0])
    bases = {base for powers in terms for base in powers if not base.is_Rational}
    least = {base: min(powers.get(base, sp.Integer(0)) for powers in terms) for base in bases}
    left = [
        {b: powers.get(b, sp.Integer(0)) - least.get(b, sp.Integer(0)) for b in {*powers, *bases}}
        for powers in terms
    ]
    return sp.factor(_polynomial(left)) * _product(least)


def _polynomial(terms: Sequence[Mapping[sp.Expr, sp.Expr]]) -> sp.Expr:
    """A sum of products of whole powers, multiplied out; many, by sympy's polynomials."""
    if len(terms) < _MANY:
        return sp.expand(sp.Add(*map(_product, terms)))
    symbols = sorted({s for powers in terms for base in powers for s in base.free_symbols}, key=str)
    if any(not base.is_polynomial(*symbols) for powers in terms for base in powers) or not symbols:
        return sp.expand(sp.Add(*map(_product, terms)))
    total = sp.Poly(0, *symbols)
    for powers in terms:
        parts = [sp.Poly(base, *symbols) ** int(e) for base, e in powers.items() if not base.is_Rational]
        number = _product({base: e for base, e in powers.items() if base.is_Rational})
        total += reduce(mul, parts, sp.Poly(number, *symbols))
    return total.as_expr()


def _product(powers: Mapping[sp.Expr, sp.Expr]) -> sp.Expr:
    return sp.Mul(*[base**exponent for base, exponent in powers.items()])
