"""Gaussian layers with polynomial slopes: a second means to check a line about them, exact and without rules.

A finite world has no Gaussian weights. Here every random number is Gaussian and f' a polynomial, so a term
within E[.] is a polynomial in independent Gaussians, and its mean follows from E Z^k = (k - 1)!! monomial by
monomial (Isserlis). It is a check at small sizes, not a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import product
from math import prod
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.polys.domains import QQ
from sympy.polys.rings import PolyRing

from derive.proof.statement import Check
from derive.proof.terms import E, Var

Value = Any  # an element of the layer's polynomial ring
Indices = Mapping[str, int]


@dataclass(frozen=True)
class GaussianLayer:
    """z_i = y_i + b_i, y_i = sum_j w_ij x_j, delta_i = f'(z_i) g_i, u_j = sum_i w_ij delta_i, given the inputs x.

    Biases have the variance `bias` = root^2 - weight |x|^2, which makes q = root^2, `weight` being that of a weight;
    the g_i are independent with variance `gradient`. `slope` holds the coefficients of f', the constant first.
    """

    inputs: tuple[Fraction, ...]
    outputs: int
    weight: Fraction
    root: Fraction
    gradient: Fraction
    slope: tuple[Fraction, ...]

    @property
    def square(self) -> Fraction:
        """|x|^2."""
        return sum((x * x for x in self.inputs), Fraction(0))

    @property
    def bias(self) -> Fraction:
        """The variance of a bias."""
        return self.root**2 - self.weight * self.square

    @cached_property
    def variances(self) -> dict[str, Fraction]:
        """The variance of each independent Gaussian, by the name of its generator."""
        n, units = len(self.inputs), range(1, self.outputs + 1)
        weights = {f"w{i}_{j}": self.weight for i in units for j in range(1, n + 1)}
        others = {f"b{i}": self.bias for i in units} | {f"g{i}": self.gradient for i in units}
        return {**weights, **others, "Z": Fraction(1)}

    @cached_property
    def ring(self) -> PolyRing:
        """Polynomials in those Gaussians."""
        return PolyRing(list(self.variances), QQ)

    def generator(self, name: str) -> Value:
        """One Gaussian."""
        return self.ring.gens[list(self.variances).index(name)]

    def mean(self, polynomial: Value) -> Value:
        """E, monomial by monomial."""
        spread = list(self.variances.values())
        total = sum((_fraction(c) * _moment(powers, spread) for powers, c in polynomial.terms()), Fraction(0))
        return self.ring(QQ(total.numerator, total.denominator))


def _fraction(coefficient: Any) -> Fraction:
    return Fraction(int(coefficient.numerator), int(coefficient.denominator))


def _moment(powers: tuple[int, ...], variances: list[Fraction]) -> Fraction:
    return prod((_single(k, s) for k, s in zip(powers, variances, strict=True)), start=Fraction(1))


def _single(power: int, variance: Fraction) -> Fraction:
    """E of a power of one Gaussian, counting pairings one at a time."""
    if power == 0:
        return Fraction(1)
    return Fraction(0) if power % 2 else (power - 1) * variance * _single(power - 2, variance)


def value(term: Any, layer: GaussianLayer, at: Indices | None = None) -> Value:
    """The term in the layer: a polynomial within E[.], a constant of the ring outside."""
    here = dict(at or {})
    for kind, meaning in _MEANINGS:
        if isinstance(term, kind):
            return meaning(term, layer, here)
    raise NotImplementedError(f"no meaning in a Gaussian layer for {type(term).__name__}: {term}")


def _parts(term: Any, layer: GaussianLayer, at: Indices) -> list[Value]:
    return [value(arg, layer, at) for arg in term.args]


def _constant(layer: GaussianLayer, number: Fraction) -> Value:
    return layer.ring(QQ(number.numerator, number.denominator))


def _number(constant: Value) -> Fraction:
    """A constant of the ring as a Fraction."""
    return _fraction(constant.coeff(1))


def _variance(term: Any, layer: GaussianLayer, at: Indices) -> Value:
    (inside,) = _parts(term, layer, at)
    return layer.mean(inside**2) - layer.mean(inside) ** 2


def _power(term: Any, layer: GaussianLayer, at: Indices) -> Value:
    """An integer power; the one root that occurs is that of q."""
    if term.exp == sp.Rational(1, 2):
        return _constant(layer, layer.root)
    base, power = value(term.base, layer, at), int(term.exp)
    return base**power if power >= 0 else _constant(layer, 1 / _number(base)) ** -power


def _sum(term: Any, layer: GaussianLayer, at: Indices) -> Value:
    spans = [range(*(int(_number(value(b, layer))) for b in (low, high + 1))) for _, low, high in term.limits]
    names = [symbol.name for symbol, _, _ in term.limits]
    points = (dict(zip(names, point, strict=True)) for point in product(*spans))
    return sum((value(term.function, layer, {**at, **point}) for point in points), layer.ring.zero)


def _delta(term: Any, layer: GaussianLayer, at: Indices) -> Value:
    left, right = _parts(term, layer, at)
    return layer.ring(int(left == right))


def _slope(argument: Value, layer: GaussianLayer) -> Value:
    return sum((_constant(layer, c) * argument**k for k, c in enumerate(layer.slope)), layer.ring.zero)


def _symbol(term: Any, layer: GaussianLayer, at: Indices) -> Value:
    """A size, a constant, an index; a tensor without its index stands for its first entry."""
    sizes = {**at, "n": len(layer.inputs), "m": layer.outputs}
    numbers = {"v": layer.bias, "r": layer.square, "q": layer.root**2} | {
        k: Fraction(v) for k, v in sizes.items()
    }
    return _constant(layer, numbers[term.name]) if term.name in numbers else _entry(term.name, [1, 1], layer)


def _indexed(term: Any, layer: GaussianLayer, at: Indices) -> Value:
    return _entry(str(term.base.label), [at[str(i)] for i in term.indices], layer)


def _entry(name: str, units: list[int], layer: GaussianLayer) -> Value:
    first = units[0]
    entries: dict[str, Callable[[], Value]] = {
        "Z": lambda: layer.generator("Z"),
        "w": lambda: layer.generator(f"w{first}_{units[1]}"),
        "g": lambda: layer.generator(f"g{first}"),
        "x": lambda: _constant(layer, layer.inputs[first - 1]),
        "y": lambda: _row(first, layer),
        "z": lambda: _row(first, layer) + layer.generator(f"b{first}"),
        "delta": lambda: _slope(_entry("z", units, layer), layer) * layer.generator(f"g{first}"),
        "u": lambda: _column(first, layer),
    }
    return entries[name]()


def _row(i: int, layer: GaussianLayer) -> Value:
    terms = (layer.generator(f"w{i}_{j}") * _constant(layer, x) for j, x in enumerate(layer.inputs, 1))
    return sum(terms, layer.ring.zero)


def _column(j: int, layer: GaussianLayer) -> Value:
    units = range(1, layer.outputs + 1)
    return sum((layer.generator(f"w{i}_{j}") * _entry("delta", [i], layer) for i in units), layer.ring.zero)


_MEANINGS: tuple[tuple[Any, Callable[[Any, GaussianLayer, Indices], Value]], ...] = (
    (E, lambda t, layer, at: layer.mean(value(t.args[0], layer, at))),
    (Var, _variance),
    (sp.Rational, lambda t, layer, at: layer.ring(QQ(int(t.p), int(t.q)))),
    (sp.Sum, _sum),
    (AppliedUndef, lambda t, layer, at: _slope(value(t.args[0], layer, at), layer)),
    (sp.Indexed, _indexed),
    (sp.Symbol, _symbol),
    (sp.Add, lambda t, layer, at: sum(_parts(t, layer, at), layer.ring.zero)),
    (sp.Mul, lambda t, layer, at: prod(_parts(t, layer, at), start=layer.ring.one)),
    (sp.Pow, _power),
    (sp.KroneckerDelta, _delta),
)

_H = Fraction(1, 2)
LAYERS = (
    GaussianLayer(
        (Fraction(2),), 1, Fraction(1), Fraction(3), Fraction(2), (_H, Fraction(-1), Fraction(1, 3))
    ),
    GaussianLayer((Fraction(1), Fraction(-2)), 1, _H, Fraction(2), Fraction(3), (Fraction(1), Fraction(2))),
    GaussianLayer((_H,), 2, Fraction(2), Fraction(1), _H, (Fraction(-1), Fraction(1))),
    GaussianLayer((Fraction(1), _H), 2, Fraction(1), Fraction(3, 2), Fraction(1), (_H, Fraction(1))),
)


@lru_cache(maxsize=64)
def _whole(term: sp.Basic, layer: GaussianLayer) -> Value:
    """The value of one side of a line, which is a side of the next line as well."""
    return value(term, layer)


def check_in_layers(before: sp.Basic, after: sp.Basic) -> Check:
    """Whether both sides have the same value in each of a few Gaussian layers, exactly."""
    passed = all(_whole(before, layer) == _whole(after, layer) for layer in LAYERS)
    detail = (
        f"both sides agree exactly in {len(LAYERS)} Gaussian layers with polynomial slopes, by Isserlis' sum"
    )
    return Check(passed, "algebra", len(LAYERS), detail)
