"""47 activations of the literature and of torch.nn, as data for the count of closed forms."""

from __future__ import annotations

import sympy as sp

from derive.activation import X

x = X
A = sp.Symbol("a", real=True)
P = sp.Symbol("p", positive=True)
VALUES = {A: sp.Rational(1, 4), P: sp.Rational(3, 2)}

_NORMAL_CDF = (1 + sp.erf(x / sp.sqrt(2))) / 2
_SIGMOID = 1 / (1 + sp.exp(-x))
_SOFTPLUS = sp.log(1 + sp.exp(x))
_SELU = sp.Rational("1.0507009873554804934193349852946")
_SELU_ALPHA = sp.Rational("1.6732632423543772848170429916717")
_HALF = sp.Rational(1, 2)


def _shrink(inside: sp.Expr, right: sp.Expr, left: sp.Expr) -> sp.Expr:
    return sp.Piecewise((right, x > _HALF), (left, x < -_HALF), (inside, True))


TABLE: dict[str, sp.Expr] = {
    "identity": x,
    "relu": sp.Max(0, x),
    "leaky relu": sp.Max(0, x) + A * sp.Min(0, x),
    "relu6": sp.Min(6, sp.Max(0, x)),
    "relu squared": sp.Max(0, x) ** 2,
    "abs": sp.Abs(x),
    "square": x**2,
    "cubic": x - x**3 / 6,
    "step": sp.Heaviside(x),
    "hardtanh": sp.Max(-1, sp.Min(1, x)),
    "hardsigmoid": sp.Max(0, sp.Min(1, x / 6 + _HALF)),
    "hardswish": x * sp.Max(0, sp.Min(6, x + 3)) / 6,
    "hardshrink": _shrink(sp.Integer(0), x, x),
    "softshrink": _shrink(sp.Integer(0), x - _HALF, x + _HALF),
    "threshold": sp.Piecewise((x, x > 1), (20, True)),
    "elu": sp.Piecewise((A * (sp.exp(x) - 1), x < 0), (x, True)),
    "celu": sp.Piecewise((P * (sp.exp(x / P) - 1), x < 0), (x, True)),
    "selu": _SELU * sp.Piecewise((_SELU_ALPHA * (sp.exp(x) - 1), x < 0), (x, True)),
    "exp": sp.exp(x),
    "sinh": sp.sinh(x),
    "laplace": sp.exp(-sp.Abs(x)),
    "gelu": x * _NORMAL_CDF,
    "gelu tanh": x * (1 + sp.tanh(sp.sqrt(2 / sp.pi) * (x + sp.Rational("0.044715") * x**3))) / 2,
    "erf": sp.erf(x),
    "probit": _NORMAL_CDF,
    "gaussian": sp.exp(-(x**2)),
    "mexican hat": (1 - x**2) * sp.exp(-(x**2) / 2),
    "sin": sp.sin(x),
    "siren": sp.sin(30 * x),
    "snake": x + sp.sin(A * x) ** 2 / A,
    "gcu": x * sp.cos(x),
    "sigmoid": _SIGMOID,
    "tanh": sp.tanh(x),
    "tanhshrink": x - sp.tanh(x),
    "silu": x * _SIGMOID,
    "mish": x * sp.tanh(_SOFTPLUS),
    "softplus": _SOFTPLUS,
    "log sigmoid": -sp.log(1 + sp.exp(-x)),
    "softsign": x / (1 + sp.Abs(x)),
    "cauchy": 1 / (1 + x**2),
    "isru": x / sp.sqrt(1 + x**2),
    "isrlu": sp.Piecewise((x / sp.sqrt(1 + x**2), x < 0), (x, True)),
    "squareplus": (x + sp.sqrt(x**2 + 4)) / 2,
    "bent identity": (sp.sqrt(x**2 + 1) - 1) / 2 + x,
    "arctan": sp.atan(x),
    "arcsinh": sp.asinh(x),
    "symlog": sp.sign(x) * sp.log(1 + sp.Abs(x)),
}
