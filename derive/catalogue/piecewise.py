"""Piecewise polynomials with kinks, or jumps, off 0, and powers."""

from __future__ import annotations

import sympy as sp

from derive.catalogue.entry import Entry, positive, real

_SHRINK = positive("c", "1/2")

ENTRIES = (
    Entry("relu6", lambda x: sp.Min(6, sp.Max(0, x)), "Krizhevsky 2010", "torch.nn.ReLU6()"),
    Entry(
        "hardtanh",
        lambda x, a, b: sp.Max(a, sp.Min(b, x)),
        "Collobert 2004",
        "torch.nn.Hardtanh({a}, {b})",
        (real("a", "-1"), real("b", "1")),
    ),
    Entry(
        "hardsigmoid",
        lambda x: sp.Max(0, sp.Min(1, x / 6 + sp.Rational(1, 2))),
        "Howard et al. 2019, section 5.2",
        "torch.nn.Hardsigmoid()",
    ),
    Entry(
        "hardswish",
        lambda x: x * sp.Max(0, sp.Min(6, x + 3)) / 6,
        "Howard et al. 2019, section 5.2",
        "torch.nn.Hardswish()",
    ),
    Entry(
        "hardshrink",
        lambda x, c: sp.Piecewise((x, x < -c), (0, x <= c), (x, True)),
        "Donoho and Johnstone 1994, hard thresholding",
        "torch.nn.Hardshrink({c})",
        (_SHRINK,),
    ),
    Entry(
        "softshrink",
        lambda x, c: sp.Max(0, x - c) + sp.Min(0, x + c),
        "Donoho 1995, soft thresholding",
        "torch.nn.Softshrink({c})",
        (_SHRINK,),
    ),
    # torch gives these two no defaults; 1 and 0 make it the thresholded rectifier of the paper.
    Entry(
        "threshold",
        lambda x, t, c: sp.Piecewise((c, x <= t), (x, True)),
        "Konda, Memisevic and Krueger 2015",
        "torch.nn.Threshold({t}, {c})",
        (real("t", "1"), real("c", "0")),
    ),
    Entry("step", sp.Heaviside, "McCulloch and Pitts 1943", None),
    Entry("sign", sp.sign, "Rosenblatt 1958", "torch.sign"),
    Entry("square", lambda x: x**2, "Livni, Shalev-Shwartz and Shamir 2014", "torch.square"),
    Entry("relu_squared", lambda x: sp.Max(0, x) ** 2, "So et al. 2021 (Primer)", None),
)
