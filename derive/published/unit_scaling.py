"""unit-scaling: factors on the output of an activation and on its gradient, from 'an empirical model'.

The model interpolates 1/std, on a logarithmic scale in a multiplier m of the argument, between its values for
m -> 0 (the identity over 2) and m -> oo (ReLU): 2^(1 - w) times the value for ReLU to the power w. At m = 1
the weight w is 4/5, or 1/2 where the source has 1/(1 + 1/m^2). As weights of the next layer these factors are
the gain about the mean and the backward gain.
"""

from __future__ import annotations

import sympy as sp

from derive.published.entry import Convention, Published

_SOURCE = "unit-scaling 0.3, unit_scaling/functional.py"


def _interpolated(weight: sp.Rational, relu: sp.Expr) -> sp.Expr:
    return 2 ** (1 - weight) * relu**weight


def _output() -> sp.Expr:
    return _interpolated(sp.Rational(4, 5), sp.sqrt(2 / (1 - 1 / sp.pi)))


def _gradient(weight: sp.Rational) -> sp.Expr:
    return _interpolated(weight, sp.sqrt(2))


def _row(name: str, value: sp.Expr, convention: Convention, where: str) -> Published:
    return Published("unit-scaling", name, lambda: value, convention, where, _SOURCE, "an empirical model")


def _published() -> tuple[Published, ...]:
    half, most = sp.Rational(1, 2), sp.Rational(4, 5)
    return (
        _row("gelu", _output(), "centred", "unit_scaling.functional.gelu, output_scale"),
        _row("gelu", _gradient(most), "backward", "unit_scaling.functional.gelu, grad_input_scale"),
        _row("silu", _output(), "centred", "unit_scaling.functional.silu, output_scale"),
        _row("silu", _gradient(half), "backward", "unit_scaling.functional.silu, grad_input_scale"),
        _row("swiglu", _gradient(half), "forward", "unit_scaling.functional.silu_glu, scale"),
    )


PUBLISHED = _published()
