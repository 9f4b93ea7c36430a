"""Numbers made from moments: exact forms held against balls, and precision that survives a subtraction."""

from __future__ import annotations

import sympy as sp
from flint import arb, ctx

from derive.activation import Activation, X
from derive.catalogue import activation
from derive.derived import MEAN, SECOND, combine, sharpened
from derive.gains import Pair, gains
from derive.moments import Q
from derive.number import Missing, Number

ONE = sp.Integer(1)
HALF = Number(sp.Rational(1, 2), Q / 2, arb("0.5"), 30)


def test_an_exact_input_that_belies_its_ball_is_withheld() -> None:
    liar = Number(sp.Rational(1, 2), Q / 2, arb("0.6"), 30)
    found = combine(Q / SECOND, {SECOND: liar}, ONE, 30)
    assert (found.exact, found.symbolic) == (None, None)
    assert "withheld" in str(found.reason)


def test_what_is_not_exact_passes_its_reason_on() -> None:
    ball_only = Number(None, None, arb(2), 30, "no closed form")
    found = combine(Q * SECOND - MEAN, {SECOND: HALF, MEAN: ball_only}, ONE, 30)
    assert (found.exact, found.reason) == (None, "no closed form")
    assert found.ball.contains(-1.5)


def test_inputs_that_the_formula_does_not_use_do_not_count() -> None:
    assert combine(Q / SECOND, {SECOND: HALF, MEAN: Number(None, None, arb(2), 30)}, ONE, 30).exact == 2


def test_more_digits_are_asked_for_until_the_difference_is_sharp() -> None:
    asked = []

    def difference(digits: int) -> Number:
        asked.append(digits)
        with ctx.workdps(100):
            return Number(None, None, arb("1e-6") + arb(0, arb(10) ** (-digits)), digits)

    found = sharpened(difference, 20)
    assert asked == [20, 24, 44]
    assert isinstance(found, Number)
    assert found.digits == 20
    assert found.ball.rad() < arb("1e-29")


def test_sharpening_ends_where_it_cannot_help() -> None:
    asked = []

    def blunt(digits: int) -> Number:
        asked.append(digits)
        return Number(None, None, arb(0, 1), digits)

    sharpened(blunt, 20)
    assert len(asked) == 4
    assert sharpened(lambda digits: Missing("gone"), 20) == Missing("gone")


def test_a_small_bias_variance_keeps_its_relative_precision() -> None:
    """For z + tanh(z)/10^9 the pair's v is near 10^-18 of q, and all 30 digits are still there."""
    near_linear = Activation("near linear", X + sp.tanh(X) / 10**9, (), "", None)
    pair = gains(near_linear, 1).pair
    assert isinstance(pair, Pair)
    assert 0 < float(pair.bias_variance) < 1e-9
    assert arb(pair.bias_variance.radius) <= arb("1e-30") * arb(pair.bias_variance.value)


def test_a_root_of_a_fraction_is_one_fraction() -> None:
    above, below = sp.fraction(gains(activation("prelu"), 1).centred.symbolic)
    assert above == sp.sqrt(2) * sp.sqrt(sp.pi)
    assert not below.base.could_extract_minus_sign()
