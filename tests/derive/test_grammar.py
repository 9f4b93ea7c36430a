"""What the grammar reads: people's habits, all that gainproof prints, exact numbers, and where errors point."""

from __future__ import annotations

import runpy
import time
from pathlib import Path
from random import Random
from typing import Any

import mpmath as mp
import pytest
import sympy as sp
from flint import acb
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.activation import Activation, X
from derive.catalogue import activation, names
from derive.errors import BadInput
from derive.grammar import parse
from derive.grammar.domain import at, holds
from derive.grammar.functions import FUNCTIONS
from derive.grammar.named import function_names

TREES = runpy.run_path(str(Path(__file__).with_name("grammar_trees.py")))
ONE_THIRD = sp.Rational(1, 3)

HABITS = (
    ("x^2", X**2),
    ("x**2", X**2),
    ("x²", X**2),
    ("-x^2", -(X**2)),
    ("2^x^2", 2 ** (X**2)),
    ("1 + x^2*3", 1 + 3 * X**2),
    ("x − 1", X - 1),
    ("2·x × 3", 6 * X),
    ("x÷2", X / 2),
    ("π*x", sp.pi * X),
    ("X + 1", X + 1),
    ("e^x", sp.exp(X)),
    ("E**x", sp.exp(X)),
    ("max(0, x)", sp.Max(0, X)),
    ("Max(0, x)", sp.Max(0, X)),
    ("min(x, 1)", sp.Min(1, X)),
    ("clip(x, -1, 1)", sp.Max(-1, sp.Min(1, X))),
    ("clamp(x, 0, 6)", sp.Max(0, sp.Min(6, X))),
    ("abs(x)", sp.Abs(X)),
    ("sgn(x)", sp.sign(X)),
    ("heaviside(x)", sp.Heaviside(X)),
    ("Heaviside(x, 1/2)", sp.Heaviside(X)),
    ("Heaviside(x, 0)", sp.Heaviside(X, 0)),
    ("sigmoid(x)", 1 / (1 + sp.exp(-X))),
    ("σ(x)", 1 / (1 + sp.exp(-X))),
    ("x*sigmoid(1.702*x)", X / (1 + sp.exp(-sp.Rational(851, 500) * X))),
    ("Phi(x)", (1 + sp.erf(X / sp.sqrt(2))) / 2),
    ("phi(x)", sp.exp(-(X**2) / 2) / sp.sqrt(2 * sp.pi)),
    ("silu(2*x)", 2 * X / (1 + sp.exp(-2 * X))),
    ("SiLU(x)", X / (1 + sp.exp(-X))),
    ("ReLU(x)", sp.Max(0, X)),
    ("relu(x)^2", sp.Max(0, X) ** 2),
    ("square(x)", X**2),
    ("pow(x, 3)", X**3),
    ("cbrt(x)", sp.sign(X) * sp.Abs(X) ** ONE_THIRD),
    ("log1p(x^2)", sp.log(1 + X**2)),
    ("expm1(x)", sp.exp(X) - 1),
    ("ln(1 + x^2)", sp.log(1 + X**2)),
    ("arctan(x) + atan(x)", 2 * sp.atan(X)),
    ("arcsinh(x)", sp.asinh(X)),
    ("x if x > 0 else 0.01*x", sp.Piecewise((X, X > 0), (X / 100, True))),
    ("where(x > 0, x, 0)", sp.Piecewise((X, X > 0), (0, True))),
    ("(x > 0)*x", X * sp.Piecewise((1, X > 0), (0, True))),
    ("where(0 < x < 1, x, 0)", sp.Piecewise((X, (X > 0) & (X < 1)), (0, True))),
    ("where((x < 0) | (x >= 1), x, 0)", sp.Piecewise((X, (X < 0) | (X >= 1)), (0, True))),
    ("where(not x > 0, 0, x)", sp.Piecewise((0, X <= 0), (X, True))),
    ("where(x >= 0 and x <= 1, x, 0)", sp.Piecewise((X, (X >= 0) & (X <= 1)), (0, True))),
    ("Piecewise((0, x < 0), (x, True))", sp.Piecewise((0, X < 0), (X, True))),
    ("Piecewise((1, Eq(x, 0)), (sin(x)/x, True))", sp.Piecewise((1, sp.Eq(X, 0)), (sp.sin(X) / X, True))),
    ("1/x if x != 0 else 1", sp.Piecewise((1 / X, sp.Ne(X, 0)), (1, True))),
    ("Piecewise((log(x), x > 1), (0, True))", sp.Piecewise((sp.log(X), X > 1), (0, True))),
    ("\n x\n + 1 ", X + 1),
    ("--x", X),
    ("007*x", 7 * X),
    ("12^0.5*x", 2 * sp.sqrt(3) * X),
    ("tanh(softplus(3*x + 5)^4)", sp.tanh(sp.log(sp.exp(3 * X + 5) + 1) ** 4)),
    (".5*x", X / 2),
    ("5.*x", 5 * X),
)

NUMBERS = (
    "0.1",
    "1e-3",
    "2.5E+2",
    "1" * 200,
    "0." + "123456789" * 22,
    "1e300",
    "1e-300",
    "0.30000000000000004",
)

POSITIONS = (
    ("x*tanh(", 7, "never closed"),
    ("2x", 2, "write 2*x"),
    ("x + 3 tanh(x)", 7, "write 3*tanh"),
    ("tanh x", 6, "tanh(x)"),
    ("x x", 3, "write x*x"),
    ("x + )", 5, "closes nothing"),
    ("x + * 2", 5, "missing before '*'"),
    ("x +", 3, "missing after '+'"),
    ("np.tanh(x)", 3, "attribute access"),
    ("x + yy", 5, "unknown name 'yy'"),
    ("z*tanh(z)", 1, "write x for the variable"),
    ("b*x", 1, "--param b=1/2"),
    ("x + tanhh(x)", 5, "did you mean 'tanh'?"),
    ("x + 9**9**9", 5, "nothing was computed"),
    ("x + log(x)", 5, "for x <= 0"),
    ("1 + 1/(1 + x)", 5, "at x = -1"),
    ("x^(1/3)", 1, "cbrt"),
    ("|x|", 1, "abs(x)"),
    ("x +\n 'y'", 6, "quotes"),
    ("x + max(x)", 5, "2 to 8 arguments"),
    ("0,5*x", 1, "'.'"),
    ("x + where(x, 1, 0)", 11, "is not a condition"),
    ("1" * 100 + "*x + $", 106, "no meaning"),
)


@pytest.mark.parametrize(("text", "expression"), HABITS, ids=[text for text, _ in HABITS])
def test_habits(text: str, expression: sp.Expr) -> None:
    assert parse(text) == expression


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_are_exact(number: str) -> None:
    assert parse(f"x + {number}") == X + sp.Rational(number)


@pytest.mark.parametrize(("text", "character", "words"), POSITIONS)
def test_errors_point_at_the_character(text: str, character: int, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(text)
    assert str(caught.value).endswith(f", at character {character}")
    assert words in str(caught.value)


@pytest.mark.parametrize("name", [n for n in names() if isinstance(activation(n), Activation)])
def test_the_catalogue_prints_what_the_grammar_reads(name: str) -> None:
    entry = activation(name)
    assert isinstance(entry, Activation)
    assert sp.expand(parse(str(entry.numeric())) - entry.numeric()) == 0
    assert parse(f"{name}(x)") == entry.numeric()
    symbols = {symbol.name: symbol for symbol, _ in entry.parameters}
    read = parse(str(entry.expression), {symbol.name: value for symbol, value in entry.parameters})
    assert str(read.subs({s: symbols[s.name] for s in read.free_symbols - {X}})) == str(entry.expression)


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) & set(names())))
def test_one_name_has_one_meaning(name: str) -> None:
    entry = activation(name)
    assert isinstance(entry, Activation)
    assert sp.expand(FUNCTIONS[name].build(X) - entry.numeric()) == 0


@pytest.mark.parametrize("name", [name for name, f in FUNCTIONS.items() if f.least == 1 and not f.needs])
def test_every_function_prints_what_the_grammar_reads(name: str) -> None:
    expression = parse(f"{name}(x/3 + 1)")
    assert sp.expand(parse(str(expression)) - expression) == 0


def test_parameters_are_symbols() -> None:
    a, b = sp.Symbol("a", positive=True), sp.Symbol("b", real=True)
    assert parse("max(0, x) + a*min(0, x) + b", {"a": sp.Rational(1, 4), "b": sp.Integer(-1)}) == (
        sp.Max(0, X) + a * sp.Min(0, X) + b
    )
    assert parse("e*x", {"e": sp.Integer(2)}) == sp.Symbol("e", positive=True) * X


@pytest.mark.parametrize(
    ("text", "values", "words"),
    [
        ("sqrt(a)*x", {"a": -1}, "below 0"),
        ("x^a", {"a": 1000}, "beyond 100"),
        ("a^b*x", {"a": 9, "b": 10**9}, "nothing was computed"),
        ("log(x^2 + a)", {"a": 0}, "undefined at x = 0"),
        ("1/(x - a)", {"a": sp.Rational(1, 3)}, "undefined at x = 1/3"),
        ("x", {"a": 1}, "does not appear"),
        ("a - a + x", {"a": 1}, "does not appear"),
        ("a*x", {"a": 0}, "not a function of x"),
        ("tanh*x", {"tanh": 1}, "meaning of its own"),
        ("x*x", {"x": 1}, "meaning of its own"),
        ("pi*x", {"pi": 3}, "meaning of its own"),
        ("lambda*x", {"lambda": 3}, "cannot name a parameter"),
        ("a.b*x", {"a.b": 3}, "cannot name a parameter"),
    ],
)
def test_parameters_that_cannot_be(text: str, values: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        parse(text, {name: sp.Rational(value) for name, value in values.items()})


@settings(max_examples=150)
@given(st.randoms(use_true_random=False))
def test_what_is_printed_is_read_back(rng: Random) -> None:
    """Print, read, print: the same text, wherever the grammar accepts the expression at all."""
    try:
        expression = parse(TREES["text"](TREES["grow"](rng, 3)))
    except BadInput as refusal:
        assert ", at character " in str(refusal)
        return
    again = parse(str(expression))
    assert again == expression or sp.expand(again - expression) == 0


@settings(max_examples=100)
@given(st.randoms(use_true_random=False), st.sampled_from(["-7/3", "-1/7", "2/9", "13/7"]))
def test_an_expression_has_the_value_that_it_says(rng: Random, place: str) -> None:
    """The value by sympy's expression in ball arithmetic, and by our own walk over the tree in mpmath."""
    tree = TREES["grow"](rng, 3)
    try:
        expression = parse(TREES["text"](tree))
    except BadInput:
        return
    x = sp.Rational(place)
    ball = at(expression, acb(int(x.p)) / int(x.q)).real
    with mp.workdps(30):
        walked = TREES["worth"](tree, mp.mpf(int(x.p)) / int(x.q), [])[0]
        off = abs(mp.mpf(ball.mid().str(40, radius=False)) - walked)
        assert off <= mp.mpf(ball.rad().str(10, radius=False)) + mp.mpf(10) ** -20 * (1 + abs(walked))


@given(st.text(alphabet="x0123456789.+-*/^()<>=&|~, eEtanhmaxlogsqrtif\n'[]{}_;:²π−", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert parse(text).free_symbols == {X}
    except BadInput as refusal:
        assert str(refusal).isprintable()


@settings(max_examples=200)
@given(st.text(max_size=30))
def test_any_unicode_is_read_or_refused(text: str) -> None:
    try:
        assert parse(text).free_symbols == {X}
    except BadInput as refusal:
        assert str(refusal).isprintable()


def read_soon(text: str) -> None:
    start = time.process_time()
    try:
        parse(text)
    except BadInput as refusal:
        assert str(refusal).isprintable()
    assert time.process_time() - start < 2, text


def test_monsters_are_read_or_refused_soon() -> None:
    rng = Random(3)
    for _ in range(600):
        read_soon(TREES["monster"](rng, function_names(), rng.randint(1, 5)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_many_monsters_are_read_or_refused_soon(seed: int) -> None:
    rng = Random(seed)
    for _ in range(10_000):
        read_soon(TREES["monster"](rng, function_names(), rng.randint(1, 6)))


def test_conditions_are_told_only_where_they_are_plain() -> None:
    wide = acb(0).union(acb(1))
    assert holds(X > 2, wide) is False
    assert holds(X < 2, wide) is True
    assert holds(sp.Rational(1, 2) < X, wide) is None
    assert holds(sp.Or(X < 2, sp.Rational(1, 2) < X), wide) is True
    assert holds(sp.Eq(X, 0), acb(0)) is True
    assert holds(sp.Ne(X, 0), acb(0)) is False
