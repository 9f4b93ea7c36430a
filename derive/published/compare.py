"""How far published constants are from the numbers that they stand for."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp
from flint import arb, ctx

from derive.activation import Activation
from derive.gains import Gains
from derive.gated import Gated, GatedGains
from derive.moments.program import value as ball_of
from derive.number import Missing, Number
from derive.published.entry import Published

_DIGITS = 15


@dataclass(frozen=True)
class Comparison:
    """A published constant, its exact value for this activation, the truth, and value/truth - 1.

    `difference` is `Missing` where the true gain is; "0" is exact equality, not a small number.
    """

    published: Published
    stated: sp.Expr
    true: Number | Missing
    difference: Number | Missing

    @property
    def value(self) -> str:
        """The published constant in decimal, to 15 digits where it has more."""
        with ctx.workdps(2 * _DIGITS):
            return Number(self.stated, None, _ball(self.stated), _DIGITS).value

    def to_json(self) -> dict[str, object]:
        """Who says what, the truth, and the relative difference with its certified radius."""
        return {
            "framework": self.published.framework,
            "value": self.value,
            "exact": str(self.stated),
            "convention": self.published.convention,
            "where": self.published.where,
            "source": self.published.source,
            "note": self.published.note,
            "any_activation": self.published.activation is None,
            "true": self.true.to_json(),
            "relative_difference": self.difference.to_json(),
        }


def compare(
    subject: Activation | Gated, gains: Gains | GatedGains, variance: object = 1
) -> tuple[Comparison, ...]:
    """Every published constant about that activation, beside the gain of its own convention.

    The constants are meant at q = 1, but for activations that are homogeneous of degree 1; at another
    `variance` the rows say how far they are from what serves there. Constants for one activation come
    before those that a framework uses whatever the activation.

    >>> from derive.catalogue import activation
    >>> from derive.gains import gains
    >>> tanh = activation("tanh")
    >>> row = compare(tanh, gains(tanh, 1))[0]
    >>> row.published.framework, str(row.stated), row.difference.value[:8]
    ('torch', '5/3', '0.046547')
    """
    rows = [(row, row.value(subject)) for row in published()]
    about = [(row, stated) for row, stated in rows if stated is not None]
    about.sort(key=lambda pair: pair[0].activation is None)
    return tuple(_compared(row, stated, gains) for row, stated in about)


def published() -> tuple[Published, ...]:
    """All constants, framework by framework."""
    from derive.published import anyinit, jax, keras, nfnet, pytorch, unit_scaling

    return tuple(
        row for file in (pytorch, keras, jax, nfnet, unit_scaling, anyinit) for row in file.PUBLISHED
    )


def _compared(row: Published, stated: sp.Expr, gains: Gains | GatedGains) -> Comparison:
    absent = Missing(f"the {row.convention} gain is not defined for a product of two inputs")
    true = getattr(gains, row.convention, absent)
    return Comparison(row, stated, true, _difference(stated, true))


def _difference(stated: sp.Expr, true: Number | Missing) -> Number | Missing:
    if isinstance(true, Missing):
        return Missing(f"there is nothing to compare with: {true.reason}")
    with ctx.workprec(max(64, true.ball.rel_accuracy_bits()) + 64):
        ball = _ball(stated) / true.ball - 1
    exact = sp.Integer(0) if ball.contains(0) and _equal(stated, true) else None
    return Number(exact, exact, arb(0) if exact is not None else ball, 6, None if exact is not None else _WHY)


_WHY = "a difference of a published number and a certified one"


def _equal(stated: sp.Expr, true: Number) -> bool:
    """Whether the two are the same number: both are positive, so their squares tell."""
    return true.exact is not None and sp.cancel(stated**2 / true.exact**2) == 1


def _ball(expression: sp.Expr) -> arb:
    return ball_of(expression).real
