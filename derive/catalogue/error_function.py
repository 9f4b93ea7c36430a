"""Activations made of the Gaussian distribution function."""

from __future__ import annotations

import sympy as sp

from derive.catalogue.entry import Entry


def _gelu(x: sp.Symbol) -> sp.Expr:
    return x / 2 * (1 + sp.erf(x / sp.sqrt(2)))


def _gelu_tanh(x: sp.Symbol) -> sp.Expr:
    return x / 2 * (1 + sp.tanh(sp.sqrt(2 / sp.pi) * (x + sp.Rational("0.044715") * x**3)))


def _laplace(x: sp.Symbol) -> sp.Expr:
    """Mean sqrt(1/2) and standard deviation sqrt(1/(4 pi)): it follows relu^2 to first order at sqrt(2)."""
    return (1 + sp.erf(sp.sqrt(2 * sp.pi) * (x - sp.sqrt(sp.Rational(1, 2))))) / 2


ENTRIES = (
    Entry("erf", sp.erf, "Williams 1996", "torch.erf"),
    Entry("gelu", _gelu, "Hendrycks and Gimpel 2016, section 2", "torch.nn.GELU()"),
    Entry(
        "gelu_tanh",
        _gelu_tanh,
        "Hendrycks and Gimpel 2016, section 2",
        "torch.nn.GELU(approximate='tanh')",
    ),
    Entry("laplace", _laplace, "Ma et al. 2022 (Mega)", None),
    Entry("serf", lambda x: x * sp.erf(sp.log(1 + sp.exp(x))), "Nag and Bhattacharyya 2021", None),
    Entry("phish", lambda x: x * sp.tanh(_gelu(x)), "Naveen 2022", None),
)
