"""The dense sampler: pivots of its forward and backward pass, and its gradients against torch's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import chi2, kstest

from verify.laws import law
from verify.measure import family
from verify.network import Family, Shard, at_output, backward, forward
from verify.output import CLASSES, output_gradient
from verify.problem import Problem
from verify.samplers.dense import Full, free_share
from verify.signal import square_sum
from verify.weights import Weights, buffers

Make = Callable[..., Problem]
SHARD = Shard(0, 3000)


def _weights(drawn: Family, nets: int, keep: bool = True) -> Weights:
    sizes = [nets * a * b for a, b in zip(drawn.widths, drawn.widths[1:], strict=False)]
    return Weights(law("normal"), buffers(sizes, keep, drawn.dtype, drawn.device), keep)


def _both_passes(drawn: Family, shard: Shard) -> tuple[Any, list[Any]]:
    full = Full(drawn, shard, _weights(drawn, shard.nets))
    passed = forward(drawn, shard, full)
    gradient = at_output(drawn, shard, passed.output)
    return passed, list(backward(drawn, full, passed.layers, gradient))


@pytest.mark.parametrize("batch", [1, 3])
def test_both_pivots_are_chi_squared(problem: Make, false_alarm: float, batch: int) -> None:
    """|W x|^2 / (s^2 |x|^2) ~ chi2_n_out and |P W^T d|^2 / (s^2 |d|^2) ~ chi2_(n_in - batch), at every layer."""
    drawn = family(problem("prelu", widths=(7, 9, 6, 8), batch=batch))
    passed, steps = _both_passes(drawn, SHARD)
    for index, layer in enumerate(passed.layers):
        n_in, n_out = drawn.widths[index : index + 2]
        scale = drawn.scales[index] * 2.0**-layer.shift
        ahead = square_sum(layer.z) / (scale**2 * square_sum(layer.input.values))
        assert kstest(ahead[:, 0].numpy(), chi2(n_out).cdf).pvalue > false_alarm
        free = next(step.free for step in steps if step.index == index)
        back = (n_in - batch) * free[:, 0].numpy()
        assert kstest(back, chi2(n_in - batch).cdf).pvalue > false_alarm


def test_the_backward_pivot_catches_fresh_weights(problem: Make) -> None:
    """Its full norm, with W drawn anew for the backward pass, is chi2_n: the projector must see real W."""
    generator = torch.Generator().manual_seed(3)
    w, x = (torch.randn(s, generator=generator, dtype=torch.float64) for s in ((4000, 5, 5), (4000, 5, 1)))
    delta = torch.bmm(w, x)  # depends on W through W x only, strongly
    below = torch.bmm(w.transpose(1, 2), delta)
    exact = 4 * free_share(x, below, delta)[:, 0].numpy()
    assert kstest(exact, chi2(4).cdf).pvalue > 1e-6
    whole = (square_sum(below) / square_sum(delta))[:, 0].numpy()
    assert kstest(whole, chi2(5).cdf).pvalue < 1e-6


@pytest.mark.parametrize("name", ["relu", "tanh", "prelu"])
@pytest.mark.parametrize("fields", [{}, {"bias_variance": 0.2, "gain": 1.5}, {"batch": 3, "mode": "fan_avg"}])
def test_gradients_are_those_of_autograd(problem: Make, name: str, fields: dict[str, Any]) -> None:
    """To float64 rounding, which the two orders of summation leave; scales are powers of two apart."""
    drawn = family(problem(name, widths=(5, 7, 4, 6), dtype="float64", direction="forward", **fields))
    shard = Shard(0, 4)
    weights = _weights(drawn, shard.nets)
    full = Full(drawn, shard, weights)
    passed = forward(drawn, shard, full)
    gradient = at_output(drawn, shard, passed.output)
    steps = list(backward(drawn, full, passed.layers, gradient))
    x = _true(passed.layers[0].input).requires_grad_()
    signal = x
    for index, layer in enumerate(passed.layers):
        matrix = weights._kept(index, (4, drawn.widths[index + 1], drawn.widths[index]))
        z = drawn.scales[index] * torch.bmm(torch.cat(list(matrix)), signal)
        recorded = layer.z * 2.0 ** (layer.input.exponent + layer.shift)[:, None, :]
        z = z + (recorded - z).mean(dim=2, keepdim=True).detach() if any(drawn.bias_variances) else z
        torch.testing.assert_close(z, recorded, rtol=1e-12, atol=1e-12)
        signal = drawn.functions.value(z)
    (expected,) = torch.autograd.grad(signal, x, _true(gradient))
    torch.testing.assert_close(_true(steps[-1].gradient), expected, rtol=1e-12, atol=1e-12)


def _true(signal: Any) -> torch.Tensor:
    values: torch.Tensor = signal.values * 2.0 ** signal.exponent[:, None, :]
    return values.clone()


def test_every_draw_has_a_seed_of_its_own(problem: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights and biases of three layers, the input and the output gradient: eight draws, eight seeds."""
    used: list[int] = []

    def noted(device: torch.device, value: int) -> torch.Generator:
        used.append(value)
        return torch.Generator(device).manual_seed(value)

    monkeypatch.setattr("verify.network.generator", noted)
    _both_passes(family(problem("relu", widths=(4,) * 4, gain=1.2, bias_variance=0.3)), Shard(2, 3))
    assert len(used) == len({value % 2**32 for value in used}) == 8


def test_rescaling_changes_no_bit(problem: Make) -> None:
    """Taken out or left in, the powers of two give the same increments where both stay in range."""
    rescaled = family(problem("relu", widths=(8,) * 9))
    plain = replace(rescaled, homogeneous=False)
    shard = Shard(0, 50)
    (a, back_a), (b, back_b) = (_both_passes(f, shard) for f in (rescaled, plain))
    assert torch.equal(_true(a.output) != 0, _true(b.output) != 0)
    torch.testing.assert_close(_true(a.output), _true(b.output), rtol=1e-5, atol=0)
    for left, right in zip(back_a, back_b, strict=True):
        assert torch.equal(left.slope, right.slope)
        torch.testing.assert_close(left.gradient.log_square, right.gradient.log_square, rtol=0, atol=1e-4)


def test_inputs_have_the_length_that_gives_q(problem: Make) -> None:
    case = problem("tanh", widths=(6, 4), bias_variance=0.3, gain=1.2, variance=2, mode="fan_out")
    passed = forward(family(case), SHARD, Full(family(case), SHARD, _weights(family(case), SHARD.nets)))
    q = 0.3 + 1.2**2 / 4 * square_sum(passed.layers[0].input.values)
    np.testing.assert_allclose(q.numpy(), 2.0, rtol=1e-6)


def test_a_gaussian_output_gradient_is_white(problem: Make, threshold: float) -> None:
    drawn = family(problem("relu", widths=(8, 5)))
    passed = forward(drawn, SHARD, Full(drawn, SHARD, _weights(drawn, SHARD.nets)))
    found = _true(at_output(drawn, SHARD, passed.output))[:, :, 0].numpy()
    for sample in (found[:, 0], found[:, 0] * found[:, 1], found[:, 0] ** 2 - 1):
        assert abs(sample.mean()) < threshold * sample.std() / len(sample) ** 0.5


def test_the_loss_gradient_is_that_of_cross_entropy() -> None:
    """Against autograd, with the same read-outs and labels, at an output that has an exponent."""
    output, exponent = torch.randn(4, 6, 3), torch.full((4, 3), 2)
    found = output_gradient("loss", output, exponent, torch.Generator().manual_seed(8))
    stream = torch.Generator().manual_seed(8)
    readout = torch.empty(4, CLASSES, 6).normal_(std=6**-0.5, generator=stream)
    label = torch.randint(CLASSES, (4, 3), generator=stream)
    x = (4 * output).requires_grad_()
    loss = torch.nn.functional.cross_entropy(torch.bmm(readout, x), label, reduction="sum")
    torch.testing.assert_close(found, torch.autograd.grad(loss, x)[0])


def test_ones_are_ones() -> None:
    output = torch.randn(2, 3, 1)
    assert bool((output_gradient("ones", output, torch.zeros(2, 1), torch.Generator()) == 1).all())
