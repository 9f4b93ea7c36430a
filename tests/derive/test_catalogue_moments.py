"""Every moment of the catalogue is known to 30 decimals, at small, unit and large q."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb

from derive.catalogue import activation, names
from derive.moments import Kind, moment
from derive.number import Number

KINDS: tuple[Kind, ...] = ("mean", "second", "derivative_second")


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("variance", [sp.Rational(1, 4), sp.Integer(1), sp.Integer(4)], ids=str)
def test_every_moment_has_a_ball_of_radius_1e_30(name: str, variance: sp.Rational) -> None:
    """Digits are relative; the largest moment here is below 10^6."""
    for kind in KINDS:
        found = moment(activation(name), kind, variance, digits=36)
        assert isinstance(found, Number), (kind, found)
        assert found.ball.rad() <= arb(10) ** -30
        assert found.ball.is_finite() and abs(found.ball) < 10**6
        if kind != "mean":
            assert found.exact == 0 or found.ball > 0
