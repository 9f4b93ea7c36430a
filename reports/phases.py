"""The phase analyses that a report is made of: at the forward gain alone, and with the bias of the pair."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from derive.activation import Activation
from derive.gains import Gains, Pair
from derive.number import Missing
from derive.phase import CorrelationMap, Phase, correlation_map, phase

_DIGITS = 15


@dataclass(frozen=True)
class Setting:
    """One choice of gain and bias variance: a word for it, its analysis, and its correlation map where it holds q."""

    label: str
    phase: Phase
    correlation: CorrelationMap | Missing
    balanced: bool  # chi = 1 by construction: the gain is the backward one, or serves both directions

    def to_json(self) -> dict[str, object]:
        """The analysis with its correlation map."""
        return {"label": self.label, **self.phase.to_json(), "correlation_map": self.correlation.to_json()}


def settings(activation: Activation, variance: sp.Rational, gains: Gains) -> tuple[Setting, ...]:
    """The analyses of an activation at q: one without a bias, and one with the pair where that is another.

    >>> from derive.catalogue import activation
    >>> from derive.gains import gains
    >>> relu = activation("relu")
    >>> [s.label for s in settings(relu, sp.Integer(1), gains(relu, 1))]
    ['without bias']
    """
    return tuple(_settings(activation, variance, gains))


def _settings(activation: Activation, variance: sp.Rational, gains: Gains) -> Iterator[Setting]:
    pair = gains.pair
    same = isinstance(pair, Pair) and pair.bias_variance.exact == 0
    yield _setting("without bias", phase(activation, variance, digits=_DIGITS), same)
    if isinstance(pair, Pair) and not same:
        found = phase(activation, variance, pair.gain, pair.bias_variance, digits=_DIGITS)
        yield _setting("with bias", found, True)


def _setting(label: str, found: Phase, balanced: bool) -> Setting:
    return Setting(label, found, _correlation(found), balanced)


def _correlation(found: Phase) -> CorrelationMap | Missing:
    known = found.variance_map
    if known is None or not found.holds:
        return Missing(f"q = {found.variance} is not a fixed point here")
    return correlation_map(known, found.variance, found.chi)
