"""Variances and third cumulants of increments, by enumeration and by other quadratures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.stats import binom

from verify.problem import Problem
from verify.variance import Variances, excess_at, shapes

Make = Callable[..., Problem]
N = 12


def _at_one(case: Problem, direction: str) -> float:
    return float(Variances(case).at(direction, np.zeros((1, 1)))[0, 0])


def test_known_variances(problem: Make) -> None:
    """ReLU's 5/n, the identity's 2/n, and 3/(n + 2) of ReLU under a Haar-orthogonal square matrix."""
    for name, law, expected in (("relu", "normal", 5 / N), ("identity", "normal", 2 / N)):
        assert _at_one(problem(name, widths=(N, N), law=law), "forward") == pytest.approx(expected)
    haar = problem("relu", widths=(N, N), law="orthogonal", direction="forward")
    assert _at_one(haar, "forward") == pytest.approx(3 / (N + 2))


def _backward_moments(n: int, d: int) -> list[float]:
    """E B, E B^2, E B^3 of ReLU's backward increment, by enumeration of the living units."""
    k = np.arange(n + 1)
    p, m = binom.pmf(k, n, 0.5), 2 * k / n
    t = [1.0, 1 + 2 / d, (1 + 2 / d) * (1 + 4 / d)]
    return [float(p @ m ** (i + 1)) * t[i] for i in range(3)]


def test_relu_s_backward_increment_by_enumeration(problem: Make) -> None:
    """Its variance, and k = kappa_3/(2 v^2)."""
    case = problem("relu", widths=(9, N))
    one, two, three = _backward_moments(N, 8)
    assert one == pytest.approx(1)
    assert _at_one(case, "backward") == pytest.approx(two - 1)
    up, down = shapes(Variances(case), "backward", np.ones((1, 1)))
    assert up == pytest.approx((three - 3 * two + 2) / (2 * (two - 1) ** 2))
    assert down == 0


@pytest.mark.parametrize(("name", "k"), [("abs", 1.0), ("relu", 0.88), ("prelu", None), ("tanh", None)])
def test_shapes_forward(name: str, k: float | None, problem: Make) -> None:
    """1 for chi-squared increments, 44/50 for ReLU's; others against a sum over a fine grid. Width drops out."""
    case = problem(name, widths=(N, N), direction="forward")
    if k is None:
        z = np.linspace(-13, 13, 40_001)
        weight = np.exp(-z * z / 2) / np.exp(-z * z / 2).sum()
        square = case.theory.functions.value(torch.from_numpy(z)).numpy() ** 2
        away = square / (weight @ square) - 1
        k = float((weight @ away**3) / (2 * (weight @ away**2) ** 2))
    up, down = shapes(Variances(case), "forward", np.ones((1, 1)))
    assert up - down == pytest.approx(k, rel=1e-6)
    assert min(up, down) == 0


@pytest.mark.parametrize("name", ["tanh", "gelu", "hardshrink"])
def test_the_table_of_the_excess_is_its_quadrature(name: str, problem: Make) -> None:
    """To a thousandth, and inf where the increment is too wild or the quadrature finds nothing."""
    case = problem(name, widths=(N, N), direction="forward")
    log_q = np.linspace(-7.3, 9.1, 60)
    direct = excess_at(case.theory, False, np.exp2(log_q))
    table = Variances(case).at("forward", log_q[:, None])[:, 0] * N
    usable = (direct <= 100) & (direct > 0.01)
    assert usable.any()
    np.testing.assert_allclose(table[usable], direct[usable], rtol=1e-3)
    assert np.isinf(table[direct > 100.1]).all()
    far = Variances(case).at("forward", np.array([[-1000.0], [np.nan]]))[:, 0]
    assert np.isinf(far[1])
    assert np.isinf(far[0]) == (name == "hardshrink")


def test_units_that_share_their_weights_count_as_one(problem: Make) -> None:
    case = problem("tanh", widths=(N, N), law="constant", direction="forward")
    alone = problem("tanh", widths=(N, 1), direction="forward")
    assert _at_one(case, "forward") == pytest.approx(_at_one(alone, "forward"))


def test_a_constant_increment_gets_the_weight_of_its_units(problem: Make) -> None:
    """The identity's backward increment without a free direction is 1 by definition."""
    assert _at_one(problem("identity", widths=(1, N)), "backward") == 1 / N
