"""A claim made definite: the gain and bias variance to draw with, and the theory to hold them against."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import sympy as sp

from derive.errors import BadInput
from derive.gains import gains
from derive.moments import moment
from derive.number import Missing, Number
from derive.stability import Stability, stability
from verify.accumulate import Array
from verify.claim import Claim
from verify.theory import Theory

# A bias variance that differs from the pair's by less is the pair's (float rounding of what was typed).
_SAME = 1e-9


@dataclass(frozen=True)
class Problem:
    """What is drawn (gain, bias variance) and what it is held against (the gain that holds each direction).

    `targets` maps each tested direction to its gain: "forward" to the g that solves F(q) = q at this bias
    variance, "backward" to the g that solves chi(q) = 1, both for fan_in weights. `exact_gain` is a `Number`
    where the theory gave it, the rational that was typed otherwise. `theory` holds the moments.
    """

    claim: Claim
    exact_gain: Number | sp.Rational
    bias_variance: float
    targets: dict[str, float]
    theory: Theory

    @property
    def gain(self) -> float:
        """g: weights are drawn with variance g^2 / fan."""
        return float(self.exact_gain)

    @property
    def directions(self) -> tuple[str, ...]:
        """The tested directions."""
        return tuple(self.targets)

    @property
    def variance(self) -> float:
        """q, the second moment that is to be held."""
        return float(self.claim.variance)

    @cached_property
    def fans(self) -> tuple[float, ...]:
        """The fan of each layer, as the mode counts it."""
        sides = zip(self.claim.widths, self.claim.widths[1:], strict=False)
        return tuple(fan(self.claim.mode, n_in, n_out) for n_in, n_out in sides)

    @cached_property
    def scales(self) -> tuple[float, ...]:
        """The standard deviation of a weight of each layer: gain / sqrt(fan), or what the law fixes."""
        fixed = self.claim.weights.fixed_std
        if fixed is None:
            return tuple(self.gain / math.sqrt(f) for f in self.fans)
        return tuple(fixed(n_in, n_out) for n_in, n_out in pairwise(self.claim.widths))

    @cached_property
    def bias_variances(self) -> tuple[float, ...]:
        """The variance of a bias of each layer."""
        fixed = self.claim.weights.fixed_bias_variance
        if fixed is None:
            return (self.bias_variance,) * self.claim.depth
        return tuple(fixed(n_in) for n_in in self.claim.widths[:-1])

    def weight_variance(self, index: int) -> float:
        """The variance of a weight of a layer (0-based), as the claim states it: gain^2 / fan."""
        return self.scales[index] ** 2

    @cached_property
    def stability(self) -> Stability:
        """F'(q) at the drawn gain, and what it means for depth."""
        return stability(self.claim.activation, self.exact_gain, 0, self.claim.variance)

    @property
    def homogeneous(self) -> bool:
        """Whether a scaled input gives a scaled output, so that powers of two can be taken out."""
        return self.claim.activation.degree_one is not None and not any(self.bias_variances)

    def ratio(self, direction: str) -> Array:
        """(g/g*)^2 per layer, for the gain that is drawn: what a correct theory measures.

        The forward target is the gain at the first layer's bias variance v; (q - v_l)/(q - v) takes it to the
        others, where a law fixes biases by the width.
        """
        drawn: Array = np.array(self.scales) ** 2 * np.array(self.fans) / self.targets[direction] ** 2
        if direction == "backward":
            return drawn
        carried = self.variance - np.array(self.bias_variances)
        ratio: Array = drawn * carried[0] / carried
        return ratio


def fan(mode: str, n_in: int, n_out: int) -> float:
    """The number that the weight variance is divided by.

    >>> fan("fan_avg", 784, 256)
    520.0
    """
    return {"fan_in": float(n_in), "fan_out": float(n_out), "fan_avg": (n_in + n_out) / 2}[mode]


def resolve(claim: Claim) -> Problem:
    """The problem that a claim poses; raises `BadInput` where the theory gives no gain to draw or to test.

    >>> from derive.catalogue import activation
    >>> problem = resolve(Claim(activation("relu")))
    >>> problem.directions, round(problem.gain, 6), problem.bias_variance
    (('forward', 'backward'), 1.414214, 0.0)
    """
    directions = _directions(claim)
    _refuse_own_scale(claim, directions)
    gain, bias_variance = _drawn(claim, directions)
    targets = {direction: float(_target(claim, direction, bias_variance)) for direction in directions}
    return Problem(claim, gain, bias_variance, targets, Theory(claim.activation))


def _directions(claim: Claim) -> tuple[str, ...]:
    chosen = claim.direction
    if chosen is None:
        chosen = "forward" if claim.activation.degree_one is None else "both"
    return ("forward", "backward") if chosen == "both" else (chosen,)


def _drawn(claim: Claim, directions: tuple[str, ...]) -> tuple[Number | sp.Rational, float]:
    """(gain, bias variance): as given, or what the theory gives for the directions."""
    if claim.weights.fixed_std is not None:
        return _fixed(claim)
    bias_variance = claim.bias_variance or 0.0
    _refuse_bias_above(claim, bias_variance)
    if claim.gain is not None:
        return sp.Rational(repr(float(claim.gain))), bias_variance
    if directions == ("forward",):
        return _target(claim, "forward", bias_variance), bias_variance
    return _pair(claim)


def _fixed(claim: Claim) -> tuple[sp.Rational, float]:
    """What a law that fixes its own scale draws, in the first layer."""
    weights, (n_in, n_out) = claim.weights, claim.widths[:2]
    _refuse_given(claim)
    assert weights.fixed_std is not None
    gain = weights.fixed_std(n_in, n_out) * math.sqrt(fan(claim.mode, n_in, n_out))
    if weights.fixed_bias_variance is None:
        biases = [claim.bias_variance or 0.0]
    else:
        biases = [weights.fixed_bias_variance(width) for width in claim.widths[:-1]]
    _refuse_bias_above(claim, max(biases))
    return sp.Rational(repr(gain)), biases[0]


def _refuse_own_scale(claim: Claim, directions: tuple[str, ...]) -> None:
    """Weights that are drawn at another variance than the claim's are seen by their effect on f(z)^2 only, which is
    that of the variance for degree 1 alone; and no gradient comes through zeros to be measured."""
    law, zeros = claim.weights, claim.weights.name == "zeros"
    if not (law.as_given or zeros):
        return
    if claim.activation.degree_one is None:
        raise BadInput(
            f"weights of the law {law.name} have a variance of their own, which is measured through activations of "
            f"degree 1 only, and {claim.activation.name} is none: test them with relu or identity"
        )
    if zeros and directions == ("backward",):
        raise BadInput(
            "no gradient passes zero weights, so there is nothing to measure backward: test --direction forward, or "
            "see `gainproof derive zero_weights`"
        )
    if law.as_given and claim.gain is not None:
        raise BadInput(
            f"the law {law.name} is drawn at its own scale, so the gain {claim.gain} cannot be drawn: leave it out"
        )


def _refuse_given(claim: Claim) -> None:
    fixes = [
        ("gain", claim.gain, claim.weights.fixed_std),
        ("bias variance", claim.bias_variance, claim.weights.fixed_bias_variance),
    ]
    for what, given, fixed in fixes:
        if given is not None and fixed is not None:
            raise BadInput(
                f"the law {claim.weights.name} fixes the {what} itself, so {given} cannot be drawn: leave it out, "
                "or take another law such as uniform"
            )


def _refuse_bias_above(claim: Claim, bias_variance: float) -> None:
    if bias_variance >= claim.variance:
        raise BadInput(
            f"bias variance {bias_variance} is not below the variance {claim.variance} that is held: "
            "nothing is left for the weights to carry; lower it or raise --variance"
        )


def _pair(claim: Claim) -> tuple[Number | sp.Rational, float]:
    pair = gains(claim.activation, claim.variance).pair
    if isinstance(pair, Missing):
        raise BadInput(
            f"no gain and bias variance serve both directions for {claim.activation.name} at variance "
            f"{claim.variance}: {pair.reason}; give --gain, or test --direction forward"
        )
    bias_variance = float(pair.bias_variance)
    given = claim.bias_variance
    if given is not None and abs(given - bias_variance) > _SAME * float(claim.variance):
        raise BadInput(
            f"bias variance {given} is not the {bias_variance:.6g} that goes with the backward gain: "
            "leave it out, or give --gain too"
        )
    return pair.gain, bias_variance


def _target(claim: Claim, direction: str, bias_variance: float) -> Number | sp.Rational:
    """The gain that holds the direction at this bias variance."""
    if direction == "backward":
        return _present(gains(claim.activation, claim.variance).backward, claim, direction)
    if bias_variance == 0:
        return _present(gains(claim.activation, claim.variance).forward, claim, direction)
    second = float(_present(moment(claim.activation, "second", claim.variance), claim, direction))
    return sp.Rational(repr(math.sqrt((float(claim.variance) - bias_variance) / second)))


def _present(number: Number | Missing, claim: Claim, direction: str) -> Number:
    if isinstance(number, Missing):
        raise BadInput(
            f"{claim.activation.name} has no {direction} gain at variance {claim.variance}: {number.reason}; "
            "test another direction, variance or activation"
        )
    return number
