"""Homogeneous activations: one slope on each side of 0."""

from __future__ import annotations

import sympy as sp

from derive.catalogue.entry import Entry, real

ENTRIES = (
    Entry("identity", lambda x: x, "the linear case", "torch.nn.Identity()"),
    Entry("relu", lambda x: sp.Max(0, x), "Nair and Hinton 2010", "torch.nn.ReLU()"),
    Entry(
        "leaky_relu",
        lambda x, a: sp.Max(0, x) + a * sp.Min(0, x),
        "Maas, Hannun and Ng 2013",
        "torch.nn.LeakyReLU({a})",
        (real("a", "1/100"),),
    ),
    Entry(
        "prelu",
        lambda x, a: sp.Max(0, x) + a * sp.Min(0, x),
        "He, Zhang, Ren and Sun 2015, equation 1",
        "torch.nn.PReLU(init={a})",
        (real("a", "1/4"),),
    ),
    # In training torch draws the slope on the left uniformly from [a, b], for each element anew; this is
    # the module in evaluation, where it takes the mean of the two.
    Entry(
        "rrelu",
        lambda x, a, b: sp.Max(0, x) + (a + b) / 2 * sp.Min(0, x),
        "Xu, Wang, Chen and Li 2015, section 2.4, as in evaluation",
        "torch.nn.RReLU({a}, {b})",
        (real("a", "1/8"), real("b", "1/3")),
    ),
    Entry("abs", sp.Abs, "Jarrett, Kavukcuoglu, Ranzato and LeCun 2009", "torch.abs"),
)
