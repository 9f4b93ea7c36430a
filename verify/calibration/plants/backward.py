"""Fresh weights in the backward pass, under an output gradient of ones: a mistake that no increment shows.

Each layer's factor is right then. What is lost is that the gradient depends on the weights it passed through, so
the composition over depth shows it: below k ReLU layers the squared gradient is, relative to that of an independent
output gradient, 1 + (2k - 1)/pi at infinite width, and 1 where the weights are fresh.

At width n it is exact too. With s^2 = 2/n, h.g = c is the same at every layer, the gradient below a layer is
h c/|h|^2 + P t with E|P t|^2 = s^2 (n - 1) |delta|^2, and E c^2/|h|^2 = C = n/pi + 1 - 1/pi. A layer's mask leaves h
as it is and half of the rest, so E|delta|^2 = C + (1 - 2/n) times that of the layer above, which begins with n/2.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import torch

from derive import activation
from verify.accumulate import Trajectory
from verify.calibration.cases import same
from verify.claim import Claim
from verify.increments import sample
from verify.measure import family
from verify.network import Shard
from verify.output.report import effect_report
from verify.prediction import prediction
from verify.problem import Problem, resolve
from verify.samplers.dense import Full
from verify.weights import Streams, Weights, buffers

_WIDTH, _DEPTH, _NETWORKS = 64, 6, 4000
# Standard errors by which a factor may differ from its value; six factors do so by chance once in a million runs.
REACH = 5.2
MISTAKE = "fresh weights in the backward pass, under an output gradient of ones"


@dataclass(frozen=True)
class Factor:
    """The squared gradient below so many layers, relative to that of an independent output gradient.

    `predicted` is the verifier's for right weights at this width, `measured` and `error` its estimate; `exact` is
    the prediction worked out by hand.
    """

    layers: int
    predicted: float
    exact: float
    measured: float
    error: float

    def agrees(self, value: float) -> bool:
        """Whether what was measured is within `REACH` standard errors of a value."""
        return abs(self.measured - value) <= REACH * self.error


def exact_factors(n: int, depth: int) -> list[float]:
    """Those of right weights, below 1, 2, .. layers of width n.

    >>> [round(x, 4) for x in exact_factors(10**9, 2)]
    [1.3183, 1.9549]
    """
    along, delta, found = n / pi + 1 - 1 / pi, n / 2, []
    for _ in range(depth):
        found.append((along + 2 * (1 - 1 / n) * delta) / n)
        delta = along + (1 - 2 / n) * delta
    return found


def factors(fresh: bool, seed: int = 0) -> tuple[Factor, ...]:
    """After 1, 2, .. layers from the output, with weights that are fresh in the backward pass, or the right ones."""
    claim = Claim(
        activation("relu"),
        widths=same(_WIDTH, _DEPTH),
        direction="both",
        output_gradient="ones",
        sampler="dense",
        device="cpu",
        seed=seed,
    )
    found = effect_report(problem := resolve(claim), _gradient(problem, fresh))
    rows = zip(found["predicted_factors"], found["measured_factors"], found["standard_errors"], strict=True)
    below = zip(list(rows)[-2::-1], exact_factors(_WIDTH, _DEPTH), strict=True)
    return tuple(
        Factor(k, predicted, exact, measured, error)
        for k, ((predicted, measured, error), exact) in enumerate(below, start=1)
    )


def _gradient(problem: Problem, fresh: bool) -> Trajectory:
    """The trajectory of the squared gradient, a shard of networks at a time."""
    drawn, expected, size = family(problem), prediction(problem), 500
    memory = buffers([size * _WIDTH**2] * _DEPTH, True, drawn.dtype, drawn.device)
    weights = (_Fresh if fresh else Weights)(drawn.law, memory, True)
    total: Trajectory | None = None
    for index in range(_NETWORKS // size):
        shard = Shard(index, size)
        with torch.inference_mode():
            found = sample(drawn, shard, Full(drawn, shard, weights), problem)
        part = Trajectory.of(found.log_gradient, expected.log_gradient, 0)
        total = part if total is None else total.merged(part, 0)
    assert total is not None
    return total


class _Fresh(Weights):
    """Weights that are drawn anew, from another stream, for the backward pass."""

    def backward(
        self, layer: int, shape: tuple[int, int, int], streams: Streams, delta: torch.Tensor
    ) -> torch.Tensor:
        """W'^T delta for a W' that is independent of the W of the forward pass."""
        stream = streams(layer)
        stream.manual_seed(stream.initial_seed() ^ 0x5BD1E995)
        nets, n_out, n_in = shape
        weights = torch.empty(nets, n_out, n_in, dtype=delta.dtype, device=delta.device).normal_(
            generator=stream
        )
        return torch.bmm(weights.transpose(1, 2), delta)
