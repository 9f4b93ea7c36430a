"""What `gainproof gain` says: every convention, published constants, infinite moments, depth; text and JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sympy as sp

import derive
from derive.gated import gated_names
from reports.answer import gain_text, published_text, stability_text
from reports.cli import main
from reports.commands.output import print_text
from reports.tables import forward_stability, growth

Captured = pytest.CaptureFixture[str]


def answer(capfd: Captured, *arguments: str) -> str:
    assert main(["gain", *arguments]) == 0
    return capfd.readouterr().out


def document(capfd: Captured, *arguments: str) -> Any:
    return json.loads(answer(capfd, *arguments, "--json"))


def test_all_conventions_stand_side_by_side(capfd: Captured) -> None:
    out = answer(capfd, "silu")
    for words in (
        "forward",
        "backward",
        "centred",
        "compromise",
        "geometric",
        "self-consistent",
        "bias variance",
    ):
        assert f"  {words}" in out
    for users in ("He et al. 2015", "NFNets", "Glorot", "AnyInit", "torch", "Keras", "timm", "flax"):
        assert users in out
    assert "K(q)" in out and "unstable fixed point (F'(q) = 1.17259)" in out


def test_timm_is_off_by_what_its_digits_say(capfd: Captured) -> None:
    """timm's gamma for silu, 1.7881293296813965, against sqrt(1/Var f) = 1.787187222100442 certified."""
    rows = document(capfd, "silu")["published"]
    timm = next(row for row in rows if row["framework"] == "timm" and row["convention"] == "centred")
    assert (
        abs(float(timm["relative_difference"]["value"]) - (1.7881293296813965 / 1.787187222100442 - 1)) < 1e-9
    )


def test_the_document_keeps_the_contract(capfd: Captured) -> None:
    found = document(capfd, "gelu", "--variance", "1/4")
    assert list(found) == ["activation", "variance", "moments", "gains", "published", "stability"]
    assert set(found["moments"]) == {"mean", "second", "derivative_second"}
    assert {"forward", "backward", "centred", "pair", "compromise", "geometric", "self_consistent"} == set(
        found["gains"]
    )
    assert found["stability"]["kind"] == "unstable" and found["stability"]["depth"] == 50
    assert abs(found["stability"]["growth"] - float(found["stability"]["slope"]["value"]) ** 50) < 1e-6


def test_growth_over_fifty_layers_is_the_power() -> None:
    relu = derive.activation("relu")
    held = forward_stability(relu, sp.Integer(1), derive.gains(relu, 1))
    assert held is not None and growth(held.slope) == 1.0
    assert "neither grows nor dies out" in " ".join(stability_text(held, sp.Integer(1)).split())


def test_an_infinite_moment_is_an_answer(capfd: Captured) -> None:
    out = answer(capfd, "exp(x^2)")
    assert "infeasible at q = 1: there is no forward and no backward gain" in out
    assert "infinite from q = 1/4 on" in out
    found = document(capfd, "exp(x^2)")
    assert (
        found["moments"]["second"]["value"] is None and found["moments"]["second"]["infinite_from"] == "1/4"
    )
    assert found["gains"]["forward"]["value"] is None and found["stability"] is None


@pytest.mark.parametrize("name", gated_names())
def test_gated_units_are_answered(name: str, capfd: Captured) -> None:
    out = answer(capfd, name)
    assert out.startswith(f"{name}: h = ") and "unstable fixed point" in out
    assert document(capfd, name)["gains"]["forward"]["value"]


def test_a_gated_unit_takes_no_parameter(capfd: Captured) -> None:
    assert main(["gain", "glu", "--param", "a=1"]) == 2
    assert "no parameter" in capfd.readouterr().err


def test_parameters_of_an_expression(capfd: Captured) -> None:
    assert document(capfd, "a*x", "--param", "a=1/4")["gains"]["forward"]["exact"] == "4"
    assert "with a = 1/4" in answer(capfd, "a*x", "--param", "a=1/4")


def test_lines_fit_a_terminal(capfd: Captured) -> None:
    for text in ("selu", "x*tanh(exp(x/2))", "gelu"):
        assert max(len(line) for line in answer(capfd, text).splitlines()) <= 140


def test_nothing_published_says_nothing() -> None:
    assert published_text([]) == ""


def test_control_characters_do_not_reach_the_terminal(capfd: Captured) -> None:
    evil = sp.Symbol("a\x1b[31m\r", real=True)
    found = derive.Activation(
        "m\x1b[2J", evil * sp.Symbol("x", real=True), ((evil, sp.Integer(1)),), "", None
    )
    print_text(gain_text(found, sp.Integer(1), derive.moments(found, 1), derive.gains(found, 1)))
    out = capfd.readouterr().out
    assert all(c.isprintable() or c == "\n" for c in out) and "[31m" in out


def test_phases_are_added_when_asked_for(capfd: Captured) -> None:
    assert "Phases" not in answer(capfd, "tanh")
    assert "It is stable, F'(q) = 0.46107" in answer(capfd, "tanh", "--phase")
    found = document(capfd, "tanh", "--phase")["phase"]
    assert found["kind"] == "stable" and [p["kind"] for p in found["fixed_points"]] == ["unstable", "stable"]
