"""Whether one gain serves both directions: each certificate with its conditions."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.activation import Activation, X
from derive.catalogue import activation
from derive.number import Missing, Number
from derive.phase import no_go
from derive.theorems.index import theorems_for

PHI = (1 + sp.erf(X / sp.sqrt(2))) / 2

# function, verdict at q = 1, whether it is a statement about every q, sign of E f^2 - E f'^2
CASES = {
    "identity": (X, "degree one", True, 0),
    "relu": (sp.Max(0, X), "degree one", True, 0),
    "abs": (sp.Abs(X), "degree one", True, 0),
    "tanh": (sp.tanh(X), "poincare", True, -1),
    "sin": (sp.sin(X), "poincare", True, -1),
    "hardtanh": (sp.Max(-1, sp.Min(1, X)), "poincare", True, -1),
    "centred square": (X**2 - 1, "poincare", False, -1),
    "hardshrink": (sp.Piecewise((0, sp.Abs(X) < sp.Rational(1, 2)), (X, True)), "apart", False, 1),
    "sign": (sp.sign(X), "apart", False, 1),
    "affine": (2 * X + 1, "apart", False, 1),
    "silu": (X / (1 + sp.exp(-X)), "apart", False, -1),
    "gelu": (X * PHI, "apart", False, -1),
    "sigmoid": (1 / (1 + sp.exp(-X)), "apart", False, 1),
    "square": (X**2, "apart", False, -1),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_verdicts(name: str) -> None:
    function, verdict, everywhere, sign = CASES[name]
    found = no_go(Activation(name, function, (), "", None))
    assert (found.kind, found.everywhere) == (verdict, everywhere)
    assert isinstance(found.ball, Number)
    assert (found.ball.exact == 0) if sign == 0 else (sign * found.ball.ball > 0)


def test_meeting_at_one_q_is_not_meeting_at_every_q() -> None:
    """x^2 - c at q = 1: E f^2 = 3 - 2c + c^2 equals E f'^2 = 4 at c = 1 + sqrt(2); at another q it does not."""
    f = Activation("shifted", X**2 - 1 - sp.sqrt(2), (), "", None)
    here = no_go(f, 1)
    assert isinstance(here.ball, Number)
    assert here.ball.ball.contains(0)
    assert here.kind in ("meets", "undecided")
    assert not here.everywhere
    assert no_go(f, 2).kind == "apart"


def test_an_infinite_moment_is_undecided() -> None:
    found = no_go(Activation("steep", sp.exp(X**2), (), "", None))
    assert found.kind == "undecided"
    assert isinstance(found.ball, Missing)


@settings(max_examples=10)
@given(st.fractions(-2, 2, max_denominator=5), st.fractions("1/5", 5, max_denominator=5))
def test_degree_one_needs_no_number(slope: object, q: object) -> None:
    assert no_go(activation("prelu", {"a": slope}), q).kind == "degree one"


# The theorem by the inequality, and the one by enclosure, for any activation.
@pytest.mark.parametrize(
    ("name", "stated", "not_stated"),
    [
        ("sin", {"variance_map", "backward_map", "no_go_poincare", "no_go", "pair"}, {"no_pair"}),
        ("hardshrink", {"variance_map", "backward_map", "no_go", "no_pair"}, {"no_go_poincare", "pair"}),
        ("silu", {"variance_map", "backward_map", "no_go", "pair"}, {"no_go_poincare", "no_pair"}),
    ],
)
def test_theorems_of_any_activation(name: str, stated: set[str], not_stated: set[str]) -> None:
    theorems = theorems_for(Activation(name, CASES[name][0], (), "", None))
    names = {theorem.name for theorem in theorems}
    assert stated <= names
    assert not (not_stated & names)
    assert all(theorem.checked for theorem in theorems)


def test_theorems_stop_where_the_numbers_do() -> None:
    step = {t.name for t in theorems_for(Activation("step", sp.Heaviside(X), (), "", None))}
    assert "variance_map" in step
    assert "backward_map" not in step
    steep = {t.name for t in theorems_for(Activation("steep", sp.exp(X**2 / 8), (), "", None), variance=3)}
    assert steep == {"forward", "backward"}
