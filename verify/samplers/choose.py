"""Which sampler draws the networks of a problem."""

from __future__ import annotations

from verify.claim import Claim
from verify.network import Family
from verify.problem import Problem
from verify.samplers.chain import chain
from verify.samplers.conditional import conditional
from verify.samplers.dense import dense
from verify.samplers.haar import haar
from verify.samplers.method import method
from verify.samplers.sampler import Sampler
from verify.samplers.single import single
from verify.shards import Cut


def kind(claim: Claim) -> str:
    """ "exact" or "dense": as the claim says, or the exact one where it applies.

    Raises `BadInput` for an exact sampler of a law that has none.

    >>> from derive.catalogue import activation
    >>> kind(Claim(activation("relu"))), kind(Claim(activation("relu"), law="uniform"))
    ('exact', 'dense')
    """
    return "dense" if method(claim) == "dense" else "exact"


def sampler(drawn: Family, problem: Problem, plan: Cut) -> Sampler:
    """A sampler for one worker."""
    chosen = method(problem.claim)
    if chosen == "dense":
        return dense(drawn, problem, plan)
    if chosen == "conditional" and drawn.batch == 1:
        return single(drawn, problem, plan.largest)
    return {"conditional": conditional, "haar": haar, "chain": chain}[chosen](drawn, problem)
