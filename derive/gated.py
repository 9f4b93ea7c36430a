"""Gated units: the product of an activation of one linear map and another linear map.

A layer with two weight matrices W, V and input x makes h = f(u) * v, elementwise, with u = W x and v = V x.
At infinite width, or for Gaussian weights given x, the entries of u and v are independent and N(0, q).

Forward. E h = E f(u) E v = 0 and E h^2 = E f(u)^2 E v^2 = q E f^2. The next layer's pre-activations have
variance g^2 E h^2, so the variance map is F(q) = g^2 q E f^2, and q is held by g = 1/sqrt(E f^2). The map is
steep: F'(q) = g^2 (E f^2 + E[z f f']), which at that gain is 1 + E[z f f']/E f^2. f = identity gives 2, and a
unit with E[z f f'] > 0 always more than 1: no gated unit of the list holds its variance stably by a gain.

Backward. With d the gradient at h, the gradients at u and v are d v f'(u) and d f(u), and the one at x is
W^T (d v f'(u)) + V^T (d f(u)). W and V are independent with mean 0, so the squares add: where d is taken as
independent of u and v (as in He et al. 2015, section 2.2), its second moment is multiplied by
g^2 (q E f'^2 + E f^2), which is 1 at g = 1/sqrt(q E f'^2 + E f^2). Since E f^2 alone is 1/g^2 forward, the
backward gain is smaller than the forward one unless f' = 0: no gain serves both directions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import sympy as sp
from flint import arb

from derive.activation import Activation
from derive.catalogue import activation
from derive.derived import DERIVATIVE_SECOND, SECOND, SLOPE, combine, sharpened
from derive.errors import unknown_name
from derive.moments import Kind, Q, moment
from derive.moments.engine import checked_digits, positive_variance
from derive.number import Missing, Number

OUTPUT_SECOND = Q * SECOND
FORWARD = 1 / SECOND
BACKWARD = 1 / (Q * DERIVATIVE_SECOND + SECOND)
STEEPNESS = 1 + SLOPE / SECOND


@dataclass(frozen=True)
class Gated:
    """h = f(u) * v, where f is `gate`; `torch` is its module where torch has one.

    >>> gated("swiglu").gate.name
    'silu'
    """

    name: str
    gate: Activation
    reference: str
    torch: str | None

    @property
    def expression(self) -> sp.Expr:
        """h in u and v, both called by those names."""
        u, v = sp.symbols("u v", real=True)
        return self.gate.expression.xreplace({sp.Symbol("x", real=True): u}) * v


class _Line(NamedTuple):
    gate: str
    reference: str
    torch: str | None = None


_SHAZEER = "Shazeer 2020, section 2"
_GATED: Mapping[str, _Line] = {
    "glu": _Line("sigmoid", "Dauphin, Fan, Auli and Grangier 2017", "torch.nn.GLU()"),
    "bilinear": _Line("identity", "Mnih and Hinton 2007; Shazeer 2020, section 2"),
    "reglu": _Line("relu", _SHAZEER),
    "geglu": _Line("gelu", _SHAZEER),
    "swiglu": _Line("silu", _SHAZEER),
}


def gated_names() -> tuple[str, ...]:
    """The names that `gated` knows.

    >>> gated_names()
    ('glu', 'bilinear', 'reglu', 'geglu', 'swiglu')
    """
    return tuple(_GATED)


def gated(name: str) -> Gated:
    """The gated unit of that name; raises `BadInput` for an unknown one.

    >>> gated("glu").torch
    'torch.nn.GLU()'
    """
    if name not in _GATED:
        raise unknown_name("gated unit", name, _GATED)
    line = _GATED[name]
    return Gated(name, activation(line.gate), line.reference, line.torch)


@dataclass(frozen=True)
class GatedGains:
    """What holds a gated unit's signal still at q: its moments, its gains, and the slope of its map.

    `mean` and `second` are those of h; `backward_factor` is q E f'^2 + E f^2, by which the gradient's second
    moment is multiplied at gain 1; `slope` is F'(q) at the forward gain (for a gate without jumps), stable
    only below 1.
    """

    unit: Gated
    variance: sp.Rational
    mean: Number
    second: Number | Missing
    backward_factor: Number | Missing
    forward: Number | Missing
    backward: Number | Missing
    slope: Number | Missing

    def to_json(self) -> dict[str, object]:
        """As the contract's object for `gain`, with what a product adds."""
        return {
            "activation": {"name": self.unit.name, "expression": str(self.unit.expression)},
            "variance": str(self.variance),
            "moments": {
                "mean": self.mean.to_json(),
                "second": self.second.to_json(),
                "backward_factor": self.backward_factor.to_json(),
            },
            "gains": {"forward": self.forward.to_json(), "backward": self.backward.to_json()},
            "stability": {"slope": self.slope.to_json()},
        }


def gated_gains(unit: Gated, variance: object, digits: int = 30) -> GatedGains:
    """The moments and gains of a gated unit with u, v independent and N(0, variance).

    Weights of both matrices have variance g^2/fan. Raises `BadInput` as `moment` does.

    >>> found = gated_gains(gated("reglu"), 2)
    >>> found.second.exact, found.forward.exact, found.backward.exact, found.slope.exact
    (2, 1, sqrt(2)/2, 2)
    """
    q = positive_variance(variance)
    checked_digits(digits)

    def number(formula: sp.Expr, root: bool = False) -> Number | Missing:
        return sharpened(lambda asked: _attempt(unit.gate, formula, q, asked, root), digits)

    return GatedGains(
        unit=unit,
        variance=q,
        mean=_zero(digits),
        second=number(OUTPUT_SECOND),
        backward_factor=number(1 / BACKWARD),
        forward=number(FORWARD, root=True),
        backward=number(BACKWARD, root=True),
        slope=number(STEEPNESS),
    )


def _zero(digits: int) -> Number:
    return Number(sp.Integer(0), sp.Integer(0), arb(0), digits)


_INPUTS: Mapping[sp.Symbol, Kind] = {
    SECOND: "second",
    DERIVATIVE_SECOND: "derivative_second",
    SLOPE: "slope",
}


def _attempt(gate: Activation, formula: sp.Expr, q: sp.Rational, digits: int, root: bool) -> Number | Missing:
    inputs = {}
    for symbol, kind in _INPUTS.items():
        found = moment(gate, kind, q, digits) if formula.has(symbol) else None
        if isinstance(found, Missing):
            return Missing(f"a moment of the gate is not known: {found.reason}")
        if found is not None:
            inputs[symbol] = found
    return combine(formula, inputs, q, digits, root=root)
