"""By how much an output gradient that depends on the network exceeds an independent one, at infinite width.

Write the gradient at a layer's outputs as g = alpha x + beta xi, x = f(z) being those outputs and xi independent,
with entries of second moment 1. With d = f'(z) * g and the projection of `derive.finite_width.backward`,
W^T d = x' (y.d)/|x'|^2 + P t for the outputs x' of the layer below. At infinite width, |x'|^2 = n (q - v)/g^2,

    alpha' = (g^2/q) E[z f' (alpha f)],   beta'^2 = g^2 (alpha^2 E[f^2 f'^2] + beta^2 E f'^2),

E[y | z] being z (q - v)/q. An output gradient of ones has alpha' = (g^2/q) E[z f'] and beta'^2 = g^2 E f'^2 after
the first layer; one proportional to the output starts at alpha = 1, beta = 0. The mean square of g is
alpha^2 E f^2 + beta^2; that of an independent gradient grows by chi = g^2 E f'^2 a layer. At a fixed point of the
variance map g^2 = (q - v)/E f^2, and the ratio of the two after k layers is

    1 + a (t^(k-1) + w (1 + t + ... + t^(k-2)))   for ones,
    t^k + w (1 + t + ... + t^(k-1))               for a gradient proportional to the output,

    a = ((q - v)/q^2) E[z f']^2/E f'^2,   t = ((q - v)/q^2) E[z f f']^2/(E f^2 E f'^2),
    w = E[f^2 f'^2]/(E f^2 E f'^2).
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp
from flint import arb, ctx

from derive.activation import Activation
from derive.errors import unknown_name
from derive.finite_width.figures import (
    DEEPEST,
    LINEAR,
    PRODUCT,
    SECOND,
    SLOPE_SECOND,
    STRETCH,
    Amount,
    as_number,
    checked_count,
    known,
    of_moments,
)
from derive.finite_width.held import BIAS, held, scales
from derive.moments import Q, moment
from derive.moments.engine import checked_digits, positive_variance
from derive.number import Missing, Number

FIRST = (Q - BIAS) / Q**2 * LINEAR**2 / SLOPE_SECOND
KEPT = (Q - BIAS) / Q**2 * STRETCH**2 / (SECOND * SLOPE_SECOND)
SPILT = PRODUCT / (SECOND * SLOPE_SECOND)
OUTPUTS = ("ones", "proportional")
Parts = tuple[Number, Number, Number]


@dataclass(frozen=True)
class CorrelatedOutput:
    """The excess of an output gradient that depends on the network, at infinite width.

    `output` is "ones" or "proportional"; `first` is a, `kept` t and `spilt` w of the module's formula; `factors`
    holds the ratio after 1, 2, ... layers.
    """

    output: str
    first: Number
    kept: Number
    spilt: Number
    factors: tuple[Number, ...]

    def to_json(self) -> dict[str, object]:
        """The contract's numbers."""
        return {
            "output": self.output,
            "first": self.first.to_json(),
            "kept": self.kept.to_json(),
            "spilt": self.spilt.to_json(),
            "factors": [factor.to_json() for factor in self.factors],
        }


def correlated_output(
    activation: Activation,
    variance: object = 1,
    gain: object = None,
    bias_variance: object = 0,
    layers: int = 1,
    output: str = "ones",
    digits: int = 15,
) -> CorrelatedOutput | Missing:
    """The factors after 1 to `layers` layers below the output x = f(z), at a fixed point q = `variance`.

    Without `gain` it is the one that holds q with this bias variance. `Missing` where q is not a fixed point, or
    a moment is missing. A sum over a linear read-out, or an output that no activation follows, has no such factor:
    its gradient meets fresh weights first.

    >>> from derive.catalogue import activation
    >>> correlated_output(activation("relu"), layers=3).factors[-1].exact
    1 + 5/pi
    >>> [factor.exact for factor in correlated_output(activation("relu"), layers=2, output="proportional").factors]
    [3, 5]
    >>> correlated_output(activation("tanh"), layers=2).factors[-1].exact
    1
    """
    if output not in OUTPUTS:
        raise unknown_name("output gradient", output, OUTPUTS)
    count, q = checked_count(layers, "depth", DEEPEST), positive_variance(variance)
    v = as_number(bias_variance, "the bias variance", checked_digits(digits))
    fixed = held(activation, q, v, digits, None if scales(activation, v) else gain)
    parts = [_part(formula, activation, q, v, digits + 10) for formula in (FIRST, KEPT, SPILT)]
    numbers = [part for part in parts if isinstance(part, Number)]
    if isinstance(fixed, Missing) or len(numbers) < len(parts):
        return next(found for found in (fixed, *parts) if isinstance(found, Missing))
    first, kept, spilt = numbers
    return CorrelatedOutput(output, first, kept, spilt, _factors(output, (first, kept, spilt), count, digits))


def _part(formula: sp.Expr, f: Activation, q: sp.Rational, v: Number, digits: int) -> Amount:
    if formula == FIRST:  # 0 for odd f, which a ball around it would not show
        linear = moment(f, "derivative_linear", q, digits)
        if isinstance(linear, Number) and linear.exact == 0:
            return known(sp.S.Zero, digits)
    return of_moments(formula, f, q, digits, {BIAS: v})


def _factors(output: str, parts: Parts, layers: int, digits: int) -> tuple[Number, ...]:
    first, kept, spilt = parts
    with ctx.workdps(digits + 30):
        balls = _ratios(kept.ball, spilt.ball, layers)
        if output == "ones":
            balls = [1 + first.ball * ratio for ratio in balls]
    passed = range(1, layers + 1) if output == "proportional" else range(layers)
    return tuple(_number(_exact(output, parts, j), balls[j], digits) for j in passed)


def _ratios(kept: arb, spilt: arb, layers: int) -> list[arb]:
    """t^j + w (1 + t + ... + t^(j-1)) for j = 0, 1, ..., layers."""
    found, power, total = [arb(1)], arb(1), arb(0)
    for _ in range(layers):
        power, total = power * kept, total + power
        found.append(power + spilt * total)
    return found


def _exact(output: str, parts: Parts, j: int) -> sp.Expr | None:
    """A closed form where t = 1, where nothing is carried, and after one layer of an output gradient of ones."""
    first, kept, spilt = (part.exact for part in parts)
    ratio = sp.Integer(1) if j == 0 else 1 + spilt * j if kept == 1 and spilt is not None else None
    if output == "proportional":
        return ratio
    if first == 0:
        return sp.Integer(1)
    return None if first is None or ratio is None else 1 + first * ratio


def _number(exact: sp.Expr | None, ball: arb, digits: int) -> Number:
    return Number(exact, None, ball, digits, None if exact is not None else "a sum over the layers")
