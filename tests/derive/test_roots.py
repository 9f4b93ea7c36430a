"""Certified roots: the ball holds the root, has the digits asked for, and is refused where nothing is shown."""

from __future__ import annotations

import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from derive.roots import NoRootError, newton, sign_change


@given(st.integers(2, 10**6), st.integers(5, 60), st.floats(0.97, 1.03))
def test_square_roots(number: int, digits: int, off: float) -> None:
    with ctx.workdps(digits + 40):
        truth = arb(number).sqrt()
        root = newton(lambda x, _: x * x - number, lambda x, _: 2 * x, (truth * off).mid(), digits)
        assert root.ball.rad() < arb(10) ** -digits * truth
        assert root.alone[0] < float(truth) < root.alone[1]
    with ctx.workdps(300):  # far sharper than the root, so that its ball is inside
        assert root.ball.contains(arb(number).sqrt())


def test_a_double_root_is_refused() -> None:
    with ctx.workdps(40), pytest.raises(NoRootError, match="may be double"):
        newton(lambda x, _: (x - 1) ** 2, lambda x, _: 2 * (x - 1), arb("1.001"), 20)


def test_no_root_near_is_refused() -> None:
    with ctx.workdps(40), pytest.raises(NoRootError):
        newton(lambda x, _: x * x + 1, lambda x, _: 2 * x, arb(1), 20)


def test_an_interval_with_two_roots_is_not_called_alone() -> None:
    """(x - 1)(x - 1.02): the interval around 1 has to stop short of the second root."""
    with ctx.workdps(40):
        root = newton(
            lambda x, _: (x - 1) * (x - arb("1.02")), lambda x, _: 2 * x - arb("2.02"), arb("0.9999"), 20
        )
    assert root.ball.overlaps(arb(1))
    assert root.alone[1] < 1.02


def test_a_sign_change_holds_the_root() -> None:
    found = sign_change(lambda x, _: 3 - x.exp(), 1.09, False, 25)
    with ctx.workdps(50):
        assert found.contains(arb(3).log())
        assert found.rad() < arb("1e-23")


@pytest.mark.parametrize("rising", [True, False])
def test_a_sign_change_the_wrong_way_is_refused(rising: bool) -> None:
    sign = -1 if rising else 1
    with pytest.raises(NoRootError, match="signs on both sides"):
        sign_change(lambda x, _: sign * (x.exp() - 3), 1.09, rising, 10)
