"""What there is to say of a weight law, in the order in which it is said, before any layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from derive.proof.terms import E, Law, P, Var
from derive.weights import Standing, WeightLaw
from derive.weights.law import N_IN, N_OUT, WEIGHT

_G, _FAN = sp.Symbol("g", positive=True), sp.Symbol("fan", positive=True)
_B, _P = sp.Symbol("b"), sp.Function("p")


@dataclass(frozen=True)
class Line:
    """A formula with words before and after it; either may be empty, the formula None."""

    before: str
    formula: sp.Basic | None = None
    after: str = ""


@dataclass(frozen=True)
class Sheet:
    """A law for a reader: lines of formulas and words, code, and how it stands to each theorem."""

    name: str
    title: str
    summary: str
    law: tuple[Line, ...]
    moments: tuple[Line, ...]
    scale: tuple[Line, ...]
    code: tuple[tuple[str, str], ...]
    code_notes: tuple[str, ...]
    standings: tuple[Standing, ...]
    remarks: tuple[str, ...]


def sheet(law: WeightLaw) -> Sheet:
    """The sheet of a law, from its own records and nothing else."""
    spelling = law.spelling
    return Sheet(
        name=law.name,
        title=f"The weight law {law.name}{_at(law)}",
        summary=f"Each weight: {law.title}. Source: {law.reference}.",
        law=tuple(_law(law)),
        moments=tuple(_moments(law)),
        scale=tuple(_scale(law)),
        code=tuple((name, getattr(spelling, name.lower())) for name in ("torch", "Keras", "JAX")),
        code_notes=spelling.notes,
        standings=law.meets,
        remarks=law.notes,
    )


def _at(law: WeightLaw) -> str:
    values = ", ".join(f"{symbol} = {value}" for symbol, value in law.parameters)
    return f" with {values}" if values else ""


def _law(law: WeightLaw) -> Iterator[Line]:
    """Its density, its masses, or that its entries depend on each other."""
    if law.density is not None:
        low, high = law.density.low, law.density.high
        yield Line("density", sp.Eq(_P(WEIGHT), law.density.formula, evaluate=False))
        if (low, high) != (-sp.oo, sp.oo):
            yield Line("where", _between(low, high), "and 0 elsewhere")
    for value, chance in law.masses:
        yield Line("mass", sp.Eq(P(sp.Eq(WEIGHT, value, evaluate=False)), chance, evaluate=False))
    if law.density is None and not law.masses:
        yield Line("Neither a density nor a list of values: part of the weights is zero, the rest is drawn.")
    same = sp.Eq(Law(WEIGHT), Law(-WEIGHT))
    yield Line("symmetric", same) if law.symmetric else Line("not symmetric", sp.Not(same))
    if not law.independent:
        yield Line("the weights of a layer depend on each other")


def _between(low: sp.Expr, high: sp.Expr) -> sp.Basic:
    """low <= w <= high, or the one bound that there is."""
    if high == sp.oo:
        return sp.Ge(WEIGHT, low, evaluate=False)
    if sp.simplify(low + high) == 0:
        return sp.Le(sp.Abs(WEIGHT), high, evaluate=False)
    return sp.And(sp.Ge(WEIGHT, low), sp.Le(WEIGHT, high), evaluate=False)


_KINDS = {"mean": E(WEIGHT), "variance": Var(WEIGHT)}


def _moments(law: WeightLaw) -> Iterator[Line]:
    """Each moment in its symbols, and its value where parameters have one."""
    for kind in ("mean", "variance", "skewness", "kurtosis"):
        general, value = getattr(law.symbolic, kind), getattr(law.moments, kind)
        if value is sp.nan:
            yield Line(
                kind, None, "not defined" if law.variance != 0 else "not defined, as the variance is 0"
            )
            continue
        shown = value if value in (sp.oo, 0) else _branch(general, law.values)
        named = sp.Eq(_KINDS[kind], shown, evaluate=False) if kind in _KINDS else shown
        yield Line(kind, named, _value(value, shown))


def _branch(general: sp.Expr, values: dict[sp.Symbol, sp.Rational]) -> sp.Expr:
    """The case that the values fall in, in symbols."""
    if not general.is_Piecewise:
        return general
    return next(value for value, where in general.args if where.subs(values) == sp.true)


def _value(value: sp.Expr, shown: sp.Expr) -> str:
    """What a formula comes to, where it has parameters or is no plain number."""
    if value.free_symbols or (value == shown and value.is_Rational) or value is sp.oo:
        return ""
    return f"= {value}" if value.is_Rational else f"= {float(value):.12g}"


def _scale(law: WeightLaw) -> Iterator[Line]:
    """How a layer uses the law: at variance g^2/fan, or at its own."""
    if law.free_scale and law.variance == 0:
        yield Line("A layer takes the weight to be", sp.Eq(WEIGHT, _G / sp.sqrt(_FAN), evaluate=False))
    elif law.free_scale:
        yield Line(
            "A layer divides each draw by the law's standard deviation and multiplies it by",
            _G / sp.sqrt(_FAN),
        )
    elif law.variance == 0:
        yield Line("The law fixes its own scale, 0: no gain can be given.")
    else:
        yield Line(
            "The law fixes its own scale",
            sp.Eq(Var(WEIGHT), law.variance, evaluate=False),
            "no gain can be given",
        )
        yield Line("which is the gain", sp.Eq(_G, sp.sqrt(_FAN * law.variance), evaluate=False))
    if law.bias_variance is not None:
        yield Line("The bias is drawn with", sp.Eq(Var(_B), law.bias_variance, evaluate=False))
    if not law.independent and law.variance.has(N_IN, N_OUT):
        yield Line("Here n_in and n_out are the numbers of units that a layer leads from and to.")
