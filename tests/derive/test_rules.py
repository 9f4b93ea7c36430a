"""Every rule: it refuses without each of its facts, and with them both sides agree in random finite worlds."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.catalogue import activation
from derive.proof.check import check_line
from derive.proof.derivation import Proof
from derive.proof.facts import (
    Diagonal,
    EqualSecondMoment,
    EqualVariance,
    Fact,
    Independent,
    JointlySymmetric,
    NoAtom,
    Symmetric,
    Uncorrelated,
    ZeroMean,
)
from derive.proof.layout import Layout
from derive.proof.rule import RefusedError, Rule
from derive.proof.rules import expectation, functions, logic, sums, weights
from derive.proof.search import random_worlds
from derive.proof.terms import E, Law, Var
from derive.theorems import deep, dense, dense_backward, exact_backward, half
from derive.theorems.names import DELTA, FPRIME, G, I, J, K, N, W, X, Z

RELU = activation("relu")
DENSE = dense.forward_layout()
BACK = dense_backward.layout({"fprime": RELU.derivative}, ())
ONE_UNIT = half.scratch(RELU, ()).layout
DEEP = deep.layout(RELU)
TANGENT = exact_backward.layout(RELU)
PAIRS = sp.Sum(W[I, J] * W[I, K] * X[J] * X[K], (K, 1, N), (J, 1, N))
DELTAS = sp.Sum(sp.KroneckerDelta(J, K) * Var(W.entry) * E(X[J] * X[K]), (K, 1, N), (J, 1, N))
ZL, SL = exact_backward.ZL, exact_backward.SL


@dataclass(frozen=True)
class Case:
    """A rule at work: on which term, in worlds of which layout, from which facts."""

    rule: Rule
    term: sp.Basic
    layout: Layout
    facts: tuple[Fact, ...] = ()


CASES = {
    "variance": Case(expectation.variance_definition, Var(Z[I]), DENSE),
    "linearity": Case(expectation.linearity, E(PAIRS), DENSE),
    "factor": Case(
        expectation.factor((W,), (X,)),
        sp.Sum(E(W[I, J] * X[J]), (J, 1, N)),
        DENSE,
        (Independent(((W,), (X,))),),
    ),
    "zero mean": Case(
        expectation.zero_mean(W), sp.Sum(E(W[I, J]) * E(X[J]), (J, 1, N)), DENSE, (ZeroMean(W),)
    ),
    "square": Case(sums.square_of_sum(K), E(sp.Sum(W[I, J] * X[J], (J, 1, N)) ** 2), DENSE),
    "collapse": Case(sums.collapse, DELTAS, DENSE),
    "equal terms": Case(sums.constant_terms, sp.Sum(Var(W.entry) * E(X.entry**2), (J, 1, N)), DENSE),
    "second moments": Case(
        weights.second_moments(W),
        E(W[I, J] * W[I, 1]),
        DENSE,
        (ZeroMean(W), Uncorrelated(W), EqualVariance(W)),
    ),
    "column": Case(
        weights.second_moments(W, axis=1),
        E(W[I, J] * W[1, J]),
        BACK,
        (ZeroMean(W), Uncorrelated(W, axis=1), EqualVariance(W)),
    ),
    "equal second moments": Case(
        weights.equal_second_moments(X), E(X[J] ** 2), DENSE, (EqualSecondMoment(X),)
    ),
    "equal variance": Case(weights.same_variance(W), Var(W[I, J]), DENSE, (EqualVariance(W),)),
    "symmetric mean": Case(weights.mean_of_symmetric(Z), E(Z[I]), ONE_UNIT, (Symmetric(Z),)),
    "flip": Case(
        weights.flipped_rows(W, (X,), (dense.LAYER.definition,)),
        Law(Z[I]),
        DENSE,
        (Symmetric(W), Independent(((W,), (X,)))),
    ),
    "slope": Case(
        weights.slope_factors_out(dense_backward.SLOPE),
        E(FPRIME(Z[I]) ** 2 * G[I] ** 2),
        BACK,
        (dense_backward.SLOPE,),
    ),
    "diagonal": Case(weights.diagonal(G), E(G[I] * G[1]), BACK, (Diagonal(G),)),
    "unfold": Case(functions.unfold(dense.LAYER.definition), E(Z[I] ** 2), DENSE),
    "unfold entry": Case(functions.unfold_entry(dense_backward.LOCAL, DELTA, Z, G), E(DELTA.entry**2), BACK),
    "reflect": Case(functions.reflect((Z,)), E(sp.Max(0, Z[I]) ** 2), ONE_UNIT, (Symmetric(Z),)),
    "reflect two": Case(
        functions.reflect((ZL, SL)),
        E(sp.Heaviside(ZL[I]) * SL[I] ** 2),
        TANGENT,
        (JointlySymmetric((ZL, SL)), *exact_backward.assumptions(RELU)[:4]),
    ),
    "by sign": Case(functions.by_sign(Z), E(sp.Max(0, Z[I]) ** 2 + sp.Max(0, -Z[I]) ** 2), ONE_UNIT),
    "by sign, almost surely": Case(
        functions.by_sign(Z, NoAtom(Z)),
        E(sp.Heaviside(Z[I], 0) + sp.Heaviside(-Z[I], 0)),
        ONE_UNIT,
        (NoAtom(Z),),
    ),
    "cite": Case(dense.by_forward(dense.LAYER), E(Z[I] ** 2), DENSE, dense.LAYER.assumptions),
    "solve": Case(logic.solve_for(Var(W.entry)), sp.Eq(N * Var(W.entry) / 2, 1, evaluate=False), DENSE),
}


def checked(case: Case, seed: int) -> bool:
    """Apply the rule, and check the line that it makes in worlds where its facts hold."""
    proof = Proof(case.layout, case.facts)
    proof.chain(case.term).by(case.rule)
    worlds = random_worlds(case.layout, case.facts, 3, seed)
    return check_line(proof.lines[0], case.layout, worlds).passed


@pytest.mark.parametrize("name", CASES)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=6, deadline=None)
def test_both_sides_agree_in_random_worlds(name: str, seed: int) -> None:
    assert checked(CASES[name], seed)


def missing() -> list[tuple[str, int]]:
    """Each case with each of its facts left out; "reflect two" uses only its first."""
    used = {name: 1 if name == "reflect two" else len(case.facts) for name, case in CASES.items()}
    return [(name, k) for name, count in used.items() for k in range(count)]


@pytest.mark.parametrize(("name", "left_out"), missing())
def test_a_rule_refuses_without_its_fact_and_says_which(name: str, left_out: int) -> None:
    case = CASES[name]
    known = case.facts[:left_out] + case.facts[left_out + 1 :]
    with pytest.raises(RefusedError, match=f"the fact '{case.facts[left_out].name}' is missing"):
        Proof(case.layout, known).chain(case.term).by(case.rule)


@pytest.mark.parametrize("name", CASES)
def test_a_rule_refuses_where_it_finds_nothing(name: str) -> None:
    case = CASES[name]
    with pytest.raises(RefusedError):
        Proof(case.layout, case.facts).chain(sp.Integer(7)).by(case.rule)


def test_a_false_line_fails_its_check() -> None:
    """A rule that drops the factor one half is caught by the finite worlds."""
    wrong = Rule("wrong", "", lambda _t, _c: E(Z[I] ** 2))
    proof = Proof(ONE_UNIT, (Symmetric(Z),))
    proof.chain(E(sp.Max(0, Z[I]) ** 2)).by(wrong)
    worlds = random_worlds(ONE_UNIT, (Symmetric(Z),), 3)
    assert not check_line(proof.lines[0], ONE_UNIT, worlds).passed


def test_a_false_solution_fails_its_check() -> None:
    wrong = Rule("wrong", "", lambda _t, _c: sp.Eq(Var(W.entry), 1 / N), relation="<=>", check="algebra")
    proof = Proof(DENSE, ())
    proof.chain(sp.Eq(N * Var(W.entry) / 2, 1, evaluate=False)).by(wrong)
    assert not check_line(proof.lines[0], DENSE, ()).passed


def test_a_biased_layer_does_not_flip() -> None:
    """Change a premise and the rule refuses: with a bias the sum does not change sign with the weights."""
    definition = dense.LAYER.definition
    biased = type(definition)(definition.target, definition.value + sp.Symbol("b"), definition.ranges)
    rule = weights.flipped_rows(W, (X,), (biased,))
    with pytest.raises(RefusedError, match="does not change sign"):
        Proof(DENSE, (Symmetric(W), Independent(((W,), (X,))))).chain(Law(Z[I])).by(rule)


def test_an_activation_that_is_not_homogeneous_has_no_factor() -> None:
    """Max(0, z) + 1 has no factor: the two sides of zero differ after reflection."""
    with pytest.raises(RefusedError, match="above zero"):
        Proof(ONE_UNIT, (Symmetric(Z),)).chain(E((sp.Max(0, Z[I]) + 1) ** 2)).by(
            functions.reflect((Z,)), functions.by_sign(Z)
        )


def test_the_point_zero_counts_unless_a_fact_leaves_it_out() -> None:
    with pytest.raises(RefusedError, match="at zero"):
        Proof(ONE_UNIT, ()).chain(E(sp.Heaviside(Z[I], 0) + sp.Heaviside(-Z[I], 0))).by(functions.by_sign(Z))
