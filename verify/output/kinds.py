"""The output gradients that a claim may assume, and how each is drawn."""

from __future__ import annotations

import torch
from torch import Tensor

# Classes of the random read-out that a loss is taken on, and the entries of the target of a mean squared error.
CLASSES = 10

ASSUMPTIONS = {
    "gaussian": (
        "the output gradient is N(0, I), independent of the network: zero mean and uncorrelated over units, "
        "as the backward condition asks"
    ),
    "ones": (
        "the output gradient is all ones (loss = sum of the outputs): it is not zero-mean over units, so the "
        "per-layer test holds, but the composition over depth does not: at a post-ReLU output the "
        "squared gradient is off by a factor that tends to 1 + (2k - 1)/pi after k layers as width grows"
    ),
    "loss": (
        "the output gradient is that of softmax cross-entropy with a random label on a Gaussian read-out of "
        f"{CLASSES} classes and variance 1/n: given the network its mean lies along the output, about 1/n of its "
        "squared norm, so it is neither quite of zero mean nor independent of the network"
    ),
    "mse": (
        f"the output gradient is that of |V x - t|^2/2 on a Gaussian read-out V of {CLASSES} values and variance 1/n, "
        f"t being N(0, I) and independent of the network: given the network its mean lies along the output x, up to "
        f"{CLASSES}/n of its squared norm, so it is neither of zero mean nor independent of the network"
    ),
}


def output_gradient(kind: str, output: Tensor, exponent: Tensor, stream: torch.Generator) -> Tensor:
    """The gradient with respect to the network's output, (nets, n, batch).

    The true output is `output` (nets, n, batch) times 2^exponent (nets, batch). For "mse" the gradient of an
    input is divided by 2^exponent where that is above 1, since only its size relative to itself counts.
    """
    if kind == "ones":
        return torch.ones_like(output)
    if kind == "gaussian":
        return torch.empty_like(output).normal_(generator=stream)
    nets, n, _ = output.shape
    readout = output.new_empty(nets, CLASSES, n).normal_(std=n**-0.5, generator=stream)
    seen = torch.bmm(readout, output).double()
    error = (_cross_entropy if kind == "loss" else _squared_error)(seen, exponent, stream)
    return torch.bmm(readout.transpose(1, 2), error.to(output.dtype))


def _cross_entropy(seen: Tensor, exponent: Tensor, stream: torch.Generator) -> Tensor:
    """softmax(V x) - onehot, one label per input: (nets, classes, batch), like V x without its exponent."""
    nets, _, batch = seen.shape
    label = torch.randint(CLASSES, (nets, batch), generator=stream, device=seen.device)
    # Clamped: a softmax is the same beyond e^(+-1e300).
    scale = _power(exponent.clamp(-900, 900))
    return torch.softmax(seen * scale, dim=1) - torch.nn.functional.one_hot(label, CLASSES).transpose(1, 2)


def _squared_error(seen: Tensor, exponent: Tensor, stream: torch.Generator) -> Tensor:
    """V x - t, divided by 2^exponent where that is above 1."""
    target = torch.empty_like(seen).normal_(generator=stream)
    held = exponent.clamp(-900, 900)
    return seen * _power(held.clamp(max=0)) - target * _power(-held.clamp(min=0))


def _power(exponent: Tensor) -> Tensor:
    """2^exponent in float64, (nets, 1, batch)."""
    return torch.ldexp(torch.ones_like(exponent, dtype=torch.float64), exponent)[:, None, :]
