"""What a finite width does, as derived, beside what was measured: the same rows for the terminal and the PDF."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

from derive.activation import Activation
from derive.finite_width import FiniteWidth, finite_width
from derive.number import Missing, Number

Json = dict[str, Any]
_N, _L, _KAPPA = sp.symbols("n L kappa")
_PLAIN = 100
# Where the first order gives more, nets have left q and a first order says nothing.
_SMALL = 0.5


@dataclass(frozen=True)
class Row:
    """One figure: what it is, its formula (None where it has no short one), theory and measurement with its
    standard error; `measured` None where nothing that was drawn tells it alone."""

    name: str
    formula: sp.Basic | None
    theory: float
    measured: float | None = None
    error: float | None = None

    def to_json(self) -> Json:
        """Plain data."""
        formula = None if self.formula is None else str(self.formula)
        return {
            "name": self.name,
            "formula": formula,
            "theory": self.theory,
            "measured": self.measured,
            "standard_error": self.error,
        }


def rows(activation: Activation, document: Json) -> tuple[Row, ...]:
    """The figures for a run, from the JSON of its verdict. None for weights that are neither Gaussian nor Haar: their
    increments spread a little otherwise, by an amount of the next order in 1/n."""
    claim = document["claim"]
    kind = _kind(claim["law"]["name"])
    if kind is None or not claim["widths"] or (claim["given_gain"] and activation.degree_one is None):
        return ()
    bias = sp.Rational(repr(claim["bias_variance"]))
    found = finite_width(activation, sp.Rational(claim["variance"]), None, bias, claim["widths"])
    return tuple(_rows(found, document, kind, activation.degree_one is not None and bias == 0))


def _kind(law: str) -> str | None:
    from derive.weights import weight_law, weight_law_names

    base = law.partition("(")[0]
    if base in ("orthogonal", "delta_orthogonal"):
        return "haar"
    return "gaussian" if base in weight_law_names() and weight_law(base).gaussian else None


def _rows(found: FiniteWidth, document: Json, kind: str, exact: bool) -> Iterator[Row]:
    square, layer = len(found.layers) == 1, found.layers[0]
    increment = layer.haar_variance if kind == "haar" else layer.increment_variance
    if square and isinstance(increment, Number):
        written = found.excess.exact if isinstance(found.excess, Number) else None
        formula = None if kind == "haar" else _over_n(written)
        measured = _measured_variance(document, float(increment))
        yield Row("variance of an increment", formula, float(increment), *measured)
    if kind == "haar":
        return
    yield from _spread(found, document, exact)
    yield from _drift(found, document, exact)
    if square and isinstance(layer.backward, Number):
        yield Row("one-step backward factor", None, float(layer.backward), *_one_step(document))


def _over_n(excess: sp.Expr | None) -> sp.Expr:
    """kappa/n, kappa in digits where they are few."""
    short = excess is not None and excess.is_Rational and excess.q < _PLAIN
    return (excess if short else _KAPPA) / _N


def _measured_variance(document: Json, theory: float) -> tuple[float | None, float | None]:
    """From the residuals, where the run has them."""
    found = (document.get("dispersion") or {}).get("forward")
    return (None, None) if found is None else (theory * found["mean"], theory * found["standard_error"])


def _spread(found: FiniteWidth, document: Json, exact: bool) -> Iterator[Row]:
    """The relative variance of q after all layers: exactly for f of degree 1, to first order where that is small."""
    depth = len(found.widths) - 1
    amount = found.relative_variance if exact else found.first_order_variance
    if isinstance(amount, Missing) or (not exact and float(amount) > _SMALL):
        return
    written = found.excess.exact if isinstance(found.excess, Number) else None
    formula = (1 + _over_n(written)) ** _L - 1 if exact and len(found.layers) == 1 else None
    theory = float(amount)
    name = f"relative variance of q after {depth} layers" + ("" if exact else ", first order")
    yield Row(name, formula, theory, *_measured_spread(document["depth"]["q"], theory))


def _measured_spread(q: Json, theory: float) -> tuple[float | None, float | None]:
    """The sample's, with the standard error that a log-normal law of this variance gives to it."""
    relative, networks = q["relative_standard_error"][-1], q["networks"][-1]
    if relative is None or networks < 2:
        return None, None
    growth = 1 + theory
    kurtosis = growth**4 + 2 * growth**3 + 3 * growth**2 - 3
    return relative**2 * networks, theory * math.sqrt((kurtosis - 1) / networks)


def _drift(found: FiniteWidth, document: Json, exact: bool) -> Iterator[Row]:
    """The mean of log q after all layers, relative to where it starts: what a typical net does."""
    parts = [(layer.drift.exact if exact else layer.drift.first_order, layer.times) for layer in found.layers]
    if not exact or any(isinstance(amount, Missing) for amount, _ in parts):
        return
    theory = sum(float(amount) * times for amount, times in parts if isinstance(amount, Number))
    name = f"log of the typical q after {len(found.widths) - 1} layers"
    yield Row(name, None, theory, *_measured_drift(document["depth"]["q"]))


def _measured_drift(q: Json) -> tuple[float | None, float | None]:
    """The mean of log q over the networks that live, less the log of the prediction, where the run has it."""
    mean, predicted = (q.get("mean_of_log10") or [None])[-1], q["log10_predicted"][-1]
    if mean is None or predicted is None:
        return None, None
    return math.log(10) * (mean - predicted), math.log(10) * q["mean_of_log10_standard_error"][-1]


def _one_step(document: Json) -> tuple[float | None, float | None]:
    """Across the last layer, which alone meets a gradient that is independent of the weights above it; only where its
    q is the claim's, or does not matter, as the factor is meant at one q."""
    ratio = document["depth"]["gradient_ratio"]
    mean, error, predicted = (ratio[key][-1] for key in ("mean", "standard_error", "predicted"))
    at_one_q = document["claim"]["depth"] == 1 or document["depth"]["exact_at_finite_width"]
    if (
        not at_one_q
        or document["claim"]["output_gradient"] != "gaussian"
        or None in (mean, error)
        or not predicted
    ):
        return None, None
    return mean / predicted, error / predicted


def finite_width_document(document: Json, found: tuple[Row, ...]) -> Json:
    """The rows as JSON, beside what the run itself says of its width."""
    return {**(document["finite_width"] or {}), "figures": [row.to_json() for row in found]}


def measured_words(row: Row) -> str:
    """The measured figure with its standard error, or a dash."""
    if row.measured is None:
        return "–"
    return shown(row.measured) + ("" if not row.error else f" ± {row.error:.1g}")


def shown(value: float) -> str:
    """Four significant digits.

    >>> shown(0.01953125), shown(-0.49143)
    ('0.01953', '−0.4914')
    """
    return f"{value:.4g}".replace("-", "−")
