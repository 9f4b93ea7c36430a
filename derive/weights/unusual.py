"""Independent entries that lack a density or symmetry: signs, and the exponential law about its mean."""

from __future__ import annotations

import sympy as sp

from derive.weights.entry import USUAL, Entry, Values
from derive.weights.law import WEIGHT, Density, Spelling, WeightLaw
from derive.weights.moments import enumerated

_STD = "g / math.sqrt(fan)"
_SIGNS = ((sp.S.NegativeOne, sp.S.Half), (sp.S.One, sp.S.Half))


def _rademacher(_: Values) -> WeightLaw:
    return WeightLaw(
        name="rademacher",
        title="a sign, either with probability 1/2",
        reference="Johnson, Kotz and Balakrishnan 1994; as weights: Courbariaux, Bengio and David 2015",
        parameters=(),
        raw=enumerated(_SIGNS),
        masses=_SIGNS,
        continuous=False,
        facts=USUAL
        | {"no atom": (False, "signed inputs can cancel: two equal inputs do with probability 1/2")},
        spelling=Spelling(
            f"w.bernoulli_(0.5).mul_(2).sub_(1).mul_({_STD})",
            f'{_STD} * keras.ops.cast(2 * keras.random.randint((n_in, n_out), 0, 2) - 1, "float32")',
            f"{_STD} * jax.random.rademacher(key, (n_in, n_out), float)",
        ),
    )


def _exponential(_: Values) -> WeightLaw:
    w = WEIGHT
    return WeightLaw(
        name="exponential",
        title="exponential about its mean: mean 0, not symmetric",
        reference="Johnson, Kotz and Balakrishnan 1994, chapter 19",
        parameters=(),
        raw=(sp.S.Zero, sp.S.One, sp.Integer(2), sp.Integer(9)),
        density=Density(sp.exp(-w - 1), -sp.S.One, sp.oo),
        symmetric=False,
        facts=USUAL
        | {"symmetric": (False, "the skewness is 2, and a weight is below 0 with probability 1 - 1/e")},
        spelling=Spelling(
            f"w.exponential_().sub_(1).mul_({_STD})",
            f"{_STD} * (keras.random.gamma((n_in, n_out), 1.0) - 1)",
            f"{_STD} * (jax.random.exponential(key, (n_in, n_out)) - 1)",
        ),
        notes=("No one initialises with it: it shows what mean zero without symmetry is worth.",),
    )


ENTRIES = (Entry("rademacher", _rademacher), Entry("exponential", _exponential))
