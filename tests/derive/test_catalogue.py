"""The catalogue: what it holds, and what it refuses in one plain line."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

from derive.activation import X
from derive.catalogue import activation, names
from derive.errors import BadInput

FORMULAS = {
    "identity": X,
    "relu": sp.Max(0, X),
    "leaky_relu": sp.Max(0, X) + sp.Min(0, X) / 100,
    "prelu": sp.Max(0, X) + sp.Min(0, X) / 4,
    "tanh": sp.tanh(X),
    "sigmoid": 1 / (1 + sp.exp(-X)),
    "scaled_sigmoid": 4 / (1 + sp.exp(-X)) - 2,
}


def test_names_are_those_with_a_formula_here() -> None:
    assert set(names()) == set(FORMULAS)


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_defaults_are_those_of_the_papers(name: str) -> None:
    assert sp.expand(activation(name).numeric() - FORMULAS[name]) == 0
    assert activation(name).reference


@pytest.mark.parametrize("value", [sp.Rational(1, 5), Fraction(1, 5), "1/5", "0.2", 0.2])
def test_parameters_may_be_given_in_any_exact_form(value: object) -> None:
    leaky = activation("leaky_relu", {"a": value})
    assert leaky.numeric() == sp.Max(0, X) + sp.Min(0, X) / 5
    assert leaky.torch == "torch.nn.LeakyReLU(0.2)"


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
    ],
)
def test_bad_parameters_are_refused_in_one_line(
    name: str, parameters: dict[str, object], complaint: str
) -> None:
    with pytest.raises(BadInput, match=complaint) as caught:
        activation(name, parameters)
    assert "\n" not in str(caught.value)
