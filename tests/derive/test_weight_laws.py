"""Weight laws: their moments by certified quadrature and by scipy, what they meet, how frameworks spell them."""

from __future__ import annotations

import ast
import json
import math
import operator
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import scipy.stats
import sympy as sp
import torch
from flint import acb, arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.errors import BadInput
from derive.moments.program import compile_program, value
from derive.proof.facts import (
    EqualVariance,
    Independent,
    KinkUnmet,
    LayersIndependent,
    NoAtom,
    Symmetric,
    Uncorrelated,
    ZeroMean,
)
from derive.theorems.deep import INPUT, WL, ZL
from derive.theorems.exact_backward import SL, START
from derive.theorems.names import W, X, Z
from derive.weights import WeightLaw, weight_law, weight_law_names
from derive.weights.law import N_IN, N_OUT, WEIGHT
from derive.weights.meeting import ASKED, STATEMENTS
from derive.weights.smooth import PUBLISHED_CORRECTION

GOLDEN = Path(__file__).parent / "golden"
LAWS = [weight_law(name) for name in weight_law_names()]
# Beyond this the tails of the laws below are bounded by hand.
FAR = 1000


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Small matrices on several threads stall where a machine is busy."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("name", "given", "sizes"),
    [
        ("normal", {}, {}),
        ("uniform", {}, {}),
        ("truncated_normal", {}, {}),
        ("truncated_normal", {"cut": "1/2"}, {}),
        ("truncated_normal", {"cut": 3}, {}),
        ("student_t", {"nu": 9}, {}),
        ("student_t", {"nu": 12}, {}),
        ("exponential", {}, {}),
        ("orthogonal", {}, {N_IN: 3, N_OUT: 2}),
        ("orthogonal", {}, {N_IN: 4, N_OUT: 9}),
        ("torch_default", {}, {N_IN: 7}),
        ("gpt2", {"std": "1/3"}, {}),
    ],
)
def test_the_moments_lie_in_certified_integrals_of_the_density(
    name: str, given: dict[str, Any], sizes: dict[sp.Symbol, int]
) -> None:
    law = weight_law(name, given)
    assert law.density is not None
    put = law.values | sizes
    density, low, high = (part.subs(put) for part in (law.density.formula, law.density.low, law.density.high))
    with ctx.workprec(160):
        for power, stated in enumerate((sp.S.One, *law.raw)):
            ball = _integral(density, power, low, high) + _tail(law, power)
            assert ball.rad() < 1e-10
            assert ball.overlaps(value(stated.subs(put)).real), power


def _integral(density: sp.Expr, power: int, low: sp.Expr, high: sp.Expr) -> arb:
    program = compile_program([density * WEIGHT**power], WEIGHT)
    ends = [value(sp.Max(-FAR, sp.Min(FAR, end))) for end in (low, high)]
    run = lambda x, analytic: program.run(x, program.ready(), analytic)[0]  # noqa: E731
    return acb.integral(run, *ends, rel_tol=arb(2) ** -60, abs_tol=arb(2) ** -60, eval_limit=10**6).real


def _tail(law: WeightLaw, power: int) -> arb:
    """What lies beyond FAR on both sides: under e^-|w| w^4 for the light tails, under the power law for t's."""
    bound = arb(-FAR).exp() * FAR**5
    if law.name == "student_t":
        nu = law.parameters[0][1]
        level = value(law.density.formula.subs(WEIGHT, 0).subs(law.values)).real  # type: ignore[union-attr]
        bound = (
            level * arb(int(nu)) ** ((int(nu) + 1) / 2) * arb(FAR) ** (power - int(nu)) / (int(nu) - power)
        )
    reach = law.name in ("normal", "gpt2", "exponential", "student_t")
    return arb(0, (2 * bound).upper() if reach else 0)


@pytest.mark.parametrize(
    ("law", "reference"),
    [
        (weight_law("normal"), scipy.stats.norm()),
        (weight_law("uniform"), scipy.stats.uniform(-1, 2)),
        (weight_law("truncated_normal"), scipy.stats.truncnorm(-2, 2)),
        (weight_law("truncated_normal", {"cut": "0.7"}), scipy.stats.truncnorm(-0.7, 0.7)),
        (weight_law("student_t"), scipy.stats.t(5)),
        (weight_law("student_t", {"nu": "3.5"}), scipy.stats.t(3.5)),
        (weight_law("exponential"), scipy.stats.expon(-1)),
        (weight_law("rademacher"), scipy.stats.rv_discrete(values=((-1, 1), (0.5, 0.5)))),
    ],
    ids=lambda thing: getattr(thing, "name", ""),
)
def test_the_moments_are_scipy_s(law: WeightLaw, reference: Any) -> None:
    mean, variance, skewness, excess = (float(part) for part in reference.stats(moments="mvsk"))
    found = [float(part) for part in (law.mean, law.variance, law.skewness, law.kurtosis)]
    assert found == pytest.approx([mean, variance, skewness, excess + 3], abs=1e-9)


def test_a_sparse_column_by_enumeration() -> None:
    """Every way of placing ceil(n/3) zeros in a column of five, the values standard normal."""
    law = weight_law("sparse", {"sparsity": "1/3"})
    places = list(combinations(range(5), 2))
    kept = Fraction(sum(0 not in zeros for zeros in places), len(places))
    assert law.at(8, 5).variance == sp.Rational(kept.numerator, kept.denominator)
    assert law.at(8, 5).kurtosis == 3 / law.at(8, 5).variance


def test_an_entry_of_a_square_sign_or_plane_rotation() -> None:
    """N = 1: a sign. N = 2: the cosine of a uniform angle, E cos^2 = 1/2 and E cos^4 = 3/8."""
    law = weight_law("orthogonal")
    assert (law.at(1, 1).variance, law.at(1, 1).kurtosis) == (1, 1)
    assert (law.at(2, 1).variance, law.at(2, 1).kurtosis) == (sp.Rational(1, 2), sp.Rational(3, 2))


def test_a_delta_kernel_spreads_the_variance_over_its_places() -> None:
    whole, centre = weight_law("delta_orthogonal", {"kernel": 5}), weight_law("orthogonal")
    assert sp.simplify(whole.variance * 25 - centre.variance) == 0
    assert sp.simplify(whole.kurtosis - 25 * centre.kurtosis) == 0
    one = weight_law("delta_orthogonal", {"kernel": 1})
    assert (one.continuous, one.at(3, 3)) == (centre.continuous, centre.at(3, 3))


def test_the_correction_that_frameworks_publish_is_the_derived_one() -> None:
    spread = sp.sqrt(weight_law("truncated_normal").variance)
    assert abs(sp.N(spread, 30) - sp.Float(PUBLISHED_CORRECTION, 30)) < sp.Float("1e-16")


def test_heavy_tails_are_said_to_be_infinite() -> None:
    assert weight_law("student_t", {"nu": 4}).kurtosis == sp.oo
    assert weight_law("student_t", {"nu": 3}).skewness == sp.nan
    assert weight_law("student_t", {"nu": "4.001"}).kurtosis > 1000


@given(st.fractions(min_value=Fraction(1, 100), max_value=30))
@settings(max_examples=25)
def test_a_truncated_normal_is_between_the_uniform_and_the_normal(cut: Fraction) -> None:
    law = weight_law("truncated_normal", {"cut": cut})
    kurtosis, variance = (sp.N(part, 20, maxn=2000) for part in (law.kurtosis, law.variance))
    assert 1.8 < kurtosis <= 3
    assert variance <= min(1, sp.Rational(str(cut)) ** 2 / 3)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_flags_and_facts_agree(law: WeightLaw) -> None:
    assert law.facts.keys() == STATEMENTS.keys()
    facts = {name: met for name, (met, _) in law.facts.items()}
    assert facts["symmetric"] == law.symmetric
    assert facts["Gaussian"] == law.gaussian
    assert facts["mean zero"] == (law.mean == 0)
    assert not law.symmetric or law.mean == 0
    assert all(why and "\n" not in why for _, why in law.facts.values())
    assert law.reference
    assert json.loads(json.dumps(law.to_json()))["name"] == law.name


def _assumptions(file: str) -> dict[str, dict[str, str]]:
    """Names of assumptions by theorem and id, from the golden texts, which other tests hold to the proofs."""
    found: dict[str, dict[str, str]] = {}
    for line in (GOLDEN / file).read_text().splitlines():
        head, _, rest = line.partition(": ")
        if line.startswith("# "):
            theorem = line.removeprefix("# ")
            found[theorem] = {}
        elif head[0] == "A" and head[1:].isdigit():
            found[theorem][head] = rest
    return found


NAMES = {
    "mean zero": "zero mean",
    "uncorrelated into a unit": "uncorrelated",
    "uncorrelated out of a unit": "uncorrelated",
    "one variance": "equal variance",
    "symmetric": "symmetric",
    "independent of the inputs": "independent",
    "independent layers": "layers independent",
    "no atom": "no atom at zero",
    "kink not met": "kink not met",
    "Gaussian": "Gaussian given the inputs",
}


def test_the_ids_are_those_of_the_theorems() -> None:
    derived = _assumptions("tanh.txt") | _assumptions("relu.txt")
    for theorem, asked in ASKED.items():
        for id_, fact in asked:
            assert derived[theorem][id_] == NAMES[fact], (theorem, id_)


def test_nothing_that_a_theorem_asks_of_the_weights_is_left_out() -> None:
    """All that is not listed is about the input, the gradient that arrives or f'."""
    elsewhere = {"equal second moments", "derivative independent of gradient", "independent",
                 "diagonal second moments", "no bias"}  # fmt: skip
    derived = _assumptions("tanh.txt") | _assumptions("relu.txt")
    for theorem, asked in ASKED.items():
        rest = derived[theorem].keys() - {id_ for id_, _ in asked}
        assert {derived[theorem][id_] for id_ in rest} <= elsewhere, theorem


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("mean zero", ZeroMean(W)),
        ("uncorrelated into a unit", Uncorrelated(W)),
        ("uncorrelated out of a unit", Uncorrelated(W, 1)),
        ("one variance", EqualVariance(W)),
        ("one variance", EqualVariance(WL)),
        ("symmetric", Symmetric(W)),
        ("symmetric", Symmetric(Z)),
        ("independent of the inputs", Independent(((W,), (X,)))),
        ("independent layers", LayersIndependent(WL, (INPUT,))),
        ("independent layers", LayersIndependent(WL, (INPUT, START))),
        ("no atom", NoAtom(Z)),
        ("kink not met", KinkUnmet(ZL, SL)),
    ],
)
def test_the_statements_are_those_of_the_facts(name: str, fact: Any) -> None:
    assert fact.statement in STATEMENTS[name]


@pytest.mark.parametrize(
    ("law", "meets", "fails"),
    [
        ("normal", set(ASKED), set()),
        ("uniform", {"forward_condition", "exact_backward"}, {"variance_map"}),
        ("rademacher", {"depth", "exact_backward"}, {"backward_factor", "pair"}),
        ("orthogonal", {"depth", "exact_backward", "backward_condition"}, {"backward_map"}),
        (
            "exponential",
            {"forward", "backward"},
            {"symmetry", "forward_condition", "depth", "exact_backward"},
        ),
        ("constant", set(), {"forward", "backward", "symmetry", "depth"}),
        ("zeros", {"forward", "depth", "exact_backward"}, {"backward_factor"}),
        ("delta_orthogonal", {"symmetry"}, {"forward", "exact_backward"}),
    ],
)
def test_what_laws_meet(law: str, meets: set[str], fails: set[str]) -> None:
    met = {standing.theorem: standing.met for standing in weight_law(law).meets}
    assert all(met[theorem] for theorem in meets)
    assert not any(met[theorem] for theorem in fails)
    assert all(s.why.startswith("meets" if s.met else "fails A") for s in weight_law(law).meets)


@pytest.mark.parametrize(
    ("name", "given", "word"),
    [
        ("student_t", {"nu": 2}, "no variance"),
        ("truncated_normal", {"cut": 0}, "above 0"),
        ("truncated_normal", {"cut": "1e-9"}, "uniform"),
        ("truncated_normal", {"cut": 50}, "normal law"),
        ("sparse", {"sparsity": 1}, "share"),
        ("delta_orthogonal", {"kernel": 4}, "no centre"),
        ("delta_orthogonal", {"kernel": "1/2"}, "whole"),
        ("gpt2", {"std": 0}, "zeros"),
        ("gpt2", {"std": "x"}, "rational"),
        ("normal", {"std": 2}, "no parameter 'std'"),
        ("norml", {}, "did you mean 'normal'"),
    ],
)
def test_bad_parameters_are_refused_in_one_line(name: str, given: dict[str, object], word: str) -> None:
    with pytest.raises(BadInput, match=word) as caught:
        weight_law(name, given)
    assert "\n" not in str(caught.value)


# The torch spellings, read by a reader that knows these names and no others.
CALLS: dict[str, Callable[..., Any]] = {
    "math.sqrt": math.sqrt,
    "math.ceil": math.ceil,
    "max": max,
    "torch.distributions.StudentT": torch.distributions.StudentT,
} | {
    f"torch.nn.init.{name}_": getattr(torch.nn.init, f"{name}_")
    for name in ("normal", "uniform", "trunc_normal", "orthogonal", "zeros", "sparse", "constant", "kaiming_uniform")
}  # fmt: skip
METHODS = {"copy_", "bernoulli_", "mul_", "sub_", "exponential_", "sample"}
BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def _read(node: ast.AST, known: dict[str, Any]) -> Any:  # noqa: PLR0911
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return known[node.id]
        case ast.UnaryOp(op=ast.USub()):
            return -_read(node.operand, known)
        case ast.BinOp():
            return BINARY[type(node.op)](_read(node.left, known), _read(node.right, known))  # type: ignore[index]
        case ast.Attribute(attr="shape"):
            return _read(node.value, known).shape
        case ast.Subscript(slice=ast.Tuple() as places):
            cut = [slice(None) if isinstance(p, ast.Slice) else _read(p, known) for p in places.elts]
            return _read(node.value, known)[tuple(cut)]
        case ast.Call():
            return _call(node, known)
    raise NotImplementedError(ast.unparse(node))


def _call(node: ast.Call, known: dict[str, Any]) -> Any:
    arguments = [_read(argument, known) for argument in node.args]
    named = {str(keyword.arg): _read(keyword.value, known) for keyword in node.keywords}
    name = ast.unparse(node.func)
    if name in CALLS:
        return CALLS[name](*arguments, **named)
    assert isinstance(node.func, ast.Attribute)
    assert node.func.attr in METHODS
    return getattr(_read(node.func.value, known), node.func.attr)(*arguments, **named)


@pytest.mark.parametrize(
    ("name", "given"),
    [(name, {}) for name in weight_law_names()]
    + [("truncated_normal", {"cut": "1/2"}), ("student_t", {"nu": 9}), ("sparse", {"sparsity": "1/2"}),
       ("delta_orthogonal", {"kernel": 5}), ("gpt2", {"std": "0.3"})],
)  # fmt: skip
def test_the_torch_spelling_has_the_variance_of_the_claim(name: str, given: dict[str, Any]) -> None:
    """Mean square of 40 layers of 30 inputs and 70 outputs against g^2/fan, or what the law fixes."""
    law, g, n_in, n_out, layers = weight_law(name, given), 1.3, 30, 70, 40
    side = int(law.values.get(sp.Symbol("kernel", positive=True, integer=True), 1))
    shape = (n_out, n_in) if name != "delta_orthogonal" else (n_out, n_in, side, side)
    fan = n_in * side**2
    squares = []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        for _ in range(layers):
            w, b = torch.empty(shape, dtype=torch.float64), torch.empty(n_out, dtype=torch.float64)
            known = {"w": w, "b": b, "g": g, "fan": fan, "n_in": n_in, "n_out": n_out, "fan_in": fan}
            for line in ast.parse(law.spelling.torch).body:
                assert isinstance(line, ast.Expr)
                _read(line.value, known)
            squares.append(float(w.square().mean()))
    stated = law.at(n_in, n_out)
    expected = g**2 / fan if law.free_scale else float(stated.variance + stated.mean**2)
    mean = sum(squares) / layers
    error = math.sqrt(sum((s - mean) ** 2 for s in squares) / (layers - 1) / layers)
    # 6.5 standard errors by Student's t with 39 degrees of freedom: a false alarm below 1e-6.
    assert abs(mean - expected) <= 6.5 * error + 1e-12 * expected


def test_what_torch_counts_as_zeros_is_in_the_spelling() -> None:
    """0.07 of 100 is a little above 7 in floating point: torch clears 8 a column, and so the code divides."""
    law = weight_law("sparse", {"sparsity": "0.07"})
    w = torch.nn.init.sparse_(torch.empty(100, 9), 0.07)
    assert (w == 0).sum(dim=0).tolist() == [8] * 9
    assert "math.ceil(0.07 * n_out)" in law.spelling.torch
    assert law.at(9, 100).variance == sp.Rational(93, 100)
