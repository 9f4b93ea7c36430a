"""Every way of giving an activation: names, text, sympy, torch's modules and functions, and what is none."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sympy as sp
import torch
from torch import nn

import derive
from derive.activation import X
from derive.errors import BadInput
from derive.inputs import activation

Z, A = sp.Symbol("z"), sp.Symbol("a")


def _named(value: object) -> str:
    """An id that is the same in every process: without an address in memory."""
    return re.sub(r" at 0x[0-9a-f]+", "", str(value))[:30]


MODULES = (
    (nn.ReLU(), "relu", {}),
    (nn.GELU(), "gelu", {}),
    (nn.GELU(approximate="tanh"), "gelu_tanh", {}),
    (nn.SiLU(), "silu", {}),
    (nn.Identity(), "identity", {}),
    (nn.LeakyReLU(0.2), "leaky_relu", {"a": "1/5"}),
    (nn.PReLU(init=0.5), "prelu", {"a": "1/2"}),
    (nn.PReLU(3), "prelu", {"a": "1/4"}),
    (nn.RReLU(0.25, 0.5), "rrelu", {"a": "1/4", "b": "1/2"}),
    (nn.Hardtanh(-2, 3), "hardtanh", {"a": -2, "b": 3}),
    (nn.Hardshrink(0.25), "hardshrink", {"c": "1/4"}),
    (nn.Softshrink(0.25), "softshrink", {"c": "1/4"}),
    (nn.Threshold(0.5, 2), "threshold", {"t": "1/2", "c": 2}),
    (nn.ELU(0.7), "elu", {"a": "0.7"}),
    (nn.CELU(0.7), "celu", {"a": "0.7"}),
    (nn.Softplus(beta=2), "softplus", {"b": 2}),
    (nn.LogSigmoid(), "log_sigmoid", {}),
    (nn.functional.silu, "silu", {}),
    (nn.functional.gelu, "gelu", {}),
    (nn.functional.logsigmoid, "log_sigmoid", {}),
    (torch.tanh, "tanh", {}),
    (torch.relu, "relu", {}),
)


@pytest.mark.parametrize(("thing", "name", "parameters"), MODULES, ids=_named)
def test_torch_is_known_by_its_names(thing: Any, name: str, parameters: dict[str, object]) -> None:
    assert activation(thing) == derive.catalogue.activation(name, parameters)


ELEMENTWISE = [
    *(nn.ReLU(), nn.ReLU6(), nn.LeakyReLU(0.2), nn.PReLU(), nn.ELU(0.7), nn.SELU(), nn.CELU(0.7), nn.GELU()),
    *(nn.GELU(approximate="tanh"), nn.SiLU(), nn.Mish(), nn.Softplus(), nn.Softsign(), nn.Tanhshrink()),
    *(nn.Sigmoid(), nn.LogSigmoid(), nn.Tanh(), nn.Hardtanh(), nn.Hardsigmoid(), nn.Hardswish()),
    *(nn.Hardshrink(), nn.Softshrink(), nn.Threshold(0.1, 20.0), nn.Identity(), torch.erf, torch.atan),
    *(torch.special.expit, torch.asinh, nn.functional.mish, torch.special.erfc, torch.square, torch.sinc),
]


@pytest.mark.parametrize("thing", ELEMENTWISE, ids=lambda thing: getattr(thing, "__name__", str(thing)))
def test_torch_computes_what_the_expression_says(thing: Any) -> None:
    """At points off every kink; torch rounds to single precision, some ten operations each."""
    formula = activation(thing).numeric()
    for place in (-6.3, -1.7, -0.31, 0.29, 1.9, 7.1):
        computed = float(thing(torch.tensor([place], dtype=torch.float32)).detach()[0])
        said = float(formula.xreplace({X: sp.Rational(place)}).evalf(20))
        assert computed == pytest.approx(said, rel=32 * 2**-23, abs=32 * 2**-23)


def test_an_activation_is_itself() -> None:
    relu = activation("relu")
    assert activation(relu) is relu
    with pytest.raises(BadInput, match="has its parameters already"):
        activation(relu, {"a": 1})


@pytest.mark.parametrize("name", ["relu", " relu ", "ReLU", "RELU"])
def test_names_whatever_their_capitals(name: str) -> None:
    assert activation(name) is activation("relu")


def test_a_name_with_a_minus_sign_is_no_name() -> None:
    with pytest.raises(BadInput, match="is a function"):
        activation("-relu")
    assert activation("-relu(x)").expression == -sp.Max(0, X)


def test_text() -> None:
    found = activation("  x*tanh(\n exp(x/2)) ")
    assert found.name == "x*tanh( exp(x/2))"
    assert found.expression == X * sp.tanh(sp.exp(X / 2))
    assert (found.torch, found.parameters) == (None, ())
    assert len(activation("x" + " + x" * 500).name) == 80


def test_text_with_parameters() -> None:
    found = activation("x*tanh(a*x) + b", {"a": 0.1, "b": "-1/2"})
    assert found.numeric() == X * sp.tanh(X / 10) - sp.Rational(1, 2)
    assert [(s.name, v) for s, v in found.parameters] == [
        ("a", sp.Rational(1, 10)),
        ("b", -sp.Rational(1, 2)),
    ]
    with pytest.raises(BadInput, match="the parameter a is 'one'"):
        activation("a*x", {"a": "one"})
    with pytest.raises(BadInput, match="has no parameter 'b'"):
        activation("leaky_relu", {"b": 1})


def test_sympy_expressions_in_any_symbol() -> None:
    assert activation(Z * sp.tanh(Z)).expression == X * sp.tanh(X)
    assert activation(sp.Float("0.1") * X).expression == X / 10
    assert activation(Z * A, {A: 2}).numeric() == 2 * X
    assert activation(X + A, {"a": 2}).numeric() == X + 2
    assert activation(sp.Max(0, Z) + sp.Piecewise((0, Z < 0), (sp.erf(Z), True))).expression == (
        sp.Max(0, X) + sp.Piecewise((0, X < 0), (sp.erf(X), True))
    )


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        ("rellu", "did you mean 'relu'"),
        ("rellu", "an expression in x can be given too"),
        ("log", "write log"),
        (Z * A, "which of a, z is the variable"),
        (sp.Integer(3), "no variable"),
        (sp.LambertW(Z), "unknown function 'LambertW'"),
        (sp.log(Z), "for x <= 0"),
        (sp.I * Z, "imaginary unit"),
        (sp.Function("f")(Z), "unknown function 'f'"),
        (nn.GELU, "is a class; give an instance"),
        (nn.Softmax(dim=0), "verify.gain"),
        (nn.Linear(2, 2), "verify.gain"),
        (nn.Sequential(nn.ReLU()), "verify.gain"),
        (torch.log, "for x <= 0"),
        (lambda x: x, "verify.gain"),
        (math.tanh, "verify.gain"),
        (3, "made of a int"),
        (None, "made of a NoneType"),
        (b"relu", "made of a bytes"),
        (["relu"], "made of a list"),
    ],
    ids=_named,
)
def test_what_is_no_activation(thing: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        activation(thing)
    assert str(caught.value).isprintable()


def test_a_prelu_of_different_slopes_is_many_activations() -> None:
    module = nn.PReLU(2)
    module.weight.data[0] = 1
    with pytest.raises(BadInput, match="different values of weight"):
        activation(module)


def test_the_public_name() -> None:
    assert derive.activation is activation


def test_an_expression_loads_no_torch() -> None:
    script = "import sys, derive; derive.activation('x*gelu(x)'); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(derive.__file__).parent.parent)
