"""Activations made of the logistic function, its integral softplus, and tanh."""

from __future__ import annotations

import sympy as sp

from derive.catalogue.entry import Entry, positive, real


def _sigmoid(u: sp.Expr) -> sp.Expr:
    return 1 / (1 + sp.exp(-u))


def _softplus(u: sp.Expr) -> sp.Expr:
    return sp.log(1 + sp.exp(u))


def _elish(x: sp.Symbol) -> sp.Expr:
    return sp.Piecewise(((sp.exp(x) - 1) * _sigmoid(x), x < 0), (x * _sigmoid(x), True))


ENTRIES = (
    Entry("tanh", sp.tanh, "LeCun, Bottou, Orr and Mueller 1998", "torch.nn.Tanh()"),
    Entry(
        "lecun_tanh",
        lambda x: sp.Rational("1.7159") * sp.tanh(2 * x / 3),
        "LeCun, Bottou, Orr and Mueller 1998, section 4.4",
        None,
    ),
    Entry("tanhshrink", lambda x: x - sp.tanh(x), "torch.nn", "torch.nn.Tanhshrink()"),
    Entry("lisht", lambda x: x * sp.tanh(x), "Roy, Manna, Dubey and Chaudhuri 2019", None),
    Entry("sigmoid", _sigmoid, "Rumelhart, Hinton and Williams 1986", "torch.nn.Sigmoid()"),
    Entry(
        "scaled_sigmoid",
        lambda x: 4 * (_sigmoid(x) - sp.Rational(1, 2)),
        "Glorot and Bengio 2010, section 3",
        None,
    ),
    Entry("log_sigmoid", lambda x: -_softplus(-x), "torch.nn", "torch.nn.LogSigmoid()"),
    Entry("silu", lambda x: x * _sigmoid(x), "Elfwing, Uchibe and Doya 2018", "torch.nn.SiLU()"),
    Entry(
        "swish",
        lambda x, b: x * _sigmoid(b * x),
        "Ramachandran, Zoph and Le 2017",
        "torch.nn.SiLU()",
        (real("b", "1"),),
    ),
    Entry(
        "quick_gelu",
        lambda x: x * _sigmoid(sp.Rational("1.702") * x),
        "Hendrycks and Gimpel 2016, section 2",
        None,
    ),
    # torch replaces it by x where b x > 20, which moves its value by less than 2.1e-9 / b: a matter of
    # floating point, not another function.
    Entry(
        "softplus",
        lambda x, b: _softplus(b * x) / b,
        "Dugas, Bengio, Belisle, Nadeau and Garcia 2001",
        "torch.nn.Softplus({b})",
        (positive("b", "1"),),
    ),
    Entry(
        "shifted_softplus",
        lambda x: _softplus(x) - sp.log(2),
        "Schütt et al. 2017 (SchNet)",
        None,
    ),
    Entry("mish", lambda x: x * sp.tanh(_softplus(x)), "Misra 2020", "torch.nn.Mish()"),
    Entry("elish", _elish, "Basirat and Roth 2018", None),
    Entry("smish", lambda x: x * sp.tanh(sp.log(1 + _sigmoid(x))), "Wang, Ren and Wang 2022", None),
    Entry("logish", lambda x: x * sp.log(1 + _sigmoid(x)), "Zhu et al. 2021", None),
)
