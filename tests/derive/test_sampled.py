"""Samples of f: they agree with the certified balls, notice infinite moments, and find sign changes."""

from __future__ import annotations

from math import inf

import pytest
import sympy as sp

from derive.activation import Activation, X
from derive.moments import moment
from derive.number import Number
from derive.sampled import crossings, sampled

SMOOTH = {
    "silu": X / (1 + sp.exp(-X)),
    "mish": X * sp.tanh(sp.log(1 + sp.exp(X))),
    "relu": sp.Max(0, X),
    "hardtanh": sp.Max(-1, sp.Min(1, X)),
    "hardshrink": sp.Piecewise((0, sp.Abs(X) < sp.Rational(1, 2)), (X, True)),
    "step": sp.Heaviside(X - 1),
    "gaussian": sp.exp(-(X**2)),
}


@pytest.mark.parametrize("name", sorted(SMOOTH))
@pytest.mark.parametrize("q", ["1/64", "1", "50"])
def test_they_agree_with_the_balls(name: str, q: str) -> None:
    """To 1e-9 of the moment where it is not tiny; the search needs far less."""
    f, samples = Activation(name, SMOOTH[name], (), "", None), sampled(SMOOTH[name])
    at = float(sp.Rational(q))
    for kind, found in (("second", samples.second(at)), ("derivative_second", samples.derivative_second(at))):
        exact = moment(f, kind, q, 12)
        assert isinstance(exact, Number)
        assert found == pytest.approx(float(exact), rel=1e-9, abs=1e-12)


def test_an_infinite_moment_looks_infinite() -> None:
    samples = sampled(sp.exp(X**2 / 8))
    assert samples.second(1.0) == pytest.approx(2**0.5)
    assert samples.second(2.0) == samples.second(3.0) == inf


def test_a_bounded_function_is_finite_at_every_q() -> None:
    assert sampled(sp.Max(-1, sp.Min(1, X))).second(2.0**14) < 1


def test_crossings_keep_their_direction() -> None:
    found = list(crossings(lambda x: (x - 1) * (x - 2) * (x - 3), [0.5, 1.5, 2.5, 3.5]))
    assert [(round(at, 9), rising) for at, rising in found] == [(1, True), (2, False), (3, True)]
    assert list(crossings(lambda _: float("nan"), [1.0, 2.0])) == []
