"""Published constants: about what is in the catalogue, with the values that their sources compute, and compared
rightly with the certified gains."""

from __future__ import annotations

import math
from dataclasses import fields

import pytest
import sympy as sp

from derive.catalogue import activation, names
from derive.gains import Gains, gains
from derive.gated import gated, gated_gains, gated_names
from derive.number import Missing, Number
from derive.published import Comparison, compare, published

COUNTED = {"torch": 7, "Keras": 3, "JAX": 1, "flax": 1, "Haiku": 1, "NFNet": 15, "timm": 14}


def rows(name: str) -> dict[tuple[str, str], Comparison]:
    found = compare(activation(name), gains(activation(name), 1, digits=20))
    return {(row.published.framework, row.published.convention): row for row in reversed(found)}


def difference(row: Comparison) -> float:
    assert isinstance(row.difference, Number)
    return float(row.difference)


def test_every_constant_is_about_something_in_the_catalogue() -> None:
    known = {None, *names(), *gated_names()}
    assert {row.activation for row in published()} <= known
    assert {row.convention for row in published()} <= {field.name for field in fields(Gains)}
    for framework, count in COUNTED.items():
        assert sum(row.framework == framework for row in published()) == count
    assert all(row.where and row.source for row in published())


def test_no_constant_is_listed_twice() -> None:
    keys = [(row.framework, row.activation, row.convention, row.where) for row in published()]
    assert len(set(keys)) == len(keys)


# The figures that are in public use for SiLU, each with what it follows, to the digits in which they are quoted.
SILU = [
    ("AnyInit", "self_consistent", 1.5588, 2.6e-5),
    ("AnyInit", "forward", 1.6765325, 1.8e-8),
    ("unit-scaling", "centred", 1.7667829, -1.1417e-2),
    ("unit-scaling", "backward", 1.6817928, 3.6020e-2),
    ("NFNet", "centred", 1.7881293296813965, 5.2715e-4),
    ("timm", "centred", 1.7881293296813965, 5.2715e-4),
]


@pytest.mark.parametrize(("framework", "convention", "value", "far"), SILU)
def test_the_gains_of_silu_in_public_use(framework: str, convention: str, value: float, far: float) -> None:
    row = rows("silu")[framework, convention]
    assert float(row.value) == pytest.approx(value, rel=5e-8)
    assert difference(row) == pytest.approx(far, rel=0.02)


def test_unit_scaling_interpolates_as_its_source_does() -> None:
    """logarithmic_interpolation(alpha, lower, upper) of unit_scaling/core/functional.py, written out."""
    mult, relu = 1.0, (2 / (1 - 1 / math.pi)) ** 0.5
    for name, convention, alpha, upper in (
        ("gelu", "centred", 1 / (1 + 0.25 / mult**2), relu),
        ("gelu", "backward", 1 / (1 + 0.25 / mult**2), 2**0.5),
        ("silu", "centred", 1 / (1 + 0.25 / mult**2), relu),
        ("silu", "backward", 1 / (1 + 1 / mult**2), 2**0.5),
    ):
        expected = math.exp(alpha * math.log(upper) + (1 - alpha) * math.log(2))
        assert float(rows(name)["unit-scaling", convention].stated) == pytest.approx(expected, rel=1e-14)


def test_haikus_factor_is_the_one_that_keras_and_jax_divide_by() -> None:
    row = rows("tanh")["Haiku", "forward"]
    assert float(row.stated.evalf(30)) == 0.87962566103423978


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "identity"])
def test_equality_is_shown_exactly(name: str) -> None:
    row = rows(name)["torch", "forward"]
    assert isinstance(row.difference, Number) and row.difference.exact == 0


def test_torchs_leaky_constant_follows_the_slope() -> None:
    steep = activation("leaky_relu", {"a": "1/2"})
    first, *others = compare(steep, gains(steep, 1, digits=10))
    assert first.published.framework == "torch" and first.stated == sp.sqrt(sp.Rational(8, 5))
    assert all(row.published.activation is None for row in others)


def test_constants_from_draws_are_right_to_what_draws_give() -> None:
    """The code does not say from how many draws. As facts: each is too large, and by less than 0.15%."""
    for row in published():
        if row.framework == "timm" and row.activation not in (None, "identity"):
            found = compare(activation(row.activation), gains(activation(row.activation), 1, digits=10))
            estimate = next(r for r in found if r.published == row)
            assert 0 < difference(estimate) < 1.5e-3, row.activation


def test_gated_units_are_compared_too() -> None:
    """A certified forward gain of 1.84622854... for GLU, and no compromise for a product."""
    found = compare(gated("glu"), gated_gains(gated("glu"), 1, digits=15))
    by_framework = {row.published.framework: row for row in found}
    assert difference(by_framework["NFNet"]) == pytest.approx(1.8484294414520264 / 1.846228545 - 1, rel=1e-6)
    assert isinstance(by_framework["Keras"].difference, Missing)


def test_json_names_the_source_and_the_convention() -> None:
    document = rows("relu")["NFNet", "centred"].to_json()
    assert document["value"] == "1.7139588594436646"
    assert document["source"] == "deepmind-research, nfnets/base.py"
    assert document["convention"] == "centred" and document["any_activation"] is False
    assert set(document["relative_difference"]) >= {"value", "radius"}


def test_the_difference_is_a_certified_ball_around_the_ratio() -> None:
    row = rows("tanh")["torch", "forward"]
    assert isinstance(row.true, Number) and isinstance(row.difference, Number)
    assert row.difference.ball.contains(row.difference.ball.mid())
    assert difference(row) == pytest.approx(5 / 3 / float(row.true) - 1, rel=1e-12)
