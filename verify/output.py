"""The gradient that enters a network at its output: a choice, so an assumption of every backward claim."""

from __future__ import annotations

import torch
from torch import Tensor

# Classes of the random read-out that the loss is taken on.
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
}


def output_gradient(kind: str, output: Tensor, exponent: Tensor, stream: torch.Generator) -> Tensor:
    """The gradient with respect to the network's output, (nets, n, batch).

    The true output is `output` (nets, n, batch) times 2^exponent (nets, batch).
    """
    if kind == "ones":
        return torch.ones_like(output)
    if kind == "gaussian":
        return torch.empty_like(output).normal_(generator=stream)
    return _cross_entropy(output, exponent, stream)


def _cross_entropy(output: Tensor, exponent: Tensor, stream: torch.Generator) -> Tensor:
    """V^T (softmax(V x) - onehot), one read-out V per net and one label per input."""
    nets, n, batch = output.shape
    readout = output.new_empty(nets, CLASSES, n).normal_(std=n**-0.5, generator=stream)
    label = torch.randint(CLASSES, (nets, batch), generator=stream, device=output.device)
    # In float64 and clamped: a softmax is the same beyond e^(+-1e300).
    scale = torch.ldexp(torch.ones_like(exponent, dtype=torch.float64), exponent.clamp(-900, 900))
    logits = torch.bmm(readout, output).double() * scale[:, None, :]
    error = torch.softmax(logits, dim=1) - torch.nn.functional.one_hot(label, CLASSES).transpose(1, 2)
    return torch.bmm(readout.transpose(1, 2), error.to(output.dtype))
