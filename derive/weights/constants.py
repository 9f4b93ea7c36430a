"""Weights that are all the same: every unit of a layer then computes the same, and goes on doing so."""

from __future__ import annotations

import sympy as sp

from derive.weights.entry import USUAL, Entry, Values
from derive.weights.law import Spelling, WeightLaw
from derive.weights.moments import enumerated

_NO_RANDOMNESS = "a number that is not random is uncorrelated with all"


def _constant(_: Values) -> WeightLaw:
    masses = ((sp.S.One, sp.S.One),)
    return WeightLaw(
        name="constant",
        title="one number for all weights",
        reference="Goodfellow, Bengio and Courville 2016, section 8.4",
        parameters=(),
        raw=enumerated(masses),
        masses=masses,
        symmetric=False,
        continuous=False,
        independent=False,
        facts=USUAL
        | {
            "mean zero": (False, "the mean is the number itself, and the variance is 0"),
            "uncorrelated into a unit": (True, _NO_RANDOMNESS),
            "uncorrelated out of a unit": (True, _NO_RANDOMNESS),
            "one variance": (True, "all variances are 0"),
            "symmetric": (False, "all weights have one sign"),
            "no atom": (True, "z is a multiple of the sum of the inputs: no atom if they have a density"),
            "Gaussian": (False, "nothing is random, and no width makes it so"),
        },
        spelling=Spelling(
            "torch.nn.init.constant_(w, g / math.sqrt(fan))",
            "keras.initializers.Constant(g / math.sqrt(fan))",
            "jax.nn.initializers.constant(g / math.sqrt(fan))",
            ("Of second moment g^2/fan; the variance is 0 whatever g is.",),
        ),
        notes=("Units that start the same get the same gradient: training never tells them apart.",),
    )  # fmt: skip


def _zeros(_: Values) -> WeightLaw:
    masses = ((sp.S.Zero, sp.S.One),)
    return WeightLaw(
        name="zeros",
        title="all weights zero",
        reference="Goodfellow, Bengio and Courville 2016, section 8.4",
        parameters=(),
        raw=enumerated(masses),
        masses=masses,
        continuous=False,
        independent=False,
        free_scale=False,
        facts=USUAL
        | {
            "uncorrelated into a unit": (True, _NO_RANDOMNESS),
            "uncorrelated out of a unit": (True, _NO_RANDOMNESS),
            "one variance": (True, "all variances are 0"),
            "symmetric": (True, "0 is its own negative"),
            "no atom": (False, "every pre-activation is 0"),
            "kink not met": (True, "pre-activations and tangents are all 0"),
            "Gaussian": (False, "g is 0, which no theorem's gain is"),
        },
        spelling=Spelling(
            "torch.nn.init.zeros_(w)", "keras.initializers.Zeros()", "jax.nn.initializers.zeros"
        ),
        notes=(
            "The theorems on symmetric weights hold and say what happens: the variance condition asks for "
            "Var[w] > 0, and with 0 neither signal nor gradient passes.",
        ),
    )


ENTRIES = (Entry("constant", _constant), Entry("zeros", _zeros))
