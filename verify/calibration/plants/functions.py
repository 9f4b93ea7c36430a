"""Right claims, drawn with wrong biases, or with another function or derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from verify.calibration.cases import same
from verify.calibration.plants.moments import gelu, mean_square, quick_gelu, sech2
from verify.calibration.plants.plant import Plant, Wrong, planted

if TYPE_CHECKING:
    from verify.functions import Functions
    from verify.network import Family

# The pair of tanh at q = 1: the bias variance that goes with the backward gain.
_BIAS = 1 - mean_square(np.tanh) / mean_square(sech2)


def wrong_functions() -> tuple[Plant, ...]:
    """All of them."""
    return (*_biases(), *_functions())


def _biases() -> tuple[Plant, ...]:
    """tanh at its pair, the biases drawn wrongly; in the first layer the size is known."""
    return (
        _biased("biases forgotten", lambda v: 0.0),
        _biased("the biases' variance taken for their standard deviation", lambda v: v * v),
        _biased("the biases' standard deviation taken for their variance", sqrt),
    )


def _biased(mistake: str, drawn: Callable[[float], float]) -> Plant:
    def wrong(family: Family) -> Family:
        return replace(family, bias_variances=tuple(drawn(v) for v in family.bias_variances))

    q = 1 - _BIAS + drawn(_BIAS)
    forward = mean_square(np.tanh, q) / mean_square(np.tanh)
    backward = mean_square(sech2, q) / mean_square(sech2)
    unknown = (None,) * 5
    return planted(
        mistake, "tanh", same(24, 6), 0.01, wrong, forward=(forward, *unknown), backward=(backward, *unknown)
    )


def _functions() -> tuple[Plant, ...]:
    """Another function, or another derivative, than the claim's."""
    first = mean_square(quick_gelu) / mean_square(gelu)
    steep = mean_square(lambda z: 1 - np.tanh(z)) / mean_square(sech2)
    return (
        planted(
            "quick GELU run as GELU",
            "gelu",
            same(64, 4),
            0.001,
            _with(value="quick_gelu", derivative="quick_gelu"),
            forward=(first, None, None, None),
        ),
        planted(
            "1 - tanh in place of 1 - tanh^2",
            "tanh",
            same(16, 6),
            0.05,
            _with(derivative="1 - tanh(x)"),
            forward=1.0,
            backward=(steep, *(None,) * 5),
        ),
        planted(
            "ReLU with a derivative that leaks 1/4",
            "relu",
            same(16, 6),
            0.01,
            _with(derivative="Max(0, sign(x)) + Max(0, -sign(x))/4"),
            sampler="dense",
            forward=1.0,
            backward=17 / 16,
        ),
        planted(
            "ReLU where PReLU is claimed",
            "prelu",
            same(16, 6),
            0.01,
            _with(value="relu", derivative="relu"),
            sampler="dense",
            forward=16 / 17,
            backward=16 / 17,
        ),
    )


def _with(value: str | None = None, derivative: str | None = None) -> Wrong:
    """Networks that pass through one function and back through another.

    `value` is a function; `derivative` is a function whose derivative is meant if it is a name, else an
    expression for the derivative itself.
    """

    def wrong(family: Family) -> Family:
        functions = family.functions
        if value is not None:
            functions = functions._replace(value=_functions_of(value).value)
        if derivative is not None:
            named = derivative.isidentifier()
            part = _functions_of(derivative)
            functions = functions._replace(derivative=part.derivative if named else part.value)
        return replace(family, functions=functions)

    return wrong


def _functions_of(text: str) -> Functions:
    from derive import activation
    from verify.functions import functions

    return functions(activation(text))
