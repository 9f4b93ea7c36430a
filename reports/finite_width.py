"""What a finite width does, as derived, beside what was measured: the same rows for the terminal and the PDF.

They are read from the JSON of a verdict, which has theory and measurement from the run itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp

Json = dict[str, Any]
_N, _L, _KAPPA = sp.symbols("n L kappa")
_SMALL = 1.0  # where a first order gives more, nets have left q and it says nothing
_FAR = 1e6  # a mean log q beyond this is a number no net has: q doubles its exponent in every layer
_SHORT = 8  # characters of an exact kappa that is read at a glance


@dataclass(frozen=True)
class Row:
    """One figure: what it is, its formula (None where it has no short one), theory and measurement with its
    standard error; `measured` None where nothing that was drawn tells it alone."""

    name: str
    formula: sp.Basic | None
    theory: float | None
    measured: float | None = None
    error: float | None = None


def rows(document: Json) -> tuple[Row, ...]:
    """The figures of a run, from the JSON of its verdict; none for weights of which nothing is derived.

    >>> rows({"depth": {}})
    ()
    """
    found = document["depth"].get("finite_width_theory") or {}
    if "increment_variance" not in found:
        return ()
    made = (*_increment(found), *_spread(found, document), *_drift(found), *_backward(found, document))
    return tuple(row for row in made if row.theory is not None)


def _increment(found: Json) -> Iterator[Row]:
    part = found["increment_variance"]
    yield Row("n times the variance of an increment", _KAPPA, *_theory_and_measured(part))


def _theory_and_measured(part: Json) -> tuple[float | None, float | None, float | None]:
    return _number(part["theory"]), part["measured"], part["standard_error"]


def _number(amount: Json) -> float | None:
    return None if amount.get("value") is None else float(amount["value"])


def _spread(found: Json, document: Json) -> Iterator[Row]:
    """The relative variance of q after all layers: a power where f is of degree 1 and all widths are equal."""
    part, claim = found["relative_variance"], document["claim"]
    exact = "first order" not in part["statement"]
    square = exact and len(set(claim["widths"][1:])) == 1
    if not exact and (_number(part["theory"]) or 0.0) > _SMALL:
        return
    name = f"relative variance of q after {claim['depth']} layers{'' if exact else ', to first order'}"
    yield Row(name, _power(found) if square else None, *_theory_and_measured(part))


def _power(found: Json) -> sp.Basic:
    """(1 + kappa/n)^L - 1, kappa in digits where they are few."""
    exact = found["increment_variance"]["theory"]["exact"]
    short = exact is not None and len(exact) < _SHORT and exact.replace("/", "").isdigit()
    return (1 + (sp.Rational(exact) if short else _KAPPA) / _N) ** _L - 1


def _drift(found: Json) -> Iterator[Row]:
    """The mean of log A in one layer, and the mean of log q after all of them: what a typical net does."""
    part = found["log_drift"]
    one, first = _number(part["theory"]["exact"]), _number(part["theory"]["first_order"])
    order = ", to first order" if one is None else ""
    yield Row(
        f"mean log of an increment{order}", None if one else -_KAPPA / (2 * _N), first if one is None else one
    )
    if abs(part["predicted"] or 0.0) > _FAR:
        return
    name = f"mean log of q after {part['layers']} layers"
    yield Row(name, None, part["predicted"], part["measured"], part["standard_error"])


def _backward(found: Json, document: Json) -> Iterator[Row]:
    """At the claim's q, and across the last layer at the q that networks have reached there."""
    part, q = found["backward_one_step"], document["claim"]["variance"]
    here, last = _number(part["theory"]), part.get("predicted")
    same = None not in (here, last) and abs(here - last) < 1e-9
    if not same:
        yield Row(f"one-step backward factor at q = {q}", None, here)
    yield Row(
        f"{'one-step backward factor' if same else 'the same'} across the last layer",
        None,
        last,
        part["measured"],
        part["standard_error"],
    )


def measured_words(row: Row) -> str:
    """The measured figure with its standard error, or a dash.

    >>> measured_words(Row("a", None, 1.0, 0.98, 0.013)), measured_words(Row("a", None, 1.0))
    ('0.98 ± 0.013', '–')
    """
    if row.measured is None:
        return "–"
    return shown(row.measured) + ("" if not row.error else f" ± {row.error:.2g}")


def shown(value: float) -> str:
    """Four significant digits; what is past a float says so.

    >>> shown(0.01953125), shown(-0.49143), shown(float("inf"))
    ('0.01953', '−0.4914', 'over 10^308')
    """
    if value == float("inf"):
        return "over 10^308"
    return f"{value:.4g}".replace("-", "−")
