"""The meaning of terms in finite worlds, against values worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

from derive.proof.evaluate import evaluate
from derive.proof.terms import E, Indep, Law, P, Tensor, Var, index
from derive.proof.world import World, independent

HALF = Fraction(1, 2)
I, J = index("i"), index("j")
X = Tensor("x", 1, "inputs")
N = index("n")


def two_coins() -> World:
    """x = (1, 2), (1, -2), (-1, 2), (-1, -2), each with probability 1/4."""
    points = [(a, 2 * b) for a in (1, -1) for b in (1, -1)]
    outcomes = tuple(
        (Fraction(1, 4), {("x", (1,)): Fraction(a), ("x", (2,)): Fraction(b)}) for a, b in points
    )
    return World({"n": 2}, outcomes, ranks={"x": 1})


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (E(X[1]), 0),
        (Var(X[2]), 4),
        (Var(sp.Max(0, X[1])), Fraction(1, 4)),
        (E(sp.Sum(X[J], (J, 1, N)) ** 2), 5),
        (E(X.entry**2), 1),
        (P(sp.Eq(X[1], 1)), HALF),
        (E(sp.Max(0, X[2])), 1),
        (E(sp.Piecewise((1, X[2] > 0), (0, True))), HALF),
        (E(sp.Heaviside(X[2])), HALF),
        (sp.Product(E(X[J] ** 2), (J, 1, N)), 4),
        (sp.Sum(sp.KroneckerDelta(I, J), (I, 1, N), (J, 1, N)), 2),
        (E(sp.Abs(X[1] - X[2])), 2),
    ],
)
def test_value(term: sp.Basic, value: Fraction) -> None:
    assert evaluate(term, two_coins()) == value


def test_laws_are_compared_as_distributions() -> None:
    world = two_coins()
    assert evaluate(Law(X[1]), world) == evaluate(Law(-X[1]), world)
    assert evaluate(Law(X[1]), world) != evaluate(Law(X[2]), world)


def test_independence_is_exact() -> None:
    world = two_coins()
    assert evaluate(Indep(X[1], X[2]), world)
    assert not independent(
        world, lambda o: (o["x", (1,)],), lambda o: (o["x", (1,)] * o["x", (2,)] + o["x", (1,)],)
    )


def test_free_indices_come_from_the_environment() -> None:
    assert evaluate(E(X[J] ** 2), two_coins(), {"j": Fraction(2)}) == 4


def test_a_random_term_outside_an_expectation_is_an_error() -> None:
    with pytest.raises(ValueError, match="outside an expectation"):
        evaluate(X[1], two_coins())


def test_an_unknown_node_is_an_error() -> None:
    with pytest.raises(NotImplementedError, match="no finite meaning"):
        evaluate(E(sp.tanh(X[1])), two_coins())
