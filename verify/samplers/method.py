"""Which way the networks of a claim are drawn, decided from the claim alone."""

from __future__ import annotations

from derive.errors import BadInput
from verify.claim import Claim

_WORDS = {
    "dense": "full weights: every matrix is drawn and multiplied, forward and back",
    "conditional": (
        "exact without full weights: given what a Gaussian matrix does to a layer's inputs, its part orthogonal to "
        "them is fresh, so both passes of a net take a few vectors per layer"
    ),
    "haar": (
        "exact without full weights: given what a Haar-orthogonal matrix does to a layer's inputs, it is a uniform "
        "isometry between the complements, so both passes of a net take a few vectors per layer"
    ),
    "chain": (
        "exact without weights or units: for an activation of degree 1 the norms of both passes are a Markov chain of "
        "a few numbers per layer, binomial, chi-squared and Gaussian, drawn in float64"
    ),
}


def method(claim: Claim) -> str:
    """ "conditional", "haar", "chain" or "dense".

    Raises `BadInput` where the claim asks for the exact sampler and its law has none.

    >>> from derive.catalogue import activation
    >>> [method(Claim(activation(name), law=law)) for name, law in (("tanh", "normal"), ("relu", "uniform"))]
    ['conditional', 'dense']
    """
    law = claim.weights
    if claim.sampler == "exact" and not (law.gaussian or law.haar):
        raise BadInput(
            f"no exact sampler for the law {law.name}: it needs a law for which what is left of W given W x is known, "
            "Gaussian or Haar-orthogonal; use --sampler dense, or the law normal"
        )
    if claim.sampler == "dense" or not (law.gaussian or law.haar):
        return "dense"
    if law.haar:
        return "haar"
    return "conditional"


def sampling(claim: Claim) -> str:
    """The way of drawing in words.

    >>> from derive.catalogue import activation
    >>> sampling(Claim(activation("relu"), law="uniform"))
    'full weights: every matrix is drawn and multiplied, forward and back'
    """
    return _WORDS[method(claim)]
