"""Which sampler draws the networks of a problem."""

from __future__ import annotations

from derive.errors import BadInput
from verify.claim import Claim
from verify.network import Family
from verify.problem import Problem
from verify.samplers.dense import dense
from verify.samplers.sampler import Sampler
from verify.shards import Cut


def kind(claim: Claim) -> str:
    """ "exact" or "dense": as the claim says, or the exact one where it applies.

    >>> from derive.catalogue import activation
    >>> kind(Claim(activation("relu"), law="uniform"))
    'dense'
    """
    if claim.sampler == "exact":
        raise BadInput("the exact sampler is not available yet: use the dense one, which draws full weights")
    return "dense"


def sampler(drawn: Family, problem: Problem, plan: Cut) -> Sampler:
    """A sampler for one worker."""
    return dense(drawn, problem, plan)
