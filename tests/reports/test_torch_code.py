"""The code of a report computes what the verifier draws with, value and gradient, and holds no foreign text."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
import torch

import derive
from derive.activation import Activation, X
from derive.errors import BadInput
from reports.snippet import Initialisation, torch_snippet
from reports.torch_code import function_lines
from verify.functions import functions

EXPRESSIONS = [
    "x*tanh(exp(x/2))",
    "-softplus(x)",
    "max(0, x)^2",
    "min(x, tanh(x) + cos(x))",
    "Piecewise((exp(x) - 1, x < 0), (x, True))",
    "Piecewise((x, (x > 1/2) | (x < -1/2)), (0, True))",
    "Heaviside(x)*x + sign(x)",
    "sign(x)*max(abs(x) - 1, 0)",
    "x/(1 + abs(x))",
    "sqrt(x^2 + 1) - 1",
    "x^3/(1 + x^2)",
    "sin(x)^2 + sinc(x)",
    "x*Phi(x)",
    "log(1 + x^2)*atan(x)",
    "asinh(x) - erf(x)/3",
    "sinh(x)/cosh(x)^2",
    "1/(2 + cos(x))",
    "exp(-x^2)",
]


def executed(activation: Activation) -> Any:
    lines = "\n    ".join(function_lines(activation))
    space: dict[str, Any] = {"torch": torch}
    exec(compile(f"def f(x):\n    {lines}", "code", "exec"), space)
    return space["f"]


def points() -> torch.Tensor:
    return torch.linspace(-7, 7, 1201, dtype=torch.float64) + 1e-4


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_it_is_what_the_verifier_computes(text: str) -> None:
    """Both evaluate the same function in float64; 1e-12 is four thousand rounding errors."""
    found, z = derive.activation(text), points().requires_grad_()
    value, slope = functions(found)
    computed = executed(found)(z)
    (computed + 0 * z).sum().backward()
    assert z.grad is not None
    torch.testing.assert_close(computed, value(z), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(z.grad, slope(points()), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", [n for n in derive.names() if not (derive.activation(n).torch or "")])
def test_it_is_written_for_all_that_torch_lacks(name: str) -> None:
    found = derive.activation(name)
    torch.testing.assert_close(
        executed(found)(points()), functions(found).value(points()), rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("kink", [-0.5, 0.5])
def test_the_value_at_a_jump_is_the_functions_own(kink: float) -> None:
    at = torch.tensor([kink], dtype=torch.float64)
    for condition in ("(x >= 1/2) | (x < -1/2)", "(x > 1/2) | (x <= -1/2)"):
        found = derive.activation(f"Piecewise((x, {condition}), (0, True))")
        assert executed(found)(at).item() == functions(found).value(at).item()


def test_long_code_is_broken_between_brackets() -> None:
    terms = " + ".join(f"sin({k}*x)/{k * k}" for k in range(1, 25))
    found = derive.activation(f"x*({terms})")
    lines = function_lines(found)
    assert len(lines) > 5 and max(map(len, lines)) <= 80
    torch.testing.assert_close(
        executed(found)(points()), functions(found).value(points()), rtol=1e-9, atol=1e-12
    )


def test_a_piece_that_overflows_elsewhere_spoils_no_gradient() -> None:
    z = torch.tensor([800.0, -800.0], dtype=torch.float64, requires_grad=True)
    executed(derive.activation("Piecewise((exp(x) - 1, x < 0), (x, True))"))(z).sum().backward()
    assert z.grad is not None and z.grad.tolist() == [1.0, 0.0]


def test_names_are_never_code() -> None:
    """Parameters are put in as numbers, whatever they are called."""
    evil = sp.Symbol('torch.os.system("x")', real=True)
    found = Activation('"""\nimport os', sp.tanh(evil * X), ((evil, sp.Rational(1, 2)),), "", None)
    source = torch_snippet(found, Initialisation("1.0", "a note"), (4, 4))
    assert "os" not in source.replace("cos", "") and "torch.tanh(0.5 * x)" in source


def test_what_torch_lacks_is_refused() -> None:
    with pytest.raises(BadInput, match="no elementwise torch function"):
        function_lines(Activation("m", sp.besselk(0, 1 + X**2), (), "", None))


@pytest.mark.parametrize("text", ["x*tanh(exp(x/2))", "-softplus(x)", "a*max(0, x)"])
def test_the_whole_snippet_runs_for_an_expression(text: str) -> None:
    found = derive.activation(text, {"a": "1/4"} if "a*m" in text else {})
    space: dict[str, Any] = {}
    exec(compile(torch_snippet(found, Initialisation("1.5", "a note", "0.1"), (8, 6, 4)), "s", "exec"), space)
    assert space["network"](torch.randn(3, 8)).shape == (3, 4)
