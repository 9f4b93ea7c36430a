"""The expectation as a person would write it: one summand for each special function."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from derive.moments.closed.gaussian.stein import Atom


def real_part(expression: sp.Expr) -> sp.Expr:
    """The real part of an expression whose symbols and functions are real.

    >>> real_part((1 + sp.I) * (2 - sp.I))
    3
    """
    terms = sp.Add.make_args(sp.expand_mul(expression))
    return sp.Add(*[term for term in terms if sp.I not in term.args and term != sp.I])


def written(parts: Mapping[Atom, sp.Expr]) -> sp.Expr:
    """The real part of the sum of coefficient * atom."""
    total = []
    for (exponent, phase, factor), coefficient in parts.items():
        total.append(sp.factor_terms(_turned(coefficient, phase)) * sp.exp(exponent) * factor)
    return sp.Add(*total)


def _turned(coefficient: sp.Expr, phase: sp.Expr) -> sp.Expr:
    """The real part of coefficient * exp(i phase)."""
    real = real_part(coefficient)
    if phase == 0:
        return real
    imaginary = sp.expand_mul(-sp.I * (coefficient - real))
    return real * sp.cos(phase) - imaginary * sp.sin(phase)
