"""What `gainproof verify` says of depth and width: the spread of q, the output gradient, finite-width figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.finite_width import Row, measured_words, shown
from reports.folding import aligned, item
from reports.render.text import spelled

Json = dict[str, Any]


def depth_text(document: Json) -> str:
    """Stability, and the quantiles of q after all layers, predicted and measured."""
    stability, found = document["stability"], document["depth"]
    slope = slope_text(stability["slope"])
    kind = {"undecided": "whether stable is undecided"}.get(stability["kind"], stability["kind"])
    said = item(f"depth ({kind}, F'(q) = {slope}): {short_statement(found)}")
    return f"{said}\n{_spread(found)}"


def short_statement(found: Json) -> str:
    """What depth does, without the numbers that a table or a figure beside it has."""
    clauses = found["statement"].split("; ")
    return "; ".join(c for c in clauses if not c.startswith(("q after", "the median network's q goes")))


def _spread(found: Json) -> str:
    """Two rows: what theory says of networks of this width, and what was drawn."""
    q, rows = found["q"], []
    low, high = (f"{100 * share:g}%" for share in q["quantiles"])
    if q.get("predicted_quantiles"):
        rows.append(["    predicted", *_quantiles(q, "log10_predicted_")])
    rows.append(["    measured", *_quantiles(q, "log10_")])
    return aligned([[f"  q after {len(q['log10_median']) - 1} layers", low, "50%", high], *rows])


def _quantiles(q: Json, prefix: str) -> list[str]:
    return [power_of_ten(q[f"{prefix}{name}"][-1]) for name in ("low", "median", "high")]


def power_of_ten(log_value: float | None) -> str:
    """A value from its log10; None is a true zero or out of range.

    >>> power_of_ten(0.0), power_of_ten(-350.5), power_of_ten(None)
    ('1', '10^-350.5', '0')
    """
    if log_value is None:
        return "0"
    return f"{10**log_value:.4g}" if abs(log_value) < 300 else f"10^{log_value:.1f}"


def finite_width_text(found: Sequence[Row], widths: Sequence[int]) -> str:
    """Theory beside measurement."""
    if not found:
        return ""
    sizes = sorted(set(widths[1:]))
    title = (
        f"finite width, n = {sizes[0]}"
        if len(sizes) == 1
        else f"finite widths, n = {sizes[0]} to {sizes[-1]}"
    )
    rows = [[title, "theory", "measured"]]
    for row in found:
        formula = "" if row.formula is None else f": {spelled(row.formula)}"
        rows.append([f"  {row.name}{formula}", shown(row.theory or 0.0), measured_words(row)])
    return aligned(rows)


def output_gradient_text(document: Json) -> str:
    """What the output gradient changes, where it is not the default."""
    effect = document["depth"]["gradient"].get("output_gradient_effect")
    if document["claim"]["output_gradient"] == "gaussian" or effect is None:
        return ""
    return item(f"output gradient: {effect['statement']}")


def slope_text(slope: Json) -> str:
    """The slope of the variance map, exactly where that is short.

    >>> slope_text({"exact": "1", "value": "1"}), slope_text({"exact": None, "value": "1.17259138"})
    ('1', '1.17259')
    """
    if slope["exact"] and len(slope["exact"]) < 8:
        return str(slope["exact"])
    return f"{float(slope['value']):.6g}" if slope["value"] else "unknown"
