"""The torch code of a report runs and does what it says."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from derive.catalogue import activation, names
from reports.snippet import Initialisation, torch_snippet


def run(source: str) -> dict[str, Any]:
    space: dict[str, Any] = {}
    torch.manual_seed(1)
    exec(compile(source, "snippet", "exec"), space)
    return space


@pytest.mark.parametrize("name", names())
def test_it_runs_for_every_activation(name: str) -> None:
    space = run(torch_snippet(activation(name), Initialisation("1.5", "a note", "0.1"), (8, 6, 4)))
    assert space["network"](torch.randn(3, 8)).shape == (3, 4)


@pytest.mark.parametrize(("mode", "fan"), [("fan_in", 600), ("fan_out", 200), ("fan_avg", 400)])
def test_weights_have_the_variance_that_it_says(mode: str, fan: int) -> None:
    """The relative standard error of a variance of N normals is sqrt(2/N); 5 of them are exceeded once in 2 million."""
    space = run(torch_snippet(activation("relu"), Initialisation("1.5", "a note", "0.25", mode), (600, 200)))
    linear = next(m for m in space["network"].modules() if isinstance(m, torch.nn.Linear))
    for parameter, expected in ((linear.weight, 2.25 / fan), (linear.bias, 0.25)):
        assert abs(parameter.square().mean() / expected - 1) < 5 * math.sqrt(2 / parameter.numel())
