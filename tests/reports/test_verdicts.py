"""What `verify` says on a terminal where the fans, a failed control or a size make it speak."""

from __future__ import annotations

import pytest

from derive import BadInput, activation, theorems_for
from reports.verdicts import verdict_text
from verify import Claim, layer_widths, verify


def said(claim: Claim) -> str:
    return verdict_text(verify(claim).to_json())


def test_factors_are_shown_where_the_fan_makes_them_differ_from_one() -> None:
    claim = Claim(activation("identity"), widths=(48, 16, 32), mode="fan_avg", replicates=40)
    words = said(claim)
    assert "hold every layer's predicted factor" in words.replace("holds", "hold")
    assert f"forward, layer 1     {2 * 48 / 64:.5f}" in words
    assert f"backward, layer 2    {2 * 32 / 48:.5f}" in words
    assert "multiplies q by its own fan_in/fan" in " ".join(words.split())


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
