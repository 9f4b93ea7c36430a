"""Rules that speak of a tensor's second moments, its symmetry, and what a linear map inherits."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.proof.facts import (
    Diagonal,
    EqualSecondMoment,
    EqualVariance,
    Independent,
    SlopeIndependent,
    Symmetric,
    Uncorrelated,
    ZeroMean,
)
from derive.proof.layout import Defined
from derive.proof.rule import Context, RefusedError, Rule
from derive.proof.rules.expectation import belongs, drop_empty_sums
from derive.proof.terms import E, Law, Tensor, Var


def second_moments(w: Tensor, axis: int = 0) -> Rule:
    """E[w_ij w_ik] = delta_jk Var[w] within a row (axis 0), E[w_ij w_kj] = delta_ik Var[w] in a column (1)."""

    def rewrite(term: Any, context: Context) -> Any:
        for fact in (ZeroMean(w), Uncorrelated(w, axis), EqualVariance(w)):
            context.need(fact)
        return term.replace(lambda t: _pair(t, w, axis) is not None, lambda t: _delta(t, w, axis))

    return Rule(
        "second moments of the weights",
        "The mean of a product of two different weights is zero, and that of a square is the variance.",
        rewrite,
    )


def _pair(term: Any, w: Tensor, axis: int) -> tuple[sp.Expr, sp.Expr] | None:
    """The two indices that may differ, if the term is the mean of a product of two entries of one line."""
    if not isinstance(term, E):
        return None
    entries = [e for f in sp.Mul.make_args(term.args[0]) for e in _repeat(f)]
    if len(entries) != 2 or not all(isinstance(e, sp.Indexed) and belongs(e, w) for e in entries):
        return None
    (a, b), (c, d) = (e.indices[-2:] for e in entries)
    shared, free = ((a, c), (b, d)) if axis == 0 else ((b, d), (a, c))
    return free if shared[0] == shared[1] else None


def _repeat(factor: Any) -> list[Any]:
    return [factor.base] * 2 if isinstance(factor, sp.Pow) and factor.exp == 2 else [factor]


def _delta(term: Any, w: Tensor, axis: int) -> Any:
    pair = _pair(term, w, axis)
    assert pair is not None
    return sp.KroneckerDelta(*pair) * Var(w.entry)


def diagonal(g: Tensor) -> Rule:
    """E[g_i g_k] = delta_ik E[g^2]."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(Diagonal(g))
        return term.replace(
            lambda t: isinstance(t, E) and belongs(t, g),
            lambda t: (
                sp.KroneckerDelta(*(e.indices[-1] for f in t.args[0].args for e in _repeat(f)))
                * E(g.entry**2)
            ),
        )

    return Rule(
        "diagonal second moments",
        "The product of two different ones has mean zero, and the squares share one mean.",
        rewrite,
    )


def equal_second_moments(x: Tensor) -> Rule:
    """E[x_j^2] is the same for every unit j."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(EqualSecondMoment(x))
        return term.replace(lambda t: _is_second_moment(t, x), lambda t: E(x.entry**2))

    return Rule("equal second moments", f"The {x.noun} share one second moment.", rewrite)


def _is_second_moment(term: Any, x: Tensor) -> bool:
    if not isinstance(term, E) or not isinstance(term.args[0], sp.Pow):
        return False
    base, exponent = term.args[0].args
    return exponent == 2 and isinstance(base, sp.Indexed) and belongs(base, x)


def same_variance(w: Tensor) -> Rule:
    """Var[w_ij] = Var[w] for every entry."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(EqualVariance(w))
        return term.replace(lambda t: isinstance(t, Var) and belongs(t, w), lambda t: Var(w.entry))

    return Rule("equal variance", f"The {w.noun} share one variance.", rewrite)


def mean_of_symmetric(t: Tensor) -> Rule:
    """E[t] = E[-t] = -E[t], so it is zero."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(Symmetric(t))
        return drop_empty_sums(
            term.replace(
                lambda e: (
                    isinstance(e, E)
                    and e.args[0].is_Atom | isinstance(e.args[0], sp.Indexed)
                    and belongs(e, t)
                ),
                lambda e: sp.Integer(0),
            )
        )

    return Rule("mean of a symmetric law", "X and -X have the same mean, so it is zero.", rewrite)


def flipped_rows(w: Tensor, inputs: tuple[Tensor, ...], outputs: tuple[Defined, ...]) -> Rule:
    """Law(z_i, ...) = Law(-z_i, ...) for outputs that change sign with the weights of unit i."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(Symmetric(w))
        context.need(Independent(((w,), inputs)))
        for output in outputs:
            _must_be_odd(output, w)
        if not isinstance(term, Law):
            raise RefusedError(f"{term} is not a law")
        return Law(*(-a for a in term.args))

    return Rule(
        "symmetry passes through",
        "Flipping the sign of all weights of the unit leaves their law, given the inputs, and flips the sum.",
        rewrite,
    )


def _must_be_odd(output: Defined, w: Tensor) -> None:
    entries = {e: -e for e in output.value.atoms(sp.Indexed) if belongs(e, w)}
    flipped = output.value.xreplace(entries)
    if sp.simplify(flipped + output.value) != 0:
        raise RefusedError(f"{output.target} does not change sign with the {w.noun}: {output.value}")


def slope_factors_out(fact: SlopeIndependent) -> Rule:
    """E[f'(z_i)^2 g_i^2] = E[f'(z_i)^2] E[g_i^2]."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(fact)
        return term.replace(lambda t: isinstance(t, E), lambda t: _split_gradient(t.args[0], fact.gradient))

    return Rule("independence", "f'(z) is independent of the gradient that it multiplies.", rewrite)


def _split_gradient(inside: Any, gradient: Tensor) -> Any:
    factors = sp.Mul.make_args(inside)
    mine = [f for f in factors if belongs(f, gradient)]
    rest = [f for f in factors if not belongs(f, gradient)]
    return E(sp.Mul(*rest)) * E(sp.Mul(*mine)) if mine and rest else E(inside)
