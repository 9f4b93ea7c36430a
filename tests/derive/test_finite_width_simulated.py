"""Finite width against networks drawn here with all their weights; each test may fail once in a million seeds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtri

from derive.catalogue import activation
from derive.finite_width import (
    CorrelatedOutput,
    backward_one_step,
    correlated_output,
    first_order_variance,
    haar_increment_variance,
    increment_variance,
    log_drift,
    relative_variance,
)
from derive.finite_width.skewed import skewed_excess
from derive.gains import gains
from derive.number import Number

Array = NDArray[np.float64]
FALSE_ALARM = 1e-6


def relu(z: Array) -> Array:
    return np.maximum(z, 0)


def step(z: Array) -> Array:
    return (z > 0).astype(float)


def tanh_slope(z: Array) -> Array:
    return 1 - np.tanh(z) ** 2


def exact(found: object) -> float:
    assert isinstance(found, Number), found
    return float(found)


def assert_mean(sample: Array, expected: float, known: tuple[float, float] = (0, 0)) -> None:
    """The mean of independent draws plus a known (value, standard error), against the theory."""
    mean, error = sample.mean() + known[0], np.hypot(sample.std(ddof=1) / np.sqrt(sample.size), known[1])
    assert abs(mean - expected) < -ndtri(FALSE_ALARM / 2) * error, f"{mean} +- {error}, not {expected}"


def centred_squares(increments: Array) -> Array:
    """(A - 1)^2: its mean is the variance of an increment whose mean is 1."""
    return (increments - 1) ** 2


@pytest.mark.parametrize(("name", "f"), [("relu", relu), ("tanh", np.tanh)])
def test_variance_of_an_increment(name: str, f: Callable[[Array], Array]) -> None:
    rng = np.random.default_rng(1)
    x = np.array([1.0, -2.0, 0.5])
    z = rng.standard_normal((40_000, 16, 3)) @ x / np.linalg.norm(x)
    gain = exact(gains(activation(name), 1).forward)
    assert_mean(
        centred_squares(gain**2 * (f(z) ** 2).mean(1)), exact(increment_variance(activation(name), 16))
    )


def test_variance_of_an_increment_under_orthogonal_weights() -> None:
    rng = np.random.default_rng(2)
    q, r = np.linalg.qr(rng.standard_normal((40_000, 6, 6)))
    q *= np.sign(np.einsum("bii->bi", r))[:, None, :]
    z = q[:, :4, 1] * np.sqrt(6)
    found = exact(haar_increment_variance(activation("relu"), 4, 6))
    assert_mean(centred_squares(2 * (relu(z) ** 2).mean(1)), found)


def test_spread_over_depth() -> None:
    """Three ReLU layers of width 24 with all their weights."""
    rng, nets, n = np.random.default_rng(3), 15_000, 24
    x = np.ones((nets, n))
    for _ in range(3):
        z = np.einsum("bij,bj->bi", rng.standard_normal((nets, n, n), dtype=np.float32), x) * np.sqrt(2 / n)
        x = relu(z)
    q = 2 * (x**2).mean(1) / 2
    assert_mean(q**2 - 1, exact(relative_variance(activation("relu"), 1, n, 3)))


def test_first_order_spread_of_tanh() -> None:
    """Two layers at two widths: n times the relative variance, extrapolated in 1/n."""
    rng, gain = np.random.default_rng(4), exact(gains(activation("tanh"), 1).forward)
    found = []
    for n, nets in ((64, 30_000), (128, 30_000)):
        q = np.ones(nets)
        for _ in range(2):
            z = np.sqrt(q)[:, None] * rng.standard_normal((nets, n), dtype=np.float32)
            q = gain**2 * (np.tanh(z) ** 2).mean(1)
        found.append(n * (q - q.mean()) ** 2)
    coarse = found[0]
    theory = 64 * exact(first_order_variance(activation("tanh"), 1, 0, 64, 2))
    assert_mean(2 * found[1], theory, (-coarse.mean(), coarse.std() / np.sqrt(coarse.size)))


def test_drift_of_a_two_sided_activation() -> None:
    rng = np.random.default_rng(5)
    z = rng.standard_normal((200_000, 3))
    increments = (np.where(z > 0, z, 0.25 * z) ** 2).mean(1) / (17 / 32)
    assert_mean(np.log(increments), exact(log_drift(activation("prelu"), 3).exact))


@pytest.mark.parametrize("bias", (0.0, 0.4))
def test_one_step_of_the_gradient(bias: float) -> None:
    """tanh, three inputs, at q = 1: the factor is 0.74 without a bias."""
    rng, n, gain = np.random.default_rng(6), 3, 1.3
    x = np.array([1.0, -0.3, 0.7])
    x *= np.sqrt((1 - bias) * n) / gain / np.linalg.norm(x)
    w = rng.standard_normal((200_000, n, n)) * gain / np.sqrt(n)
    z = w @ x + np.sqrt(bias) * rng.standard_normal((200_000, n))
    g = rng.standard_normal(z.shape)
    g /= np.linalg.norm(g, axis=1, keepdims=True)
    grown = (np.einsum("bij,bi->bj", w, tanh_slope(z) * g) ** 2).sum(1)
    chi = gain**2 / exact(gains(activation("tanh"), 1).backward) ** 2
    assert_mean(grown / chi, exact(backward_one_step(activation("tanh"), 1, str(bias), n)))


def excess(n: int, nets: int, ones: bool, rng: np.random.Generator) -> Array:
    """Two layers with all their weights: the squared gradient below them, over what an independent one has."""
    f, slope, name = (relu, step, "relu") if ones else (np.tanh, tanh_slope, "tanh")
    gain = exact(gains(activation(name), 1).forward)
    chi = gain**2 / exact(gains(activation(name), 1).backward) ** 2
    x, layers = f(rng.standard_normal((nets, n))), []
    for _ in range(2):
        w = rng.standard_normal((nets, n, n), dtype=np.float32) * (gain / np.sqrt(n))
        z = np.einsum("bij,bj->bi", w, x)
        layers.append((w, slope(z)))
        x = f(z)
    g = np.ones_like(x) if ones else x * gain
    for w, at in reversed(layers):
        g = np.einsum("bij,bi->bj", w, at * g)
    return np.asarray((g**2).mean(1) / chi**2)


@pytest.mark.parametrize(("name", "output"), [("relu", "ones"), ("tanh", "proportional")])
def test_output_gradients_that_depend_on_the_network(name: str, output: str) -> None:
    """Extrapolated in 1/n from two widths."""
    rng = np.random.default_rng(7)
    coarse, fine = (excess(n, nets, output == "ones", rng) for n, nets in ((24, 2500), (48, 2500)))
    found = correlated_output(activation(name), layers=2, output=output)
    assert isinstance(found, CorrelatedOutput)
    assert_mean(2 * fine, exact(found.factors[-1]), (-coarse.mean(), coarse.std() / np.sqrt(coarse.size)))


def test_skewed_weights() -> None:
    """Weights Exp(1) - 1 and ReLU inputs at width 256: 7.5% above the half."""
    rng, nets, n = np.random.default_rng(8), 40_000, 256
    x = relu(rng.standard_normal((nets, n)))
    z = np.einsum("bj,bj->b", rng.standard_exponential((nets, n), dtype=np.float32) - 1, x)
    z = (z / np.linalg.norm(x, axis=1)).astype(float)
    assert_mean(z * np.abs(z), exact(skewed_excess(activation("relu"), 2, n)))
