"""Activations made of quotients and roots, and slowly growing ones."""

from __future__ import annotations

import sympy as sp

from derive.catalogue.entry import Entry, positive

_ROOT = positive("a", "1")


def _isru(x: sp.Symbol, a: sp.Symbol) -> sp.Expr:
    return x / sp.sqrt(1 + a * x**2)


ENTRIES = (
    Entry(
        "softsign",
        lambda x: x / (1 + sp.Abs(x)),
        "Bergstra, Desjardins, Lamblin and Bengio 2009",
        "torch.nn.Softsign()",
    ),
    Entry(
        "elliott",
        lambda x: x / (2 * (1 + sp.Abs(x))) + sp.Rational(1, 2),
        "Elliott 1993, moved to (0, 1)",
        None,
    ),
    Entry("isru", _isru, "Carlile, Delamarter, Kinney, Marti and Whitney 2017", None, (_ROOT,)),
    Entry(
        "isrlu",
        lambda x, a: sp.Piecewise((_isru(x, a), x < 0), (x, True)),
        "Carlile, Delamarter, Kinney, Marti and Whitney 2017",
        None,
        (_ROOT,),
    ),
    Entry(
        "squareplus",
        lambda x, b: (x + sp.sqrt(x**2 + b)) / 2,
        "Barron 2021",
        None,
        (positive("b", "4"),),
    ),
    Entry(
        "bent_identity",
        lambda x: (sp.sqrt(x**2 + 1) - 1) / 2 + x,
        "a smooth bend from slope 1/2 to 3/2",
        None,
    ),
    Entry("arctan", sp.atan, "the inverse of tan", "torch.atan"),
    Entry("arcsinh", sp.asinh, "the inverse of sinh", "torch.asinh"),
    Entry("symlog", lambda x: sp.sign(x) * sp.log(1 + sp.Abs(x)), "Hafner et al. 2023 (DreamerV3)", None),
)
