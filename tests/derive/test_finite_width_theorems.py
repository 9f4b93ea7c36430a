"""The theorems on finite width, equal and skewed weights: steps, countermodels, and the same by another road."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import sympy as sp

from derive.catalogue import activation
from derive.finite_width import increment_excess
from derive.number import Number
from derive.proof.derivation import Proof
from derive.proof.facts.units import AllZero, StandardNormal, UnitsAlike, UnitsIndependent, VanishesAtZero
from derive.proof.gaussian_layers import LAYERS, GaussianLayer, check_in_layers, value
from derive.proof.rule import RefusedError, Rule
from derive.proof.rules.gaussian import Q
from derive.proof.rules.units import (
    alike,
    all_zero,
    normal_is_symmetric,
    normal_moments,
    pairs_of_units,
    same_law,
    vanishes_at_zero,
)
from derive.proof.statement import Theorem
from derive.proof.terms import E, Law
from derive.theorems import equal_units, finite_width, one_step, skewed, theorems_for
from derive.theorems.gaussian import BIAS
from derive.theorems.names import LAYER, WIDTH, F, I, J, K, W, Z

STANDING = ("finite_width", "backward_one_step", "symmetry_never_breaks", "zero_weights", "skewed_weights")


@cache
def standing(name: str) -> Theorem:
    (theorem,) = theorems_for(name)
    return theorem


@pytest.mark.parametrize("name", STANDING)
def test_steps_are_checked_and_assumptions_needed(name: str) -> None:
    theorem = standing(name)
    assert theorem.steps
    assert theorem.checked
    assert theorem.assumptions
    assert all(a.steps and a.countermodel.left != a.countermodel.right for a in theorem.assumptions)


@pytest.mark.parametrize("name", ("relu", "abs", "prelu"))
def test_spread_is_that_of_the_moment_engine(name: str) -> None:
    """kappa by reflection and E Z^4 = 3 in the proof, and by closed Gaussian integrals there."""
    f = activation(name)
    theorem = standing("finite_width") if name == "prelu" else finite_width.finite_width(f)
    (product,) = theorem.conclusion.atoms(sp.Product)
    kappa = sp.cancel((product.function - 1) * WIDTH[LAYER]).subs(f.values)
    found = increment_excess(f)
    assert isinstance(found, Number)
    assert kappa == found.exact


def test_one_step_is_the_figure_for_a_polynomial() -> None:
    """f = x^2 and q = 1: E f'^2 = 4, E[f'^2 Z^2] = 12, so the factor is 1 + (1 - v) 2/n."""
    right = one_step.backward_one_step().conclusion.args[1]
    v, n, m = (next(s for s in right.free_symbols if s.name == name) for name in ("v", "n", "m"))
    table = {one_step.SLOPE: 4, one_step.TILTED: 12, Q: 1, one_step.WEIGHT: 1 / n, m: 1}
    plain = right.xreplace({k: sp.S.Zero + x for k, x in table.items()})
    scale = next(e for e in plain.atoms(E))
    assert sp.simplify(plain / (4 * scale) - 1 - 2 * (1 - v) / n) == 0


def test_gaussian_layers_find_a_wrong_line() -> None:
    """n in place of n - 1 directions; the mean of y^2 given z without the bias; ones for an uncorrelated gradient."""
    steps = one_step.backward_one_step().steps
    n = next(s for s in steps[0].after.free_symbols if getattr(s, "name", "") == "n")
    assert check_in_layers(steps[0].before, steps[0].after).passed
    assert not check_in_layers(steps[0].before, steps[0].after.subs(n - 1, n)).passed
    given_z = next(s for s in steps if s.rule == "Gaussian sum given its total")
    assert not check_in_layers(given_z.before, given_z.after.subs(BIAS, 0)).passed
    diagonal = next(s for s in steps if s.rule == "diagonal second moments")
    assert not check_in_layers(
        diagonal.before, diagonal.after.replace(sp.KroneckerDelta, lambda *_: 1)
    ).passed


@pytest.mark.parametrize("layer", LAYERS)
def test_gaussian_layers_by_simulation(layer: GaussianLayer) -> None:
    """E|W^T d|^2 of a polynomial slope, as enumerated and as drawn; false alarm below one in 10^6."""
    rng, nets, x = np.random.default_rng(0), 100_000, np.array([float(a) for a in layer.inputs])
    w = rng.standard_normal((nets, layer.outputs, x.size)) * float(layer.weight) ** 0.5
    z = w @ x + float(layer.bias) ** 0.5 * rng.standard_normal((nets, layer.outputs))
    slope = sum(float(c) * z**k for k, c in enumerate(layer.slope))
    delta = slope * rng.standard_normal(z.shape) * float(layer.gradient) ** 0.5
    squares = (np.einsum("bij,bi->bj", w, delta) ** 2).sum(1)
    exact = float(value(one_step.backward_one_step().conclusion.args[0], layer).coeff(1))
    assert abs(squares.mean() - exact) < 5 * squares.std() / nets**0.5


def stepped(
    f: Callable[[float], float], slope: Callable[[float], float], weight: float
) -> tuple[object, object]:
    """One gradient step of a small layer whose weights are all `weight`, in plain floats."""
    x, above, units = [0.3, -1.2], [0.7, 0.2], range(3)
    z = [sum(weight * a for a in x) for _ in units]
    u = [sum(weight * d for d in above) for _ in units]
    below = [[weight - 0.1 * slope(z[i]) * u[i] * a for a in x] for i in units]
    return below, [[weight - 0.1 * d * f(z[i]) for i in units] for d in above]


@pytest.mark.parametrize("weight", (0.0, 0.4))
def test_units_with_equal_weights_stay_equal(weight: float) -> None:
    below, above = (np.array(w) for w in stepped(np.tanh, lambda z: 1 - np.tanh(z) ** 2, weight))
    assert np.all(below == below[0])
    assert np.all(above == above[:, :1])
    assert np.all(below == weight) == (weight == 0)


def test_zero_weights_with_a_sigmoid_do_move() -> None:
    below, above = (np.array(w) for w in stepped(lambda z: 1 / (1 + np.exp(-z)), lambda z: 0.25, 0.0))
    assert np.all(below == 0)
    assert np.all(above != 0)


def test_skewed_weights_add_one_side() -> None:
    theorem = skewed.skewed_weights(activation("relu"))
    left, right = (sp.S.Zero + side for side in theorem.conclusion.args)
    assert left == E(skewed.OUT[I] ** 2)
    assert right.coeff(E(Z[I] * sp.Abs(Z[I]))) == sp.Rational(1, 2)
    assert "is 4/3, while the symmetric theory's factor gives 1." in theorem.remarks[0]
    assert "7.5%" in theorem.remarks[1]


@pytest.mark.parametrize("name", ("identity", "abs"))
def test_even_squares_have_no_odd_part(name: str) -> None:
    """For x and |x| zero mean is enough, so there is no theorem."""
    with pytest.raises(RefusedError, match="nothing to rewrite"):
        skewed.skewed_weights(activation(name))


ZL = finite_width.ZL
REFUSED: list[tuple[Rule, sp.Basic]] = [
    (pairs_of_units(ZL), E(F(ZL[I]) ** 2 * F(ZL[K]) ** 2)),
    (same_law(ZL), E(F(ZL[I]) ** 2)),
    (normal_moments(ZL), E(ZL.entry**4)),
    (normal_is_symmetric(ZL), Law(ZL[I])),
    (alike(UnitsAlike(W), I, K), E((W[I, J] - W[K, J]) ** 2)),
    (all_zero(W), E(W[I, J] ** 2)),
    (vanishes_at_zero(VanishesAtZero("f")), E(F(sp.Integer(0)) ** 2)),
    (one_step._projection(), sp.Symbol("start")),
]


@pytest.mark.parametrize(("rule", "term"), REFUSED, ids=lambda value: getattr(value, "name", ""))
def test_rules_refuse_without_their_facts(rule: Rule, term: sp.Basic) -> None:
    with pytest.raises(RefusedError, match="is missing"):
        Proof(one_step.LAYOUT, ()).chain(term).by(rule)


def test_what_a_rule_needs_is_what_the_theorem_assumes() -> None:
    """Without either assumption the proof does not go through."""
    for facts in ((UnitsIndependent(ZL),), (StandardNormal(ZL),)):
        proof = Proof(finite_width.layout(activation("relu")), facts)
        with pytest.raises(RefusedError):
            finite_width._increment(proof)


def test_the_projection_needs_a_gradient_apart_from_the_layer() -> None:
    with pytest.raises(RefusedError, match="independent"):
        Proof(one_step.LAYOUT, (one_step.GAUSSIAN,)).chain(sp.Symbol("start")).by(one_step._projection())


@pytest.mark.parametrize("name", ("symmetry_never_breaks", "zero_weights"))
def test_nothing_is_left_of_the_difference(name: str) -> None:
    assert standing(name).conclusion.args[1] == 0


def test_facts_about_units_are_decided() -> None:
    """In the worlds of a countermodel the others hold and the one fails."""
    theorem: Theorem = equal_units.symmetry_never_breaks()
    assert [a.countermodel.left for a in theorem.assumptions] == [1, 1]
    assert [a.name for a in equal_units.zero_weights().assumptions] == ["zero", "zero", "zero at zero"]
    assert AllZero(W).statement == "The weights are zero."
    assert replace(UnitsAlike(W), axis=0).statement != UnitsAlike(W).statement
