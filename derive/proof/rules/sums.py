"""Rules of finite sums: squares, Kronecker deltas, constant terms."""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.proof.rule import Context, Rule


def square_of_sum(second: sp.Symbol) -> Rule:
    """(sum_j t_j)^2 = sum_j sum_k t_j t_k, with `second` as the name of the second index."""

    def rewrite(term: Any, _: Context) -> Any:
        return term.replace(_is_square, lambda t: _double(t.base, second))

    return Rule("square of a sum", "The square of a sum is the double sum of the products.", rewrite)


def _is_square(term: Any) -> bool:
    return isinstance(term, sp.Pow) and isinstance(term.base, sp.Sum) and term.exp == 2


def _double(total: Any, second: sp.Symbol) -> Any:
    first, low, high = total.limits[0]
    other = total.function.xreplace({first: second})
    return sp.Sum(total.function * other, (second, low, high), (first, low, high))


def _collapse(term: Any, _: Context) -> Any:
    return term.replace(lambda t: isinstance(t, sp.Sum) and bool(_deltas(t)), _collapse_one)


def _deltas(total: Any) -> list[Any]:
    bound = {limit[0] for limit in total.limits}
    return [d for d in total.function.atoms(sp.KroneckerDelta) if set(d.args) <= bound]


def _collapse_one(total: Any) -> Any:
    delta = _deltas(total)[0]
    gone = next(limit[0] for limit in total.limits if limit[0] in delta.args)
    kept = next(a for a in delta.args if a != gone)
    limits = [limit for limit in total.limits if limit[0] != gone]
    # The delta must be divided out before the indices are identified: delta_kk would read as 1 anyway.
    rest = sp.Mul(*(f for f in sp.Mul.make_args(total.function) if f != delta))
    return sp.Sum(rest.xreplace({gone: kept}), *limits)


collapse = Rule("collapse of the double sum", "Only the terms with equal indices are left.", _collapse)


def _constants_out(term: Any, _: Context) -> Any:
    return term.replace(sp.Sum, _pull)


def _pull(function: Any, *limits: Any) -> Any:
    if len(limits) != 1:
        return sp.Sum(function, *limits)
    symbol, low, high = limits[0]
    factors = sp.Mul.make_args(function)
    inside = sp.Mul(*(f for f in factors if symbol in f.free_symbols))
    outside = sp.Mul(*(f for f in factors if symbol not in f.free_symbols))
    return outside * ((high - low + 1) if inside == 1 else sp.Sum(inside, limits[0]))


constant_terms = Rule("equal terms", "Terms that do not depend on the index are counted.", _constants_out)
