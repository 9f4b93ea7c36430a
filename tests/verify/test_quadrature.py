"""Float64 Gaussian moments against the certified balls of the theory room."""

from __future__ import annotations

import pytest
import sympy as sp
import torch

from derive.activation import Activation, X
from derive.catalogue import activation
from derive.moments import moment
from derive.number import Number
from verify.quadrature import expectations, gaussian_mean
from verify.theory import Theory

HARDTANH = Activation("hardtanh", sp.Max(-1, sp.Min(1, X)), (), "", None)
KINDS = ("second", "derivative_second", "fourth", "derivative_fourth")
# 300 panels of rounding at 2^-53 each.
ROUNDING = 300 * 2.0**-53


@pytest.mark.parametrize("name", ["relu", "prelu", "tanh", "sigmoid", "scaled_sigmoid", "gelu", "hardtanh"])
@pytest.mark.parametrize("q", [sp.Rational(1, 10**6), sp.Rational(3, 7), sp.Integer(1), sp.Integer(50)])
def test_moments_meet_their_certified_balls(name: str, q: sp.Rational, gelu: Activation) -> None:
    chosen = {"gelu": gelu, "hardtanh": HARDTANH}.get(name) or activation(name)
    theory, here = Theory(chosen), torch.tensor([float(q)], dtype=torch.float64)
    for kind in KINDS:
        certified = moment(chosen, kind, q)
        assert isinstance(certified, Number), kind
        assert float(theory.expectation(kind, here)) == pytest.approx(float(certified), rel=ROUNDING)


@pytest.mark.parametrize("chosen", [activation("tanh"), HARDTANH], ids=lambda a: a.name)
def test_interpolated_moments_equal_direct_ones(chosen: Activation) -> None:
    q = torch.exp2(torch.linspace(-9.5, 6.5, 1000, dtype=torch.float64))
    theory = Theory(chosen)
    direct = torch.cat([theory.second(one) for one in q.split(1)])
    torch.testing.assert_close(theory.second(q), direct, rtol=ROUNDING, atol=0)


def test_shapes_and_unusable_variances() -> None:
    q = torch.tensor([[1.0, 0.0], [float("inf"), float("nan")]], dtype=torch.float64)
    found = expectations(torch.cos, q, [])
    assert found.shape == (2, 2)
    assert float(found[0, 0]) == pytest.approx(2.718281828459045**-0.5, rel=ROUNDING)  # E cos Z = e^(-1/2)
    assert found.isnan().tolist() == [[False, True], [True, True]]
    assert expectations(torch.cos, torch.empty(0, dtype=torch.float64), []).shape == (0,)


def test_panels_resolve_kinks() -> None:
    """E |Z - 1/3| = 2 phi(1/3) + (1/3)(2 Phi(1/3) - 1)."""
    normal = sp.exp(-sp.Rational(1, 18)) / sp.sqrt(2 * sp.pi)
    true = float(2 * normal + sp.erf(sp.Rational(1, 3) / sp.sqrt(2)) / 3)
    one = torch.ones(1, dtype=torch.float64)
    assert float(gaussian_mean(lambda z: (z - 1 / 3).abs(), one, [1 / 3])) == pytest.approx(
        true, rel=ROUNDING
    )


def test_the_share_of_exact_zeros() -> None:
    assert Theory(activation("relu")).flat_share(2.0) == 0.5
    assert Theory(activation("tanh")).flat_share(2.0) == 0
    shrink = Activation("shrink", sp.Piecewise((X, sp.Abs(X) > 1), (0, True)), (), "", None)
    assert Theory(shrink).flat_share(1.0) == pytest.approx(0.6826894921370859)
