"""Numbers from the command line: exact where they are numbers, one line where they are not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.errors import BadInput
from reports.numbers import exact, finite, parameters, positive, widths


@given(st.fractions())
def test_quotients_are_exact(value: Fraction) -> None:
    assert exact(f"{value.numerator}/{value.denominator}", "--variance") == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-1000, max_value=1000))
def test_decimals_are_exact(value: object) -> None:
    assert exact(f"{value:f}", "--variance") == Fraction(str(value))


NOT_NUMBERS = [
    "nan",
    "inf",
    "-inf",
    "Infinity",
    "0x10",
    "1_000",
    "",
    " ",
    "1/0",
    "1//2",
    "1/2/3",
    "1e",
    "e5",
    "½",
    "١",
]
NOT_NUMBERS += ["1e99999999", "9" * 201, "sqrt(2)", "1.2.3", "--1", "1/2.5", "\n", "1;2"]


@pytest.mark.parametrize("typed", NOT_NUMBERS)
def test_everything_else_is_bad_input(typed: str) -> None:
    with pytest.raises(BadInput) as caught:
        exact(typed, "--variance")
    assert "--variance" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("typed", ["0", "-1", "0/5", "-1e-9"])
def test_positive_means_above_zero(typed: str) -> None:
    with pytest.raises(BadInput, match="above zero"):
        positive(typed, "--variance")


def test_a_float_must_be_finite() -> None:
    assert finite("1.4", "--gain") == 1.4
    with pytest.raises(BadInput, match="too large"):
        finite("1e400", "--gain")


@pytest.mark.parametrize("typed", ["", "256,", "a", "1.5", "-3", "2x3", "256;10", "9" * 10])
def test_widths_that_are_none(typed: str) -> None:
    with pytest.raises(BadInput, match="--width"):
        widths(typed)


@pytest.mark.parametrize("pairs", [["a"], ["=1"], ["a="], ["a=nan"], ["a=1", "a=2"]])
def test_parameters_that_are_none(pairs: list[str]) -> None:
    with pytest.raises(BadInput, match="--param"):
        parameters(pairs)
