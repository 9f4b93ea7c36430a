"""Output gradients: how each is drawn, what lies along the output, and what it does to the gradients below."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from derive.catalogue import activation
from derive.finite_width import CorrelatedOutput, correlated_output
from derive.gains import gains
from verify.claim import OUTPUT_GRADIENTS
from verify.depth import depth
from verify.measure import Measurements
from verify.output import ASSUMPTIONS, CLASSES, output_gradient
from verify.output.along import excess
from verify.output.effect import output_effect
from verify.power import power
from verify.prediction import planned_q, prediction
from verify.problem import Problem

Make = Callable[..., Problem]
Measure = Callable[[Problem, int], Measurements]


@pytest.mark.parametrize("exponent", [-3, 2])
def test_the_gradient_of_a_mean_squared_error_is_autograd_s(exponent: int) -> None:
    """With the same read-outs and targets, up to the power of two that is taken out."""
    output, powers = torch.randn(4, 6, 3), torch.full((4, 3), exponent)
    found = output_gradient("mse", output, powers, torch.Generator().manual_seed(8))
    stream = torch.Generator().manual_seed(8)
    readout = torch.empty(4, CLASSES, 6).normal_(std=6**-0.5, generator=stream)
    target = torch.empty(4, CLASSES, 3, dtype=torch.float64).normal_(generator=stream)
    x = (2.0**exponent * output).requires_grad_()
    loss = (torch.bmm(readout, x).double() - target).square().sum() / 2
    torch.testing.assert_close(found * 2.0 ** max(exponent, 0), torch.autograd.grad(loss, x)[0])


@pytest.mark.parametrize("exponent", [-5000, 5000])
@pytest.mark.parametrize("kind", ["loss", "mse"])
def test_a_loss_at_any_size_of_the_output_has_a_gradient(kind: str, exponent: int) -> None:
    output, stream = torch.randn(50, 40, 2), torch.Generator().manual_seed(1)
    found = output_gradient(kind, output, torch.full((50, 2), exponent), stream)
    assert bool(found.isfinite().all())
    assert bool((found != 0).any())


def test_every_kind_is_stated_planned_and_drawn(problem: Make, measured: Measure) -> None:
    assert set(ASSUMPTIONS) == set(OUTPUT_GRADIENTS)
    for kind in OUTPUT_GRADIENTS:
        case = problem("relu", widths=(8, 8), output_gradient=kind, replicates=3)
        assert power(case).normals > 0
        assert measured(case, 3).nets == 3


@pytest.mark.parametrize("size", [1.0, 30.0])
@pytest.mark.parametrize("kind", ["loss", "mse"])
def test_the_share_along_the_output(kind: str, size: float, threshold: float) -> None:
    """Of 1500 gradients at n = 500 units: the mean of n (g.x)^2/(|g|^2 |x|^2), which an independent gradient has at 1.

    What `excess` leaves out is of relative order 1/n, below the error.
    """
    nets, n = 1500, 500
    x = torch.full((nets, n, 1), size**0.5)
    g = output_gradient(kind, x, torch.zeros(nets, 1), torch.Generator().manual_seed(2))
    times_n = (g.double().sum(dim=1) ** 2 / g.double().square().sum(dim=1)).numpy()
    expected = 1 + (n - 1) * excess(kind, size, n)
    error = times_n.std() / nets**0.5
    assert abs(times_n.mean() - expected) < threshold * error
    assert abs(times_n.mean() - 1) > threshold * error


def test_the_share_of_cross_entropy_at_infinite_width(threshold: float) -> None:
    """The mean of (l.e)^2/(m |e|^2) over 200,000 logits and labels that torch draws."""
    stream, m, draws = torch.Generator().manual_seed(4), 3.0, 200_000
    logits = torch.empty(draws, CLASSES, dtype=torch.float64).normal_(std=m**0.5, generator=stream)
    labels = torch.randint(CLASSES, (draws,), generator=stream)
    error = torch.softmax(logits, dim=1) - torch.nn.functional.one_hot(labels, CLASSES)
    found = (logits * error).sum(dim=1) ** 2 / (m * error.square().sum(dim=1))
    share = 1 + 99 * excess("loss", m, 100)
    assert abs(float(found.mean()) - share) < threshold * float(found.std()) / draws**0.5


@pytest.mark.parametrize(("name", "pair"), [("relu", False), ("gelu", False), ("elu", True), ("tanh", True)])
def test_ones_have_the_derived_effect(name: str, pair: bool, problem: Make) -> None:
    """The recursion in float64 against the exact factors of derive, with and without a bias: the limit at infinite
    width, and at 2^20 units all factors up to that order."""
    found_pair = gains(activation(name), 1).pair
    bias: Any = found_pair.bias_variance if pair else 0  # type: ignore[union-attr]
    exact = correlated_output(activation(name), 1, None, bias, 6)
    assert isinstance(exact, CorrelatedOutput)
    case = problem(name, widths=(2**20,) * 7, output_gradient="ones", direction="both" if pair else "forward")
    effect = output_effect(case, planned_q(case))
    found, factors = 2**effect.log_factor, [float(factor) for factor in exact.factors]
    assert 2**effect.log_limit == pytest.approx(factors[-1], rel=1e-8)
    assert found[:-1][::-1] == pytest.approx(factors, rel=50 / 2**20)
    assert found[-1] == 1


def test_relu_under_ones_is_the_textbook_factor(problem: Make) -> None:
    for layers in range(1, 6):
        case = problem("relu", widths=(16,) * (layers + 1), output_gradient="ones")
        found = 2 ** prediction(case).effect.log_limit
        assert found == pytest.approx(1 + (2 * layers - 1) / math.pi, rel=1e-12)


def test_odd_functions_are_left_alone(problem: Make) -> None:
    """f odd: E z f' = 0, so ones do nothing at any depth; a Gaussian gradient never does."""
    for kind, name in (("ones", "tanh"), ("gaussian", "relu")):
        case = problem(name, widths=(16,) * 6, output_gradient=kind)
        assert prediction(case).effect.log_factor == pytest.approx(0, abs=1e-12)


CASES = [
    ("relu", "ones", (2048,) * 4, {}),
    ("relu", "ones", (64,) * 9, {"replicates": 3000}),
    ("relu", "mse", (512,) * 3, {"replicates": 3000}),
    ("relu", "mse", (64, 512, 256), {"variance": 4, "replicates": 1000}),
    ("relu", "loss", (96,) * 4, {"variance": 50, "replicates": 3000}),
    ("gelu", "ones", (2048,) * 3, {}),
    ("softplus", "ones", (2048,) * 3, {"direction": "forward"}),
]


@pytest.mark.parametrize(("name", "kind", "widths", "fields"), CASES)
def test_the_factor_is_measured(
    name: str,
    kind: str,
    widths: tuple[int, ...],
    fields: dict[str, Any],
    problem: Make,
    measured: Measure,
    threshold: float,
) -> None:
    """Wide enough for what is left out, of order layers/width of it, to be below the error; and it is not 1."""
    case = problem(name, widths=widths, output_gradient=kind, **fields)
    found = depth(case, measured(case, case.claim.replicates or 400))["gradient"]["output_gradient_effect"]
    predicted, mean, error = (found[key] for key in ("predicted_factor", "measured_factor", "standard_error"))
    assert abs(mean - predicted) < threshold * error
    assert abs(mean - 1) > threshold * error
    assert f"{predicted:.4g}" in found["statement"]


def test_factors_at_any_depth(problem: Make) -> None:
    """GELU stretches what lies along the output in every layer: its factor leaves the range of a float."""
    case = problem("gelu", widths=(256,) * 2001, output_gradient="ones")
    found = output_effect(case, np.ones(2000)).log_factor
    assert np.isfinite(found).all()
    assert found[0] > 300
    assert (np.diff(found) < 0).all()


def test_an_independent_gradient_is_said_to_change_nothing(problem: Make, measured: Measure) -> None:
    case = problem("relu", widths=(16,) * 4)
    found = depth(case, measured(case, 50))["gradient"]["output_gradient_effect"]
    assert found["predicted_factor"] == 1
    assert found["along_the_output"] == 0
    assert "adds nothing" in found["statement"]
