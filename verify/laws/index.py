"""The weight laws by name: their facts from `derive.weights`, each with the way it is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

import sympy as sp

from derive.errors import BadInput
from derive.weights import WeightLaw, weight_law, weight_law_names
from derive.weights.law import N_IN
from verify.laws import independent, matrices
from verify.laws.law import Fill, Law, standard_normal

# The width at which a kurtosis that depends on it is taken: wide enough for its limit.
_WIDE = 10**9


def names() -> tuple[str, ...]:
    """The laws that can be drawn from.

    >>> names()[:2]
    ('normal', 'uniform')
    """
    return weight_law_names()


def law(name: str, parameters: Mapping[str, object] | None = None) -> Law:
    """The law of that name, with parameters other than the default ones where they are given.

    A name may carry them itself, as in "student_t(nu=7)", and so does the name of the law that is returned.
    Raises `BadInput` for an unknown name or parameter, or a value that makes no sense.

    >>> law("uniform").kurtosis
    1.8
    >>> law("student_t(nu=7)").name, law("student_t", {"nu": 7}).kurtosis
    ('student_t(nu=7)', 5.0)
    """
    base, written = _read(name)
    theory = weight_law(base, written | dict(parameters or {}))
    return Law(
        name=_label(theory),
        kurtosis=_kurtosis(theory),
        draw=_DRAWN[base](theory),
        symmetric=theory.symmetric,
        continuous=theory.continuous,
        gaussian=theory.gaussian,
        haar=base in _HAAR,
        iid=theory.independent,
        shared=base in _SHARED,
        fixed_std=None if theory.free_scale or base == "zeros" else _std(theory),
        fixed_bias_variance=None if theory.bias_variance is None else _bias_variance(theory.bias_variance),
        draw_bias=standard_normal if theory.bias_variance is None else independent.standard_uniform,
        theory=theory,
    )


def _read(name: str) -> tuple[str, dict[str, object]]:
    """A name and the parameters that are written behind it."""
    base, bracket, rest = name.partition("(")
    if not bracket:
        return name, {}
    pairs = [part.partition("=") for part in rest.removesuffix(")").split(",")]
    if not rest.endswith(")") or not all(equals for _, equals, _ in pairs):
        raise BadInput(f"weight law {name[:80]!r} cannot be read: write it like student_t(nu=7)")
    return base.strip(), {key.strip(): value.strip() for key, _, value in pairs}


def _label(theory: WeightLaw) -> str:
    """The name, with the parameters that are not at their default."""
    usual = dict(weight_law(theory.name).parameters)
    changed = [f"{symbol}={value}" for symbol, value in theory.parameters if usual[symbol] != value]
    return f"{theory.name}({', '.join(changed)})" if changed else theory.name


def _kurtosis(theory: WeightLaw) -> float:
    """E w^4 / (E w^2)^2 of the weights that are drawn; 1 where all are the same."""
    if theory.name == "delta_orthogonal":
        return _kurtosis(weight_law("orthogonal"))
    kurtosis = theory.at(_WIDE, _WIDE).kurtosis
    return 1.0 if kurtosis is sp.nan else float(kurtosis)


def _std(theory: WeightLaw) -> Callable[[int, int], float]:
    return lambda n_in, n_out: math.sqrt(theory.at(n_in, n_out).variance)


def _bias_variance(variance: sp.Expr) -> Callable[[int], float]:
    return lambda n_in: float(variance.subs(N_IN, n_in))


def _truncated(theory: WeightLaw) -> Fill:
    return independent.truncated_normal(
        _parameter(theory), float(sp.N(sp.sqrt(theory.variance), 17, maxn=1000))
    )


def _sparse(theory: WeightLaw) -> Fill:
    share = theory.parameters[0][1]
    return matrices.sparse(Fraction(int(share.p), int(share.q)))


def _parameter(theory: WeightLaw) -> float:
    return float(theory.parameters[0][1])


_HAAR = ("orthogonal", "delta_orthogonal")
_SHARED = ("constant", "zeros")
_DRAWN: Mapping[str, Callable[[WeightLaw], Fill]] = {
    "normal": lambda _: standard_normal,
    "uniform": lambda _: independent.standard_uniform,
    "truncated_normal": _truncated,
    "student_t": lambda theory: independent.student_t(_parameter(theory)),
    "rademacher": lambda _: independent.signs,
    "exponential": lambda _: independent.centred_exponential,
    "orthogonal": lambda _: matrices.orthogonal,
    "delta_orthogonal": lambda _: matrices.orthogonal,
    "sparse": _sparse,
    "constant": lambda _: matrices.ones,
    "zeros": lambda _: matrices.zeros,
    "torch_default": lambda _: independent.standard_uniform,
    "gpt2": lambda _: standard_normal,
}
