"""Every choice that cannot be acted on is refused with one line that says what, why and what to do."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
import torch

from derive.catalogue import activation
from derive.errors import BadInput
from verify.claim import Claim, layer_widths
from verify.problem import resolve

BAD = [
    ({"widths": (4, 0, 4)}, "width 0"),
    ({"widths": (4, -3)}, "width -3"),
    ({"widths": (4,)}, "at least one layer"),
    ({"batch": 0}, "batch 0"),
    ({"replicates": 0}, "replicates 0"),
    ({"replicates": 1}, "two networks"),
    ({"seed": -1}, "seed -1"),
    ({"memory_mib": 0}, "memory_mib 0"),
    ({"gain": float("nan")}, "gain nan"),
    ({"gain": float("inf")}, "gain inf"),
    ({"gain": 0.0}, "gain 0.0"),
    ({"gain": -1.4}, "gain -1.4"),
    ({"gain": 1e40}, "gain 1e+40"),
    ({"bias_variance": -0.1}, "bias variance -0.1"),
    ({"bias_variance": float("nan")}, "bias variance nan"),
    ({"variance": sp.Integer(0)}, "variance 0"),
    ({"variance": sp.Integer(-1)}, "variance -1"),
    ({"variance": sp.oo}, "variance oo"),
    ({"margin": 0.0}, "margin 0.0"),
    ({"margin": 0.3}, "margin 0.3"),
    ({"margin": float("nan")}, "margin nan"),
    ({"confidence": 1.0}, "confidence 1.0"),
    ({"confidence": 0.1}, "confidence 0.1"),
    ({"law": "norml"}, "did you mean 'normal'"),
    ({"law": "ortogonal"}, "did you mean 'orthogonal'"),
    ({"law": "student_t(nu=2)"}, "no variance for nu <= 2"),
    ({"mode": "fan_inn"}, "did you mean 'fan_in'"),
    ({"dtype": "float16"}, "choose one of float32, float64"),
    ({"device": "tpu"}, "choose one of auto, cpu, cuda"),
    ({"direction": "sideways"}, "choose one of forward, backward, both"),
    ({"output_gradient": "zeros"}, "choose one of gaussian, ones, loss"),
    ({"sampler": "sparse"}, "unknown sampler"),
]


@pytest.mark.parametrize(("fields", "words"), BAD, ids=str)
def test_a_bad_field_is_refused_with_one_line(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput) as refusal:
        Claim(activation("relu"), **fields)
    message = str(refusal.value)
    assert words in message
    assert "\n" not in message


def test_cuda_is_refused_where_it_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(BadInput, match="--device cpu"):
        Claim(activation("relu"), device="cuda")


UNTESTABLE = [
    ("sigmoid", {"direction": "both"}, "no gain and bias variance serve both"),
    ("sigmoid", {"direction": "backward"}, "below 0"),
    ("relu", {"bias_variance": 1.0}, "nothing is left for the weights"),
    ("tanh", {"direction": "both", "bias_variance": 0.3}, "goes with the backward gain"),
]


@pytest.mark.parametrize(("name", "fields", "words"), UNTESTABLE)
def test_what_the_theory_gives_no_gain_for_is_refused(name: str, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words) as refusal:
        resolve(Claim(activation(name), **fields))
    assert "\n" not in str(refusal.value)


def test_widths_from_what_a_person_types() -> None:
    assert layer_widths() == (256,) * 51
    assert layer_widths(8, 3) == (8,) * 4
    assert layer_widths((8,), 3) == (8,) * 4
    assert layer_widths((784, 256, 10)) == (784, 256, 10)
    assert layer_widths((784, 256, 10), 2) == (784, 256, 10)


@pytest.mark.parametrize(("width", "depth", "words"), [(8, 0, "depth 0"), ((3, 4, 5), 5, "not 5")])
def test_widths_that_do_not_fit_a_depth_are_refused(width: Any, depth: int, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        layer_widths(width, depth)


def test_a_claim_without_a_gain_takes_the_theory_s() -> None:
    relu = resolve(Claim(activation("relu")))
    assert relu.directions == ("forward", "backward")
    assert relu.gain == pytest.approx(2**0.5, rel=1e-15)
    tanh = resolve(Claim(activation("tanh")))
    assert (tanh.directions, tanh.bias_variance) == (("forward",), 0.0)
    pair = resolve(Claim(activation("tanh"), direction="both"))
    assert pair.gain == pytest.approx(pair.targets["backward"], rel=1e-15)
    assert pair.ratio("forward") == pytest.approx(1, abs=1e-12)
    assert pair.bias_variance == pytest.approx(0.151, abs=0.0005)  # the feasibility study's figure


def test_with_a_bias_the_forward_gain_solves_the_variance_map() -> None:
    """F(q) = v + g^2 E f^2 = q at the gain that the forward direction is held against."""
    problem = resolve(Claim(activation("relu"), gain=1.3, bias_variance=0.25, variance=sp.Integer(2)))
    assert 0.25 + problem.targets["forward"] ** 2 * 2 / 2 == pytest.approx(2, rel=1e-15)
