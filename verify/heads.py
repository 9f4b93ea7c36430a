"""The torch function of each sympy head, and of each head that `verify.stable` brings in."""

from __future__ import annotations

from collections.abc import Callable
from math import factorial
from typing import Any

import sympy as sp
import torch

from verify.stable import Erfc, Expm1, Log1p, Logistic, SincSlope, Softplus

Head = Callable[..., torch.Tensor]

_TERMS = 9


def _sinc_slope(u: torch.Tensor) -> torch.Tensor:
    """-u/3 + u^3/30 - ..., the series of the derivative of sin(u)/u, where |u| < 1: there the formula cancels.

    The term in u^(2k - 1) has the coefficient (-1)^k 2k/(2k + 1)!; the first left out is below 1e-16 of the sum.
    """
    square, series = u * u, torch.zeros_like(u)
    for k in range(_TERMS, 0, -1):
        series = series * square + (-1) ** k * 2 * k / factorial(2 * k + 1)
    plain = (u * u.cos() - u.sin()) / square
    return torch.where(square < 1, series * u, plain)


# torch.nn.functional.softplus is linear beyond a threshold; logaddexp is exact to rounding.
HEADS: dict[Any, Head] = {
    Logistic: torch.sigmoid,
    Softplus: lambda u: torch.logaddexp(u, torch.zeros_like(u)),
    Expm1: torch.expm1,
    Log1p: torch.log1p,
    Erfc: torch.erfc,
    SincSlope: _sinc_slope,
    sp.exp: torch.exp,
    sp.log: torch.log,
    sp.Pow: torch.pow,
    sp.sin: torch.sin,
    sp.cos: torch.cos,
    sp.tan: torch.tan,
    sp.cot: lambda u: u.tan().reciprocal(),
    sp.sec: lambda u: u.cos().reciprocal(),
    sp.csc: lambda u: u.sin().reciprocal(),
    sp.sinh: torch.sinh,
    sp.cosh: torch.cosh,
    sp.tanh: torch.tanh,
    sp.coth: lambda u: u.tanh().reciprocal(),
    sp.sech: lambda u: u.cosh().reciprocal(),
    sp.csch: lambda u: u.sinh().reciprocal(),
    sp.asin: torch.asin,
    sp.acos: torch.acos,
    sp.atan: torch.atan,
    sp.asinh: torch.asinh,
    sp.acosh: torch.acosh,
    sp.atanh: torch.atanh,
    sp.erf: torch.erf,
    sp.erfc: torch.erfc,
    sp.Abs: torch.abs,
    sp.sign: torch.sign,
    sp.Heaviside: torch.heaviside,
    sp.sinc: lambda u: torch.sinc(u / torch.pi),
}

# What may be infinite though its argument is not, so that a product or a difference with it may be nan.
GROWING = (sp.exp, sp.sinh, sp.cosh, Expm1)
