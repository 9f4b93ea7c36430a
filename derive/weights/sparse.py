"""Gaussian weights of which a fixed share of every column is zero."""

from __future__ import annotations

import sympy as sp

from derive.weights.entry import USUAL, Entry, Parameter, Values, digits
from derive.weights.law import N_OUT, Spelling, WeightLaw


def _sparse(values: Values) -> WeightLaw:
    s, share = _SPARSITY.symbol, digits(values["sparsity"])
    kept = 1 - sp.ceiling(s * N_OUT) / N_OUT
    std = f"g / math.sqrt(fan * (1 - math.ceil({share} * n_out) / n_out))"
    zeros = f"math.ceil({share} * n_out)"
    return WeightLaw(
        name="sparse",
        title="Gaussian with ceil(sparsity n_out) zeros in each column",
        reference="Martens 2010, section 5; torch.nn.init.sparse_",
        parameters=((s, values["sparsity"]),),
        raw=(sp.S.Zero, kept, sp.S.Zero, 3 * kept),
        continuous=False,
        independent=False,
        facts=USUAL
        | {
            "uncorrelated into a unit": (True, "columns are independent"),
            "uncorrelated out of a unit": (
                True,
                "the values are independent of mean 0, wherever the zeros are",
            ),
            "symmetric": (True, "the values are symmetric, wherever the zeros are"),
            "no atom": (False, "a unit may have no weight that is not zero"),
        },
        spelling=Spelling(
            f"torch.nn.init.sparse_(w, sparsity={share}, std={std})",
            f"{std} * keras.random.normal((n_in, n_out)) * keras.ops.cast(keras.ops.argsort(keras.random.uniform("
            f'(n_in, n_out)), axis=1) >= {zeros}, "float32")',
            f"{std} * jax.random.normal(key, (n_in, n_out)) * jax.random.permutation(jax.random.fold_in(key, 1), "
            f"jax.numpy.broadcast_to(jax.numpy.arange(n_out) >= {zeros}, (n_in, n_out)), axis=1, independent=True)",
            (
                "torch: std is that of the values that are not zero, 0.01 where none is given, whatever the fan.",
                "torch counts the zeros as math.ceil(sparsity * n_out) in floating point (0.07 of 100 is 8 there, not "
                "7), and takes their places from the global generator even where one is given.",
            ),
        ),
        notes=(
            "Columns are the weights that leave one input unit: rows of torch's matrix are output units.",
        ),
    )


def _bad_sparsity(share: sp.Rational) -> str | None:
    return None if 0 <= share < 1 else "it is the share of weights that are zero; give 0 <= sparsity < 1"


_SPARSITY = Parameter("sparsity", "1/10", _bad_sparsity)
ENTRIES = (Entry("sparse", _sparse, (_SPARSITY,)),)
