"""Activations made of exp: the ELU family, Gaussians, and products with a tanh of exp."""

from __future__ import annotations

import sympy as sp

from derive.catalogue.entry import Entry, positive, real

_SCALE = real("a", "1")

# Klambauer et al. solve for these two so that (0, 1) is a fixed point of mean and variance. The solution is
# irrational; what is here, and what torch computes with, are the 32 digits in torch's source.
_SELU_ALPHA = real("a", "1.6732632423543772848170429916717")
_SELU_SCALE = real("s", "1.0507009873554804934193349852946")

ENTRIES = (
    Entry(
        "elu",
        lambda x, a: sp.Piecewise((a * (sp.exp(x) - 1), x < 0), (x, True)),
        "Clevert, Unterthiner and Hochreiter 2016",
        "torch.nn.ELU({a})",
        (_SCALE,),
    ),
    Entry(
        "selu",
        lambda x, a, s: sp.Piecewise((a * s * (sp.exp(x) - 1), x < 0), (s * x, True)),
        "Klambauer, Unterthiner, Mayr and Hochreiter 2017",
        "torch.nn.SELU()",
        (_SELU_ALPHA, _SELU_SCALE),
    ),
    Entry(
        "celu",
        lambda x, a: sp.Piecewise((a * (sp.exp(x / a) - 1), x < 0), (x, True)),
        "Barron 2017",
        "torch.nn.CELU({a})",
        (positive("a", "1"),),
    ),
    Entry("exp", sp.exp, "the exponential", "torch.exp"),
    Entry("gaussian", lambda x: sp.exp(-(x**2)), "Broomhead and Lowe 1988", None),
    Entry(
        "tanhexp",
        lambda x: x * sp.tanh(sp.exp(x)),
        "Liu and Di 2020; TeLU in Fernandez and Mali 2024",
        None,
    ),
)
