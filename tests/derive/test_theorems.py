"""The theorems: every step checked, every assumption needed, the results those of the literature."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
import sympy as sp

from derive.catalogue import activation
from derive.errors import BadInput
from derive.proof.evaluate import evaluate
from derive.proof.statement import Assumption, Theorem
from derive.proof.terms import E, Var
from derive.proof.world import World
from derive.theorems import theorem_names, theorems_for
from derive.theorems.names import LAYER, WIDTH, M, N, W, Z
from derive.theorems.xavier import V

GOLDEN = Path(__file__).parent / "golden"
ALL = ("identity", "relu", "prelu", "tanh", "sigmoid", "xavier", "scaled_sigmoid")
A = sp.Symbol("a", real=True)


@cache
def of(name: str) -> dict[str, Theorem]:
    return {theorem.name: theorem for theorem in theorems_for(name)}


@pytest.mark.parametrize("name", ALL)
def test_every_step_is_checked_and_every_assumption_has_a_countermodel(name: str) -> None:
    for theorem in of(name).values():
        assert theorem.steps
        assert all(step.check.passed and step.check.models > 0 for step in theorem.steps)
        assert all(a.steps and fails(theorem, a) for a in theorem.assumptions)


def fails(theorem: Theorem, assumption: Assumption) -> bool:
    """Whether the two sides in the countermodel belie the conclusion, an equation or a strict inequality."""
    model = assumption.countermodel
    if isinstance(theorem.conclusion, sp.StrictLessThan):
        return bool(model.left >= model.right)
    return model.left != model.right


@pytest.mark.parametrize("name", ("relu", "identity", "tanh"))
def test_chains_do_not_break(name: str) -> None:
    """Each line starts where the one before it ended, or starts a chain of its own with a new term."""
    for theorem in of(name).values():
        for step in theorem.steps:
            assert step.before != step.after
            assert all(earlier < step.number for earlier in step.lines)


@pytest.mark.parametrize("name", ("relu", "prelu", "identity"))
def test_countermodels_are_worlds_and_break_what_they_say(name: str) -> None:
    """Rebuilt from the printed JSON: probabilities add up to one, and both sides are what was printed."""
    theorem = of(name)["forward"]
    for assumption in theorem.assumptions:
        printed = json.loads(json.dumps(assumption.countermodel.to_json()))
        world = rebuilt(printed)
        assert sum(p for p, _ in world.outcomes) == 1
        left, right = (evaluate(side, world, {"i": Fraction(1)}) for side in theorem.conclusion.args)
        assert (str(left), str(right)) == (printed["left"], printed["right"])


def rebuilt(printed: dict[str, object]) -> World:
    """The forward theorem's world from its JSON, with z computed here and not by the engine."""
    sizes = {str(k): int(v) for k, v in printed["sizes"].items()}  # type: ignore[attr-defined]
    outcomes = []
    for row in printed["outcomes"]:  # type: ignore[attr-defined]
        values = {}
        for label, text in row["values"].items():
            name, inside = label.rstrip("]").split("[")
            values[name, tuple(int(i) for i in inside.split(","))] = Fraction(text)
        terms = [values["w", (1, j)] * values["x", (j,)] for j in range(1, sizes["n"] + 1)]
        values["z", (1,)] = sum(terms, Fraction(0))
        outcomes.append((Fraction(row["probability"]), values))
    return World(sizes, tuple(outcomes), ranks={"w": 2, "x": 1, "z": 1})


W_ABOVE = Var(W.at(LAYER + 1).entry)
RESULTS = [  # activation, theorem, condition: He et al. 2015 eq. 10, 14, 15; Glorot and Bengio 2010 eq. 10-12
    ("relu", "forward_condition", sp.Eq(Var(W.entry), 2 / N)),
    ("relu", "backward_condition", sp.Eq(Var(W.entry), 2 / M)),
    ("relu", "depth", sp.Eq(W_ABOVE, 2 / WIDTH[LAYER])),
    ("prelu", "forward_condition", sp.Eq(Var(W.entry), 2 / (N * (1 + A**2)))),
    ("prelu", "backward_condition", sp.Eq(Var(W.entry), 2 / (M * (1 + A**2)))),
    ("identity", "forward_condition", sp.Eq(Var(W.entry), 1 / N)),
    ("identity", "backward_condition", sp.Eq(Var(W.entry), 1 / M)),
    ("xavier", "xavier_compromise", sp.Eq(V, 2 / (N + M))),
]


@pytest.mark.parametrize(("name", "theorem", "condition"), RESULTS)
def test_conditions_of_the_literature(name: str, theorem: str, condition: sp.Eq) -> None:
    found = of(name)[theorem].condition
    assert isinstance(found, sp.Eq)
    assert found.lhs == condition.lhs
    assert sp.simplify(found.rhs - condition.rhs) == 0


@pytest.mark.parametrize(("slope", "special"), [(0, "relu"), (1, "identity")])
def test_prelu_contains_relu_and_the_linear_case(slope: int, special: str) -> None:
    general = of("prelu")["forward_condition"].condition
    assert general is not None
    assert sp.simplify(general.subs(A, slope).rhs - of(special)["forward_condition"].condition.rhs) == 0  # type: ignore[union-attr]


def test_the_linear_case_asks_for_no_symmetry_and_no_independence_of_the_slope() -> None:
    names = {
        a.name
        for t in of("identity").values()
        if t.name != "backward"
        for a in t.assumptions
        if t.name != "depth"
    }
    assert "no atom at zero" not in names
    assert "derivative independent of gradient" not in names


def test_the_other_direction_telescopes_to_the_end_widths() -> None:
    last = sp.Symbol("L", integer=True, positive=True)
    assert of("relu")["gradient_under_fan_in"].steps[-1].after == WIDTH[last] / WIDTH[0]
    assert of("relu")["signal_under_fan_out"].steps[-1].after == WIDTH[1] / WIDTH[last]


def test_what_the_compromise_is_not() -> None:
    ends = {step.after for step in of("xavier")["xavier_others"].steps}
    assert {sp.factor(e) for e in ends} == {
        sp.factor((N + M) / (N**2 + M**2)),
        1 / sp.sqrt(N * M),
        sp.factor((1 / N + 1 / M) / 2),
    }
    assert sp.factor(2 / (N + M)) not in ends


def test_tanh_has_a_pair_and_sigmoid_has_none() -> None:
    gain, bias = of("tanh")["pair"].condition.args  # type: ignore[union-attr]
    assert abs(gain.rhs - 1.46741359163) < 1e-10  # type: ignore[union-attr]
    assert abs(bias.rhs - 0.15096462938) < 1e-10  # type: ignore[union-attr]
    assert of("sigmoid")["no_pair"].steps[-1].after == sp.false
    assert "pair" not in of("sigmoid")


def test_no_go_ends_in_a_contradiction() -> None:
    assert of("tanh")["no_go"].steps[-1].after == sp.false


def test_the_second_moment_of_z_enters_he_not_the_variance_of_x() -> None:
    assert of("relu")["forward"].conclusion.rhs.has(E(sp.Symbol("x", real=True) ** 2))  # type: ignore[attr-defined]
    assert of("relu")["forward_condition"].conclusion.rhs.has(Var(Z.entry))  # type: ignore[attr-defined]


def test_unknown_names_are_refused_with_the_nearest() -> None:
    with pytest.raises(BadInput, match="did you mean 'xavier'"):
        theorems_for("xavie")
    assert "xavier" in theorem_names()


def test_parameters_reach_the_catalogue() -> None:
    with pytest.raises(BadInput, match="no parameter"):
        theorems_for("relu", {"a": sp.Rational(1, 2)})
    assert activation("prelu").degree_one == (1, A)


@pytest.mark.parametrize("name", ("relu", "xavier", "tanh"))
def test_golden_derivation(name: str) -> None:
    """The text of each derivation is pinned."""
    lines = [line for theorem in of(name).values() for line in outline(theorem)]
    path = GOLDEN / f"{name}.txt"
    assert path.read_text().splitlines() == lines, (
        f"regenerate with: python tests/derive/write_golden.py {name}"
    )


def outline(theorem: Theorem) -> list[str]:
    """One line a step: number, both sides, rule, facts."""
    head = [f"# {theorem.name}", *(f"{a.id}: {a.name}" for a in theorem.assumptions)]
    body = [
        f"({s.number}) {s.before}  {s.relation}  {s.after}  | {s.rule} | {' '.join(s.facts)} | {s.lines}"
        for s in theorem.steps
    ]
    return [*head, *body, f"conclusion: {theorem.conclusion}", f"condition: {theorem.condition}"]
