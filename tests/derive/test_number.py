"""Printed numbers: the radius really bounds the distance from the printed value to the truth."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from flint import arb, ctx
from hypothesis import example, given
from hypothesis import strategies as st

from derive.decimals import exponent10, fraction, magnitude_up, rational
from derive.errors import BadInput
from derive.number import Missing, Number

SIZES = st.integers(-250, 250).map(lambda e: Fraction(10) ** e)
RATIONALS = st.builds(lambda x, s: x * s, st.fractions(-1000, 1000, max_denominator=10**6), SIZES)
DIGITS = st.integers(1, 60)


def exact(value: Fraction, digits: int) -> Number:
    return Number(sp.Rational(value.numerator, value.denominator), None, arb(0), digits)


def only_ball(middle: Fraction, spread: Fraction, digits: int) -> Number:
    """A ball that holds middle and every point within spread of it, and nothing known exactly."""
    with ctx.workprec(400):
        ball = arb(middle.numerator) / middle.denominator
        return Number(None, None, ball + arb(0, arb(spread.numerator) / spread.denominator), digits)


@given(RATIONALS, DIGITS)
@example(Fraction(999_999_999, 10**9), 3)
@example(Fraction(0), 30)
def test_radius_bounds_the_error_of_a_rational(value: Fraction, digits: int) -> None:
    number = exact(value, digits)
    error, radius = abs(Fraction(number.value) - value), Fraction(number.radius)
    assert error <= radius
    assert (radius == 0) == (error == 0)


@given(RATIONALS.filter(bool), DIGITS)
def test_a_rational_has_the_digits_that_were_asked_for(value: Fraction, digits: int) -> None:
    assert Fraction(exact(value, digits).radius) < abs(value) * Fraction(10) ** -digits


@given(RATIONALS, st.integers(-30, 2), st.sampled_from([-1, 0, 1]), DIGITS)
def test_radius_covers_the_whole_ball(value: Fraction, scale: int, end: int, digits: int) -> None:
    spread = (abs(value) or 1) * Fraction(10) ** scale
    number = only_ball(value, spread, digits)
    truth = value + end * spread
    assert abs(Fraction(number.value) - truth) <= Fraction(number.radius)


@given(RATIONALS.filter(bool), DIGITS)
def test_a_sharp_ball_gives_the_digits_that_were_asked_for(value: Fraction, digits: int) -> None:
    number = only_ball(value, abs(value) * Fraction(10) ** (-digits - 4), digits)
    assert Fraction(number.radius) < abs(value) * Fraction(10) ** -digits


@given(RATIONALS.filter(bool))
def test_exponent_and_magnitude_are_right_to_the_last_unit(value: Fraction) -> None:
    power = Fraction(10) ** exponent10(value)
    assert power <= abs(value) < 10 * power
    upward = Fraction(magnitude_up(abs(value)))
    assert abs(value) <= upward < abs(value) + power


@pytest.mark.parametrize(
    ("value", "text", "radius"),
    [
        (Fraction(1, 2), "0.5", "0"),
        (Fraction(17, 32), "0.53125", "0"),
        (Fraction(-3), "-3", "0"),
        (Fraction(1, 3), "0.333333333333333333333333333333333", "4e-34"),
        (Fraction(10) ** 20, "100000000000000000000", "0"),
    ],
)
def test_printed_forms(value: Fraction, text: str, radius: str) -> None:
    assert (exact(value, 30).value, exact(value, 30).radius) == (text, radius)


def test_a_wide_ball_prints_no_more_digits_than_it_warrants() -> None:
    assert only_ball(Fraction(2, 3), Fraction(1, 100), 30).value == "0.667"


def test_float_and_json() -> None:
    number = exact(Fraction(1, 2), 30)
    assert float(number) == 0.5
    assert number.to_json() == {"exact": "1/2", "symbolic": None, "value": "0.5", "radius": "0"}
    assert Missing("why").to_json() == {
        "exact": None,
        "symbolic": None,
        "value": None,
        "radius": None,
        "reason": "why",
    }


@given(st.fractions())
def test_fractions_survive_being_read(value: Fraction) -> None:
    assert fraction(rational(f"{value.numerator}/{value.denominator}", "it")) == value


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "nan",
        "inf",
        "1/0",
        "1e999",
        "1e400",
        "1_0",
        "1/2/3",
        "0x10",
        float("inf"),
        None,
        sp.pi,
    ],
)
def test_what_is_not_a_rational_is_refused_in_one_line(value: object) -> None:
    with pytest.raises(BadInput, match=r"the variance is .* not a rational number") as caught:
        rational(value, "the variance")
    assert len(str(caught.value)) < 200


def test_a_number_of_too_many_digits_is_called_that() -> None:
    with pytest.raises(BadInput, match=r"the variance 9+\.\.\. has 400 digits") as caught:
        rational("9" * 400, "the variance")
    assert len(str(caught.value)) < 200
