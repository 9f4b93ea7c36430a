"""Which way the networks of a claim are drawn, decided from the claim alone."""

from __future__ import annotations

from derive.activation import X
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
    >>> given = ("tanh", "normal"), ("relu", "normal"), ("relu", "uniform"), ("relu", "orthogonal")
    >>> [method(Claim(activation(name), law=law)) for name, law in given]
    ['conditional', 'chain', 'dense', 'haar']
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
    return "chain" if norms_are_enough(claim) else "conditional"


def norms_are_enough(claim: Claim) -> bool:
    """Whether the norms of a Gaussian net form a chain: degree 1, no bias, one input, Gaussian output gradient.

    A slope of zero lets nets die, and then f'(0) has to be 0, so that no gradient comes through.

    >>> from derive.catalogue import activation
    >>> [norms_are_enough(Claim(activation("relu"), batch=batch)) for batch in (1, 2)]
    [True, False]
    """
    f = claim.activation
    if f.degree_one is None or claim.batch > 1 or claim.output_gradient != "gaussian":
        return False
    if claim.bias_variance or claim.weights.fixed_bias_variance is not None:
        return False
    return all(slope != 0 for slope in f.degree_one) or f.derivative.subs(X, 0) == 0


def sampling(claim: Claim) -> str:
    """The way of drawing in words.

    >>> from derive.catalogue import activation
    >>> sampling(Claim(activation("relu"), law="uniform"))
    'full weights: every matrix is drawn and multiplied, forward and back'
    """
    return _WORDS[method(claim)]
