"""Orthogonal matrices, and the convolution kernels that hold one at their centre.

Haar-distributed on the orthogonal matrices of side N = max(n_in, n_out), cut to n_out rows and n_in columns: an entry
is one coordinate of a uniform direction in R^N.
"""

from __future__ import annotations

import sympy as sp

from derive.weights.entry import USUAL, Entry, Parameter, Values
from derive.weights.law import N_IN, N_OUT, WEIGHT, Density, Facts, Spelling, WeightLaw

SIDE = sp.Max(N_IN, N_OUT)
_SECOND, _FOURTH = 1 / SIDE, 3 / (SIDE * (SIDE + 2))
_SIGNS = "the law is the same after a row or a column changes sign"
_FACTS: Facts = USUAL | {
    "mean zero": (True, _SIGNS),
    "uncorrelated into a unit": (True, _SIGNS),
    "uncorrelated out of a unit": (True, _SIGNS),
    "one variance": (True, "the law is the same after rows or columns are exchanged"),
    "symmetric": (True, _SIGNS),
    "Gaussian": (
        False,
        "the entries depend on each other: it holds in the limit of wide layers only, where few of them together "
        "are like independent Gaussians",
    ),
}


def _density() -> Density:
    """Of one coordinate of a uniform direction in R^N, N > 1."""
    above = sp.gamma(SIDE / 2) * (1 - WEIGHT**2) ** ((SIDE - 3) / 2)
    return Density(above / (sp.sqrt(sp.pi) * sp.gamma((SIDE - 1) / 2)), -sp.S.One, sp.S.One)


def _orthogonal(_: Values) -> WeightLaw:
    gain = "g * math.sqrt(max(n_in, n_out) / fan)"
    return WeightLaw(
        name="orthogonal",
        title="block of a Haar-orthogonal matrix",
        reference="Saxe, McClelland and Ganguli 2014; Mezzadri 2007, section 5",
        parameters=(),
        raw=(sp.S.Zero, _SECOND, sp.S.Zero, _FOURTH),
        density=_density(),
        independent=False,
        facts=_FACTS,
        spelling=Spelling(
            f"torch.nn.init.orthogonal_(w, gain={gain})",
            f"keras.initializers.Orthogonal(gain={gain})",
            f"jax.nn.initializers.orthogonal({gain})",
            (
                "All three take the gain of the matrix: an entry has variance gain^2/max(n_in, n_out), so in a layer "
                "that widens the gain g alone gives less than g^2/n_in.",
            ),
        ),
        notes=(
            "Orthonormal rows or columns, whichever are fewer: torch's convention, and Keras's and JAX's.",
        ),
    )


def _delta(values: Values) -> WeightLaw:
    k, side = _KERNEL.symbol, int(values["kernel"])
    middle = (side - 1) // 2
    gain = f"g * math.sqrt(max(n_in, n_out) * {side**2} / fan)"
    pad = f"[({middle}, {middle}), ({middle}, {middle}), (0, 0), (0, 0)]"
    return WeightLaw(
        name="delta_orthogonal",
        title="convolution kernel, orthogonal at its centre and zero elsewhere",
        reference="Xiao, Bahri, Sohl-Dickstein, Schoenholz and Pennington 2018, algorithm 1 and section 3.2",
        parameters=((k, values["kernel"]),),
        raw=(sp.S.Zero, _SECOND / k**2, sp.S.Zero, _FOURTH / k**2),
        continuous=side == 1,
        independent=False,
        facts=_FACTS | ({} if side == 1 else _DELTA_FACTS),
        spelling=Spelling(
            f"torch.nn.init.zeros_(w)\ntorch.nn.init.orthogonal_(w[:, :, {middle}, {middle}], gain={gain})",
            f"keras.ops.pad(keras.initializers.Orthogonal(gain={gain})((n_in, n_out))[None, None], {pad})",
            f"jax.nn.initializers.delta_orthogonal({gain})",
            (
                f"fan counts the kernel, as torch does: fan_in = {side**2} n_in.",
                "torch and Keras have no initialiser of this name; JAX's refuses a layer that narrows.",
            ),
        ),
        notes=(
            "Moments are those of an entry at a random place of the kernel. With circular padding the convolution is "
            "the matrix at every position, so a dense layer of the law 'orthogonal' says it all.",
        ),
    )


_DELTA_FACTS: Facts = {
    "one variance": (
        False,
        "all variance sits at the kernel's centre; seen as the dense layer that it is there, the law meets this",
    ),
}


def _bad_kernel(side: sp.Rational) -> str | None:
    if not side.is_Integer or side < 1 or side > 99:
        return "a kernel has a whole number of places on a side; give 1, 3, 5 or so"
    return None if side % 2 else "a kernel of even side has no centre; give an odd number"


_KERNEL = Parameter("kernel", "3", _bad_kernel, whole=True)
ENTRIES = (Entry("orthogonal", _orthogonal), Entry("delta_orthogonal", _delta, (_KERNEL,)))
