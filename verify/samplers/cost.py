"""How many random numbers the networks of a claim take."""

from __future__ import annotations

from itertools import pairwise

from verify.claim import Claim
from verify.output import CLASSES
from verify.samplers.method import method

# Numbers of the chain per layer: one binomial, four chi-squared and one Gaussian.
_CHAIN = 6


def normals_per_net(claim: Claim, biases: bool = False) -> int:
    """Random numbers that one network takes; `biases` says whether it has any.

    >>> from derive.catalogue import activation
    >>> [normals_per_net(Claim(activation("tanh"), sampler=name)) for name in ("dense", "exact")]
    [3277312, 26112]
    """
    chosen, widths, batch = method(claim), claim.widths, claim.batch
    if chosen == "chain":
        return _CHAIN * claim.depth
    matrices = {
        "dense": sum(n_in * n_out for n_in, n_out in pairwise(widths)),
        "conditional": batch * (sum(widths[:-1]) + sum(widths[1:])),
        "haar": 2 * batch * sum(max(pair) for pair in pairwise(widths)),
    }
    output = {"gaussian": widths[-1] * batch, "ones": 0, "loss": CLASSES * widths[-1]}
    output["mse"] = output["loss"] + CLASSES * batch
    return matrices[chosen] + biases * sum(widths[1:]) + widths[0] * batch + output[claim.output_gradient]
