"""What `verify` says on a terminal where the fans, a failed control or a size make it speak."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from derive import BadInput, activation, theorems_for
from reports.commands.verify import EXIT_CODES
from reports.finite_width import rows as figures
from reports.planning import plan_text
from reports.sweeps import sweep_text
from reports.verdicts import verdict_text
from verify import Claim, layer_widths, plan, sweep, verify


def said(claim: Claim) -> str:
    return verdict_text(verify(claim).to_json())


def test_factors_are_shown_where_the_fan_makes_them_differ_from_one() -> None:
    claim = Claim(activation("identity"), widths=(48, 16, 32), mode="fan_avg", replicates=40)
    words = said(claim)
    assert "hold every layer's predicted factor" in words.replace("holds", "hold")
    assert f"forward, layer 1     {2 * 48 / 64:.5f}" in words
    assert f"backward, layer 2    {2 * 32 / 48:.5f}" in words
    assert "multiplies q by its own fan_in/fan" in " ".join(words.split())


def test_gelu_holds_and_yet_is_unstable() -> None:
    """The condition first, then the fixed point, then where networks of this width end, predicted and measured."""
    words = said(Claim(activation("gelu"), widths=layer_widths(64, 6), margin=0.05, confidence=0.9))
    lines = words.splitlines()
    assert lines[0].startswith("confirmed: gain 1.53353044 holds q = 1 for gelu, forward")
    assert "depth (unstable, F'(q) = 1.14406)" in words and len(lines) <= 36
    head = next(i for i, line in enumerate(lines) if "q after 6 layers" in line)
    assert lines[head].split()[-3:] == ["5%", "50%", "95%"]
    predicted, measured = ([float(x) for x in lines[head + i].split()[1:]] for i in (1, 2))
    assert predicted == sorted(predicted) and all(
        0.2 < p / m < 5 for p, m in zip(predicted, measured, strict=True)
    )
    assert "finite width, n = 64" in words and "sampling: exact" in words and "of at most" in words


def test_finite_width_stands_beside_the_measurement() -> None:
    found = verify(Claim(activation("relu"), widths=layer_widths(16, 4), replicates=400)).to_json()
    rows = {row.name: row for row in figures(found)}
    spread = rows["relative variance of q after 4 layers"]
    assert str(spread.formula) == "(1 + 5/n)**L - 1"
    assert abs((spread.theory or 0) - ((1 + 5 / 16) ** 4 - 1)) < 1e-9
    variance = rows["n times the variance of an increment"]
    assert variance.theory == 5.0 and variance.measured is not None


def test_what_an_output_gradient_changes_is_said_where_it_is_not_the_default() -> None:
    """All ones after 4 ReLU layers: 1 + 7/pi at infinite width."""
    claim = Claim(activation("relu"), widths=layer_widths(16, 4), replicates=50)
    assert "output gradient: " not in said(claim)
    words = " ".join(said(replace(claim, output_gradient="ones")).split())
    assert f"by {1 + 7 / math.pi:.4g}" in words


def test_a_refuted_claim_is_denied_and_the_law_named() -> None:
    words = said(
        Claim(activation("relu"), widths=layer_widths(16, 3), law="exponential", gain=1.0, replicates=50)
    )
    assert words.startswith("refuted at this width: gain 1 does not hold q = 1 for relu")
    assert "law exponential: kurtosis 9, not symmetric; does not give symmetric" in " ".join(words.split())


def test_a_plan_says_how_much_is_drawn_and_how_long_it_takes() -> None:
    claim = Claim(activation("relu"), widths=layer_widths(16, 3), margin=0.1, confidence=0.9)
    words = plan_text(claim, plan(claim))
    assert "at most" in words and "where it is off by 20%" in words and "sampling: exact" in words
    fixed = replace(claim, replicates=9)
    assert plan_text(fixed, plan(fixed)).startswith("9 networks (")


def test_a_pair_is_denied_in_the_plural() -> None:
    claim = Claim(
        activation("tanh"),
        widths=layer_widths(12, 2),
        gain=1.2,
        bias_variance=0.15,
        direction="both",
        replicates=400,
    )
    assert said(claim).startswith("refuted: gain 1.2 and bias variance 0.15 do not hold q = 1 for tanh")


SWEPT = Claim(activation("relu"), widths=layer_widths(24, 2), margin=0.2, confidence=0.9, direction="forward")


@pytest.mark.parametrize(("gain", "outcome"), [(None, "confirmed"), (2.0, "theory refuted")])
def test_a_sweep_is_told_by_its_outcome(gain: float | None, outcome: str) -> None:
    document = sweep(replace(SWEPT, gain=gain), (8, 12, 24)).to_json()
    words = sweep_text(document)
    assert words.startswith(f"{outcome}: gain") and ("does not hold" in words) == (gain == 2.0)
    assert [
        line.split()[0]
        for line in words.splitlines()
        if line.startswith("    ") and line.split()[0].isdigit()
    ] == [
        "8",
        "12",
        "24",
    ]
    assert "as n grows" in words and EXIT_CODES[document["sweep"]["outcome"]] == (1 if gain else 0)


def test_factors_are_left_out_where_all_are_one() -> None:
    words = said(Claim(activation("relu"), widths=layer_widths(8, 2), replicates=4))
    assert "second moment times" not in words


def test_a_failed_control_does_not_pretend_to_have_refuted() -> None:
    words = " ".join(said(Claim(activation("relu"), widths=layer_widths(8, 2), replicates=4)).split())
    assert "negative control: failed" in words


@pytest.mark.parametrize("field", ({"replicates": 10**12}, {"batch": 10**9}, {"widths": (10**9, 4)}))
def test_sizes_beyond_reason_are_refused(field: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="more than can be drawn"):
        Claim(activation("relu"), **{"widths": (4, 4), **field})  # type: ignore[arg-type]


@pytest.mark.parametrize("depth", (0, 10**21))
def test_a_depth_is_bounded(depth: int) -> None:
    with pytest.raises(BadInput, match="give 1 to"):
        layer_widths(4, depth)


def test_a_theorem_takes_no_parameter() -> None:
    with pytest.raises(BadInput, match="no parameter 'a'"):
        theorems_for("xavier", {"a": 1})  # type: ignore[dict-item]
