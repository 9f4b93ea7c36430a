"""The gains of anything: certified where there is an expression, estimated by quadrature for a torch callable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp
import torch
from torch import Tensor

from derive import BadInput, Gains, Missing, gains
from derive import activation as expressed
from derive.activation import Activation
from derive.moments.engine import positive_variance
from verify.adaptive import Integrals, gaussian_integrals
from verify.callables import Elementwise, elementwise, name_of, sampled

LABEL = "quadrature, error estimate"
# A moment of which more than this share seems to lie beyond the quadrature's reach is not given.
_LEFT_OUT = 1e-6
_TOO_LARGE = "it is infinite, or most of it lies beyond 14 standard deviations"
_NO_GRADIENT = "autograd finds no gradient, so none passes"


@dataclass(frozen=True)
class Estimate:
    """A number from quadrature: `error` estimates how far off it is, and bounds nothing."""

    value: float
    error: float
    label: str = LABEL

    def to_json(self) -> dict[str, str | None]:
        """The contract's object for a number, without a closed form or a radius, and labelled."""
        return {
            "exact": None,
            "symbolic": None,
            "value": repr(self.value),
            "radius": None,
            "error_estimate": f"{self.error:.0e}",
            "label": self.label,
        }


@dataclass(frozen=True)
class EstimatedGains:
    """The moments and gains of a torch callable at q, each an `Estimate`, or `Missing` with its reason."""

    name: str
    variance: float
    mean: Estimate | Missing
    second: Estimate | Missing
    derivative_second: Estimate | Missing
    forward: Estimate | Missing
    backward: Estimate | Missing
    centred: Estimate | Missing
    label: str = LABEL

    def to_json(self) -> dict[str, object]:
        """The contract's document for `gain`, labelled."""
        return {
            "activation": {"name": self.name, "expression": None},
            "variance": repr(self.variance),
            "label": self.label,
            "moments": {
                name: getattr(self, name).to_json() for name in ("mean", "second", "derivative_second")
            },
            "gains": {name: getattr(self, name).to_json() for name in ("forward", "backward", "centred")},
        }


def gain(thing: object, variance: object = 1, digits: int = 30) -> Gains | EstimatedGains:
    """All gains at z ~ N(0, variance), of whatever computes an activation.

    A catalogue name, an expression in x (text or sympy), an `Activation`, or what of torch has an expression
    here gives `derive.Gains`, exact or certified. Any other torch module or function gives `EstimatedGains`:
    float64 quadrature with autograd's derivative and an error estimate. Raises `BadInput` for what is neither,
    and for a callable that is not elementwise, deterministic, real and finite.

    >>> gain("relu").forward.exact
    sqrt(2)
    >>> found = gain(lambda z: torch.clamp(z, min=0))
    >>> found.label, round(found.forward.value, 12)
    ('quadrature, error estimate', 1.414213562373)
    """
    q = positive_variance(variance)
    known = _known(thing)
    if known is not None:
        return gains(known, q, digits)
    assert callable(thing)
    return estimated(thing, float(q))


def _known(thing: Any) -> Activation | None:
    """The expression of a thing; None for a function or torch module that has none here."""
    try:
        return expressed(thing)
    except BadInput:
        if callable(thing) and not isinstance(thing, (type, sp.Basic)):
            return None
        raise


def estimated(thing: Callable[..., Any], variance: float) -> EstimatedGains:
    """The moments and gains of a torch callable by quadrature; errors as for `gain`."""
    spread = variance**0.5
    function, name = elementwise(thing, spread), name_of(thing)
    slopes = sampled(function, torch.zeros(1, dtype=torch.float64)).slope is not None
    mean, second, *rest = _moments(gaussian_integrals(_integrands(function, slopes), spread))
    derivative_second = rest[0] if rest else Missing(_NO_GRADIENT)
    return EstimatedGains(
        name=name,
        variance=variance,
        mean=mean,
        second=second,
        derivative_second=derivative_second,
        forward=_root(variance, second, "E f^2"),
        backward=_root(1.0, derivative_second, "E f'^2"),
        centred=_root(variance, _about_the_mean(mean, second), "Var f"),
    )


def _moments(found: Integrals) -> list[Estimate | Missing]:
    return [
        Estimate(float(value), float(error)) if beyond <= _LEFT_OUT * size else Missing(_TOO_LARGE)
        for value, error, size, beyond in zip(*found, strict=True)
    ]


def _about_the_mean(mean: Estimate | Missing, second: Estimate | Missing) -> Estimate | Missing:
    if isinstance(mean, Missing) or isinstance(second, Missing):
        return mean if isinstance(mean, Missing) else second
    error = second.error + 2 * abs(mean.value) * mean.error
    return Estimate(second.value - mean.value**2, error)


def _integrands(function: Elementwise, slopes: bool) -> Callable[[Tensor], Tensor]:
    def evaluate(z: Tensor) -> Tensor:
        value, slope = sampled(function, z)
        value = value.double()
        squares = [slope.double() ** 2] if slopes and slope is not None else []
        return torch.stack([value, value**2, *squares])

    return evaluate


def _root(above: float, below: Estimate | Missing, name: str) -> Estimate | Missing:
    """sqrt(above / below), its relative error half that of what it divides by."""
    if isinstance(below, Missing):
        return below
    if below.value <= 2 * below.error:
        return Missing(f"{name} cannot be told from 0 by quadrature")
    value = (above / below.value) ** 0.5
    return Estimate(value, value * below.error / below.value / 2)
