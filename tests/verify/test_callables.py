"""Gains of torch callables: against certified ones, with honest errors, and refused where they make no sense."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import derive
from derive.catalogue import activation, names
from derive.errors import BadInput
from derive.gains import Gains
from derive.number import Missing, Number
from verify import EstimatedGains, gain
from verify.adaptive import gaussian_integrals
from verify.callables import counterpart, elementwise, sampled
from verify.estimate import LABEL, Estimate, estimated
from verify.functions import functions

CALLABLE = {
    "relu": torch.relu,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "tanh": torch.tanh,
    "sin": torch.sin,
    "gelu": torch.nn.functional.gelu,
    "hardshrink": torch.nn.functional.hardshrink,
    "square": torch.square,
    "siren": lambda z: torch.sin(30 * z),
    "silu": lambda z: z / (1 + torch.exp(-z)),
    "exp": torch.exp,
}


def estimate(found: Estimate | Missing) -> Estimate:
    assert isinstance(found, Estimate)
    return found


@pytest.mark.parametrize("name", sorted(CALLABLE))
@pytest.mark.parametrize("variance", [0.25, 1.0, 4.0])
def test_estimates_are_as_good_as_they_say(name: str, variance: float) -> None:
    """Within the error estimate of the certified number, and to 12 digits, kinks and jumps included."""
    found = estimated(CALLABLE[name], variance)
    chosen = activation(name)
    true = derive.moments(chosen, variance, 20), derive.gains(chosen, variance, 20)
    for source, keys in zip(
        true, (("mean", "second", "derivative_second"), ("forward", "backward", "centred")), strict=True
    ):
        for key in keys:
            number, guess = getattr(source, key), estimate(getattr(found, key))
            assert isinstance(number, Number)
            assert abs(guess.value - float(number)) <= guess.error + 1e-16, key
            assert guess.error <= 1e-12 * max(1, abs(guess.value)), key


@given(st.floats(-2, 2), st.floats(0.1, 3), st.floats(0.2, 5))
def test_kinks_may_lie_anywhere(place: float, slope: float, variance: float) -> None:
    """E (a max(0, z - c))^2 = a^2 ((c^2 + q) Phi(-c/s) - c s phi(c/s))."""
    s = math.sqrt(variance)
    tail, density = math.erfc(place / s / math.sqrt(2)) / 2, math.exp(-place * place / variance / 2)
    expected = slope**2 * ((place**2 + variance) * tail - place * s * density / math.sqrt(2 * math.pi))
    second = estimate(estimated(lambda z: slope * torch.relu(z - place), variance).second)
    assert abs(second.value - expected) <= second.error + 1e-14 * slope**2 * (place**2 + variance)


@pytest.mark.parametrize("place", [1e-12, -1e-9, 1e-4, 1e-3, 0.5 - 1e-5, 0.2501, 1 / 3])
def test_a_jump_beside_the_border_of_a_panel_is_seen(place: float) -> None:
    """The slope of max(0, z - c) jumps between a border of the panels, at multiples of 1/4, and the first node."""
    found = estimate(estimated(lambda z: torch.relu(z - place), 1.0).derivative_second)
    assert abs(found.value - math.erfc(place / math.sqrt(2)) / 2) <= found.error < 1e-12


def test_a_name_a_module_and_an_activation_give_certified_gains() -> None:
    for thing in ("relu", "max(0, x)", activation("relu"), torch.nn.ReLU()):
        found = gain(thing)
        assert isinstance(found, Gains) and str(found.forward.to_json()["exact"]) == "sqrt(2)"


def test_json_says_that_it_is_an_estimate_wherever_it_is_shown() -> None:
    def mine(z: torch.Tensor) -> torch.Tensor:
        return torch.tanh(z) + z / 4

    document = gain(mine).to_json()
    assert document["label"] == LABEL == "quadrature, error estimate"
    assert document["activation"] == {"name": "mine", "expression": None}
    for part in ("moments", "gains"):
        group = document[part]
        assert isinstance(group, dict)
        for number in group.values():
            assert number["label"] == LABEL and number["exact"] is None and number["radius"] is None
            assert float(number["error_estimate"]) < 1e-12


def test_an_unknown_module_is_estimated_and_left_as_it_was() -> None:
    class Mine(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.slope = torch.nn.Parameter(torch.tensor(0.5))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.where(x > 0, x, self.slope * x)

    module = Mine()
    found = gain(module)
    assert isinstance(found, EstimatedGains) and found.name == "Mine"
    assert estimate(found.forward).value == pytest.approx(math.sqrt(2 / 1.25), rel=1e-13)
    assert module.slope.dtype == torch.float32 and module.slope.grad is None


def test_rough_functions_have_a_large_error_and_not_a_wrong_value() -> None:
    """A function that goes through float32 has noise of 1e-7 that no halving removes."""
    second = estimate(estimated(lambda z: torch.sin(1000 * z.float()).double(), 1.0).second)
    assert abs(second.value - 1 / 2) <= second.error
    assert second.error > 1e-12


def test_no_gradient_is_missing_with_a_reason() -> None:
    found = estimated(lambda z: (z > 0.3).double(), 1.0)
    assert estimate(found.second).value == pytest.approx(math.erfc(0.3 / math.sqrt(2)) / 2, rel=1e-12)
    assert isinstance(found.backward, Missing) and "no gradient" in found.backward.reason
    flat = estimated(torch.sign, 1.0)
    assert isinstance(flat.backward, Missing) and "cannot be told from 0" in flat.backward.reason
    step = estimated(lambda z: torch.heaviside(z, torch.zeros_like(z)), 1.0)
    assert isinstance(step.backward, Missing) and "no gradient" in step.backward.reason


def test_an_infinite_moment_is_missing_and_a_finite_one_beside_it_is_not() -> None:
    """E exp(z^2/3) = sqrt(3), and its square has no mean."""
    found = estimated(lambda z: torch.exp(z**2 / 3), 1.0)
    assert estimate(found.mean).value == pytest.approx(math.sqrt(3), rel=1e-10)
    assert isinstance(found.second, Missing) and isinstance(found.centred, Missing)
    assert isinstance(found.forward, Missing) and "infinite" in found.forward.reason


class Running(torch.nn.Module):
    """Not deterministic: it counts."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        return x * self.calls


REFUSED: list[tuple[str, Callable[..., object], str]] = [
    ("softmax", torch.nn.Softmax(dim=-1), "one output depends on other inputs"),
    ("layernorm", lambda z: z - z.mean(), "one output depends on other inputs"),
    ("cumsum", lambda z: z.reshape(-1).cumsum(0).reshape(z.shape), "one output depends on other inputs"),
    ("dropout", torch.nn.Dropout(0.5), "another result each time"),
    ("counting", Running(), "another result each time"),
    ("glu", torch.nn.GLU(), r"shape \(8,\) into \(4,\)"),
    ("sum", torch.sum, "keeps the shape"),
    ("number", lambda z: 3.0, "does not return a real tensor"),
    ("integers", lambda z: z.long(), "does not return a real tensor"),
    ("complex", lambda z: torch.sqrt(z.to(torch.complex128)), "does not return a real tensor"),
    ("log", torch.log, "is not finite at -5.3"),
    ("reciprocal", lambda z: 1 / (z - z), "is not finite"),
    ("raising", lambda z: {}["no"], "cannot be called on a float64 tensor: KeyError"),
    ("linear", torch.nn.Linear(3, 3), "cannot be called on a float64 tensor"),
    ("growing", lambda z: torch.exp(z**4), "is not finite at -5.3"),
]


@pytest.mark.parametrize(("thing", "complaint"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_is_no_activation_is_refused_in_one_line(thing: Callable[..., object], complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint) as caught:
        gain(thing)
    assert "\n" not in str(caught.value)


def test_entries_treated_by_their_place_are_refused() -> None:
    """PReLU with a slope for each channel: alone each entry would be the first channel."""

    def by_place(z: torch.Tensor) -> torch.Tensor:
        weights = torch.ones_like(z)
        weights.reshape(-1)[1:] = 2.0
        return z * weights if z.numel() > 1 else z * (1.0 if float(z) == -5.3 else 2.0)

    with pytest.raises(BadInput, match="by their place"):
        elementwise(by_place, 1.0)


@pytest.mark.parametrize("name", names())
def test_our_derivative_is_autograds(name: str) -> None:
    """autograd through our own torch functions of f gives f' between the kinks, to the roundings of the terms."""
    points = torch.linspace(-6, 6, 301, dtype=torch.float64) + 0.0071
    ours = functions(activation(name))
    slope = sampled(ours.value, points).slope
    wanted = ours.derivative(points)
    if slope is None:
        assert bool((wanted == 0).all())
    else:
        size = 1 + points.abs() + wanted.abs()
        allowed = 64 * torch.finfo(torch.float64).eps * size
        assert bool(((slope - wanted).abs() <= allowed).all()), (slope - wanted).abs().max()


def test_integrals_of_polynomials_are_double_factorials() -> None:
    value, error, *_ = gaussian_integrals(lambda z: torch.stack([z ** (2 * k) for k in range(6)]), 1.0)
    expected = torch.tensor([1.0, 1.0, 3.0, 15.0, 105.0, 945.0], dtype=torch.float64)
    assert bool(((value - expected).abs() <= error).all())
    assert bool((error <= 1e-13 * expected).all())


def test_counterparts_exist_where_the_catalogue_says() -> None:
    assert counterpart(activation("gcu")) is None
    assert counterpart(activation("sin")) is torch.sin
