"""Activations made of sin and cos."""

from __future__ import annotations

import sympy as sp

from derive.catalogue.entry import Entry, positive, real

ENTRIES = (
    Entry("sin", sp.sin, "Parascandolo, Huttunen and Virtanen 2016", "torch.sin"),
    Entry("cos", sp.cos, "Rahimi and Recht 2007", "torch.cos"),
    Entry(
        "siren",
        lambda x, w: sp.sin(w * x),
        "Sitzmann et al. 2020 (SIREN)",
        None,
        (real("w", "30"),),
    ),
    Entry(
        "snake",
        lambda x, a: x + sp.sin(a * x) ** 2 / a,
        "Ziyin, Hartwig and Ueda 2020",
        None,
        (positive("a", "1"),),
    ),
    Entry("gcu", lambda x: x * sp.cos(x), "Noel, Arunkumar, Trivedi and Dutta 2021", None),
    Entry("sinc", sp.sinc, "sin(x)/x, not normalised by pi", None),
)
