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
    left = range_left(found)
    return "\n".join([said, _spread(found), *([item(left)] if left else [])])


def range_left(found: Json) -> str:
    """Where networks left the range of the dtype; empty where none did.

    >>> range_left({"past_range": {"first_layer": 90, "networks": 3, "dtype": "float32"}, "networks": 20})
    '3 of 20 networks leave the range of float32, the first at layer 90; later layers count without them'
    """
    past = found["past_range"]
    if past["first_layer"] is None:
        return ""
    return (
        f"{past['networks']} of {found['networks']} networks leave the range of {past['dtype']}, the first at layer "
        f"{past['first_layer']}; later layers count without them"
    )


def short_statement(found: Json) -> str:
    """What depth does, without the numbers that a table or a figure beside it has."""
    clauses = found["statement"].split("; ")
    return "; ".join(c for c in clauses if not c.startswith(("q after", "the median network's q goes")))


def _spread(found: Json) -> str:
    """Two rows: what theory says of networks of this width, and what was drawn."""
    q, rows = found["q"], []
    low, high = (f"{100 * share:g}%" for share in q["quantiles"])
    if q.get("predicted_quantiles"):
        rows.append(["    predicted", *quantiles(found, "log10_predicted_")])
    rows.append(["    measured", *quantiles(found, "log10_")])
    return aligned([[f"  q after {len(q['log10_median']) - 1} layers", low, "50%", high], *rows])


def quantiles(found: Json, prefix: str) -> list[str]:
    """Those of q after all layers, in digits; one without a logarithm is a true zero, unless networks left the
    range of the dtype, or theory that of what it can follow."""
    left = found["past_range"]["first_layer"] is not None
    none = "beyond" if left and "predicted" in prefix else "past range" if left else "0"
    values = (found["q"][f"{prefix}{name}"][-1] for name in ("low", "median", "high"))
    return [none if value is None else power_of_ten(value) for value in values]


def power_of_ten(log_value: float) -> str:
    """A value from its log10.

    >>> power_of_ten(0.0), power_of_ten(-350.5)
    ('1', '10^-350.5')
    """
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
