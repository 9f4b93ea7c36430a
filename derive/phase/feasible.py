"""Whether an activation can be initialised at all at q, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from derive.gains import Gains
from derive.moments import Moments
from derive.number import Missing, Number
from derive.phase.depth_scales import LAYERS


@dataclass(frozen=True)
class Feasible:
    """Whether a forward and a backward gain exist at q; `reasons` say why one does not, `cautions` what else
    a user should know. Sentences without a full stop."""

    ok: bool
    reasons: tuple[str, ...]
    cautions: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The verdict and its sentences."""
        return {"ok": self.ok, "reasons": list(self.reasons), "cautions": list(self.cautions)}


def feasible(q: sp.Rational, known: Moments, gained: Gains, slope: Number | Missing) -> Feasible:
    """The verdict at the q of the moments and gains; `slope` is F'(q) at the forward gain without a bias.

    >>> from derive.catalogue import activation
    >>> from derive.gains import gains
    >>> from derive.moments import moments
    >>> relu = activation("relu")
    >>> feasible(sp.Integer(1), moments(relu, 1), gains(relu, 1), Missing("not asked for")).ok
    True
    """
    reasons = tuple(_reasons(gained))
    return Feasible(not reasons, reasons, tuple(_cautions(q, known, gained, slope)))


def _reasons(gained: Gains) -> list[str]:
    found = []
    if isinstance(gained.forward, Missing):
        found.append(f"no gain keeps q: {gained.forward.reason}")
    if isinstance(gained.backward, Missing):
        found.append(f"no gain keeps the gradient: {gained.backward.reason}")
    return found


def _cautions(q: sp.Rational, known: Moments, gained: Gains, slope: Number | Missing) -> list[str]:
    found = []
    if isinstance(gained.pair, Missing) and isinstance(gained.backward, Number):
        found.append(_no_pair(known, q))
    if isinstance(slope, Number) and abs(slope.ball) > 1:
        factor = float(abs(slope.ball.mid()) ** LAYERS)
        found.append(
            f"the forward gain holds q only unstably: F'(q) = {float(slope):.4g}, so a small error of q is "
            f"multiplied by about {factor:.3g} in {LAYERS} layers, until the map bends"
        )
    return found


def _no_pair(known: Moments, q: sp.Rational) -> str:
    reason = "it would have to be negative, since (E f)^2 > q E f'^2 - Var f"
    needed = (known.mean, known.second, known.derivative_second)
    if not all(isinstance(number, Number) for number in needed):
        return "no bias variance is known to go with the backward gain"
    mean, second, slope = (float(number) for number in needed if isinstance(number, Number))
    sides = f"{mean**2:.4g} against {float(q) * slope - (second - mean**2):.4g}"
    return f"no bias variance goes with the backward gain: {reason} ({sides})"
