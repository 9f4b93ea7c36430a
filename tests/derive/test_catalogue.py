"""The catalogue: what it holds, each formula against the literature's, and what it refuses in one plain line."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import mpmath
import pytest
import sympy as sp

from derive.activation import Activation, X
from derive.catalogue import activation, names
from derive.errors import BadInput

# Each formula as its paper, or torch's documentation, writes it, in mpmath and with the default parameters.
mp = mpmath.mp


def logistic(x: mpmath.mpf) -> mpmath.mpf:
    return 1 / (1 + mp.exp(-x))


def softplus(x: mpmath.mpf) -> mpmath.mpf:
    return mp.log1p(mp.exp(x))


def phi(x: mpmath.mpf) -> mpmath.mpf:
    return mp.ncdf(x)


def scaled_exponential(x: mpmath.mpf) -> mpmath.mpf:
    alpha, scale = (
        mp.mpf(digits)
        for digits in ("1.6732632423543772848170429916717", "1.0507009873554804934193349852946")
    )
    return scale * (max(0, x) + min(0, alpha * mp.expm1(x)))


FORMULAS: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    "identity": lambda x: x,
    "relu": lambda x: max(0, x),
    "leaky_relu": lambda x: x if x > 0 else x / 100,
    "prelu": lambda x: x if x > 0 else x / 4,
    "rrelu": lambda x: x if x > 0 else x * 11 / 48,
    "abs": abs,
    "relu6": lambda x: min(max(0, x), 6),
    "hardtanh": lambda x: min(1, max(-1, x)),
    "hardsigmoid": lambda x: min(max(0, x + 3), 6) / 6,
    "hardswish": lambda x: x * min(max(0, x + 3), 6) / 6,
    "hardshrink": lambda x: x if abs(x) > 0.5 else 0,
    "softshrink": lambda x: mp.sign(x) * max(abs(x) - 0.5, 0),
    "threshold": lambda x: x if x > 1 else 0,
    "step": lambda x: 1 if x > 0 else 0,
    "sign": mp.sign,
    "square": lambda x: x * x,
    "relu_squared": lambda x: max(0, x) ** 2,
    "elu": lambda x: x if x > 0 else mp.expm1(x),
    "selu": scaled_exponential,
    "celu": lambda x: max(0, x) + min(0, mp.expm1(x)),
    "exp": mp.exp,
    "gaussian": lambda x: mp.exp(-x * x),
    "tanhexp": lambda x: x * mp.tanh(mp.exp(x)),
    "tanh": mp.tanh,
    "lecun_tanh": lambda x: mp.mpf("1.7159") * mp.tanh(mp.mpf(2) / 3 * x),
    "tanhshrink": lambda x: x - mp.tanh(x),
    "lisht": lambda x: x * mp.tanh(x),
    "sigmoid": logistic,
    "scaled_sigmoid": lambda x: 2 * mp.tanh(x / 2),
    "log_sigmoid": lambda x: mp.log(logistic(x)),
    "silu": lambda x: x * logistic(x),
    "swish": lambda x: x * logistic(x),
    "quick_gelu": lambda x: x * logistic(mp.mpf("1.702") * x),
    "softplus": softplus,
    "shifted_softplus": lambda x: mp.log(mp.exp(x) / 2 + mp.mpf(1) / 2),
    "mish": lambda x: x * mp.tanh(softplus(x)),
    "elish": lambda x: x * logistic(x) if x >= 0 else mp.expm1(x) * logistic(x),
    "smish": lambda x: x * mp.tanh(mp.log1p(logistic(x))),
    "logish": lambda x: x * mp.log1p(logistic(x)),
    "erf": mp.erf,
    "gelu": lambda x: x * phi(x),
    "gelu_tanh": lambda x: x / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * x**3))),
    "laplace": lambda x: mp.ncdf(x, mp.sqrt(0.5), mp.sqrt(1 / (4 * mp.pi))),
    "serf": lambda x: x * mp.erf(softplus(x)),
    "phish": lambda x: x * mp.tanh(x * phi(x)),
    "sin": mp.sin,
    "cos": mp.cos,
    "siren": lambda x: mp.sin(30 * x),
    "snake": lambda x: x + (1 - mp.cos(2 * x)) / 2,
    "gcu": lambda x: x * mp.cos(x),
    "sinc": mp.sinc,
    "softsign": lambda x: x / (1 + abs(x)),
    "elliott": lambda x: (x / 2) / (1 + abs(x)) + mp.mpf(1) / 2,
    "isru": lambda x: x / mp.sqrt(1 + x * x),
    "isrlu": lambda x: x if x >= 0 else x / mp.sqrt(1 + x * x),
    "squareplus": lambda x: (x + mp.sqrt(x * x + 4)) / 2,
    "bent_identity": lambda x: (mp.sqrt(x * x + 1) - 1) / 2 + x,
    "arctan": mp.atan,
    "arcsinh": mp.asinh,
    "symlog": lambda x: mp.sign(x) * mp.log1p(abs(x)),
}
# Dyadic, so exact on both sides; beyond every kink and between them, but none on a jump.
POINTS = [sp.Rational(n, 16) for n in (-120, -75, -41, -19, -9, -5, -1, 1, 3, 7, 11, 21, 43, 90, 131)]


def test_names_are_those_with_a_formula_here() -> None:
    assert set(names()) == set(FORMULAS)
    assert len(names()) >= 45


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_formulas_are_those_of_the_papers(name: str) -> None:
    """Both sides to 40 digits, of terms that are at most exp(9) < 10^4."""
    chosen = activation(name)
    assert chosen.reference
    with mp.workdps(40):
        for point in POINTS:
            true = FORMULAS[name](mp.mpf(int(point.p)) / int(point.q))
            found = chosen.numeric().xreplace({X: point})
            assert abs(mp.mpf(str(sp.N(found, 40))) - true) <= mp.mpf(10) ** -36, point


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_the_expression_has_the_parameters_and_nothing_else(name: str) -> None:
    chosen = activation(name)
    assert chosen.expression.free_symbols == {X} | set(chosen.values)
    assert chosen.numeric().free_symbols == {X}
    assert "{" not in (chosen.torch or "")


@pytest.mark.parametrize("value", [sp.Rational(1, 5), Fraction(1, 5), "1/5", "0.2", 0.2])
def test_parameters_may_be_given_in_any_exact_form(value: object) -> None:
    leaky = activation("leaky_relu", {"a": value})
    assert leaky.numeric() == sp.Max(0, X) + sp.Min(0, X) / 5
    assert leaky.torch == "torch.nn.LeakyReLU(0.2)"


@pytest.mark.parametrize(
    ("name", "given", "torch"),
    [
        ("swish", {"b": 1}, "torch.nn.SiLU()"),
        ("swish", {"b": 2}, None),
        ("selu", {}, "torch.nn.SELU()"),
        ("selu", {"a": 2}, None),
        ("rrelu", {"a": 0, "b": "0.5"}, "torch.nn.RReLU(0.0, 0.5)"),
    ],
)
def test_torch_has_a_counterpart_only_at_values_that_it_can_be_given(
    name: str, given: dict[str, object], torch: str | None
) -> None:
    assert activation(name, given).torch == torch


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("relu", "ReLU"),
        ("log_sigmoid", "LogSigmoid"),
        ("gelu", "GELU"),
        ("gelu_tanh", "gelu tanh"),
        ("swish", "swish"),
        ("hardtanh", "hardtanh"),
        ("sin", "sin"),
        ("relu_squared", "relu squared"),
    ],
)
def test_labels_tell_activations_apart(name: str, label: str) -> None:
    assert activation(name).label == label


def test_no_two_labels_are_equal() -> None:
    assert len({activation(name).label for name in names()}) == len(names())


def test_an_unknown_name_gets_the_nearest_one() -> None:
    with pytest.raises(BadInput, match="did you mean 'leaky_relu'"):
        activation("leakyrelu")


@pytest.mark.parametrize(
    ("name", "parameters", "complaint"),
    [
        ("relu", {"a": 1}, "relu has no parameter 'a': it has none"),
        ("prelu", {"b": 1}, "prelu has no parameter 'b': it has a"),
        ("prelu", {"a": float("nan")}, "the parameter a is 'nan'"),
        ("prelu", {"a": "1/0"}, "the parameter a is '1/0'"),
        ("prelu", {"a": sp.sqrt(2)}, "not a rational number"),
        ("softplus", {"b": 0}, "the parameter b is 0, but it must be above 0"),
        ("celu", {"a": -1}, "the parameter a is -1, but it must be above 0"),
    ],
)
def test_bad_parameters_are_refused_in_one_line(
    name: str, parameters: dict[str, object], complaint: str
) -> None:
    with pytest.raises(BadInput, match=complaint) as caught:
        activation(name, parameters)
    assert "\n" not in str(caught.value)


def test_nothing_is_built_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names cost nothing: an entry's expression is made by a call, and the default one is kept."""
    monkeypatch.setattr(Activation, "__init__", _refuse)
    assert "mish" in names()
    monkeypatch.undo()
    assert activation("mish") is activation("mish")


def _refuse(*_: object) -> None:
    raise AssertionError("built too early")
