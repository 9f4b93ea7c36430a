"""All that a finite width does to a network of one activation, in one place, for reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import sympy as sp

from derive.activation import Activation
from derive.errors import BadInput
from derive.finite_width.backward import backward_one_step
from derive.finite_width.depth import first_order_variance, relative_variance
from derive.finite_width.drift import LogDrift, log_drift
from derive.finite_width.figures import Amount, as_number
from derive.finite_width.increments import haar_increment_variance, increment_excess, increment_variance
from derive.finite_width.output import CorrelatedOutput, correlated_output
from derive.moments.engine import positive_variance
from derive.number import Missing, Number


@dataclass(frozen=True)
class Layer:
    """One kind of layer of the network: its inputs, its units, and how many of the layers are like it.

    `increment_variance` and `slope_variance` are the variances of the forward and backward increments under
    Gaussian weights, `haar_variance` that of the forward increment under orthogonal ones; `backward` the factor
    of `backward_one_step`.
    """

    fan_in: int
    units: int
    times: int
    increment_variance: Amount
    slope_variance: Amount
    haar_variance: Amount
    drift: LogDrift
    backward: Amount

    def to_json(self) -> dict[str, object]:
        """The contract's numbers."""
        return {
            "fan_in": self.fan_in,
            "units": self.units,
            "times": self.times,
            "increment_variance": self.increment_variance.to_json(),
            "slope_variance": self.slope_variance.to_json(),
            "haar_variance": self.haar_variance.to_json(),
            "log_drift": self.drift.to_json(),
            "backward_one_step": self.backward.to_json(),
        }


@dataclass(frozen=True)
class FiniteWidth:
    """What the widths of a network do: `excess` and `slope_excess` are kappa with f and with f'; `layers` has each
    kind of layer once; `relative_variance` and `first_order_variance` are those of q after all of them; `ones`
    and `proportional` the excess of such output gradients after all layers."""

    activation: str
    variance: sp.Rational
    bias_variance: Number
    widths: tuple[int, ...]
    excess: Amount
    slope_excess: Amount
    layers: tuple[Layer, ...]
    relative_variance: Amount
    first_order_variance: Amount
    ones: CorrelatedOutput | Missing
    proportional: CorrelatedOutput | Missing

    def to_json(self) -> dict[str, object]:
        """JSON-able, every number in the contract's form."""
        return {
            "activation": self.activation,
            "variance": str(self.variance),
            "bias_variance": self.bias_variance.to_json(),
            "widths": list(self.widths),
            "increment_excess": self.excess.to_json(),
            "slope_excess": self.slope_excess.to_json(),
            "layers": [layer.to_json() for layer in self.layers],
            "relative_variance": self.relative_variance.to_json(),
            "first_order_variance": self.first_order_variance.to_json(),
            "output_gradient": {"ones": _last(self.ones), "proportional": _last(self.proportional)},
        }


def _last(found: CorrelatedOutput | Missing) -> dict[str, object]:
    """The factor of the whole network alone: a report shows the rest if it wants to."""
    return dict(found.to_json() if isinstance(found, Missing) else found.factors[-1].to_json())


def finite_width(
    activation: Activation,
    variance: object = 1,
    gain: object = None,
    bias_variance: object = 0,
    widths: Sequence[int] = (256,) * 51,
    digits: int = 15,
) -> FiniteWidth:
    """All finite-width figures of Gaussian layers at q = `variance`; `widths` from the input to the output, one
    more than there are layers.

    Without `gain` it is the one that holds q with the bias variance. Numbers that need q to be held are `Missing`
    at another. Raises `BadInput` for fewer than two widths, or one that is not a whole number from 1 up.

    >>> from derive.catalogue import activation
    >>> relu = finite_width(activation("relu"), widths=(784, 256, 256, 10))
    >>> relu.excess.exact, [(layer.units, layer.increment_variance.exact) for layer in relu.layers]
    (5, [(256, 5/256), (256, 5/256), (10, 1/2)])
    """
    sizes = tuple(widths)
    if len(sizes) < 2:
        raise BadInput("a network needs an input width and at least one layer: give two widths or more")
    q, v = positive_variance(variance), as_number(bias_variance, "the bias variance", digits)
    averaged, depth = sizes[1:], len(sizes) - 1
    return FiniteWidth(
        activation=activation.label,
        variance=q,
        bias_variance=v,
        widths=sizes,
        excess=increment_excess(activation, q, digits=digits),
        slope_excess=increment_excess(activation, q, derivative=True, digits=digits),
        layers=_layers(activation, q, v, sizes, digits),
        relative_variance=_exact(activation, q, v, averaged, digits),
        first_order_variance=first_order_variance(activation, q, v, averaged, digits=digits, gain=gain),
        ones=correlated_output(activation, q, gain, v, depth, "ones", digits),
        proportional=correlated_output(activation, q, gain, v, depth, "proportional", digits),
    )


def _exact(f: Activation, q: sp.Rational, v: Number, widths: tuple[int, ...], digits: int) -> Amount:
    if v.exact != 0:
        return Missing(
            "exact only without a bias, which makes the increments depend on where the net has drifted to"
        )
    return relative_variance(f, q, widths, digits=digits)


def _layers(
    f: Activation, q: sp.Rational, v: Number, widths: tuple[int, ...], digits: int
) -> tuple[Layer, ...]:
    counts = Counter(pairwise(widths))
    return tuple(_layer(f, q, v, *pair, times, digits) for pair, times in counts.items())


def _layer(
    f: Activation, q: sp.Rational, v: Number, fan_in: int, units: int, times: int, digits: int
) -> Layer:
    return Layer(
        fan_in,
        units,
        times,
        increment_variance=increment_variance(f, units, q, digits=digits),
        slope_variance=increment_variance(f, units, q, derivative=True, digits=digits),
        haar_variance=haar_increment_variance(f, units, fan_in, digits),
        drift=log_drift(f, units, q, digits),
        backward=backward_one_step(f, q, v, fan_in, digits),
    )
