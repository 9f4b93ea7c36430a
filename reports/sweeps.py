"""What `gainproof verify --sweep` says: the outcome, the estimate at each width, and the line through them."""

from __future__ import annotations

from typing import Any

from reports.verdicts import aligned, claim_words, gain_error, item

Json = dict[str, Any]


def sweep_text(document: Json) -> str:
    """The JSON of a sweep as text, the outcome first."""
    found = document["sweep"]
    widths = ", ".join(map(str, found["widths"]))
    claimed = claim_words(found["claim"], found["outcome"] == "theory refuted", f"widths {widths}")
    blocks = [
        f"{found['outcome']}: {claimed}",
        "\n".join(item(line["statement"]) for line in found["lines"]),
        *(_points(line) for line in found["lines"]),
        item(f"sampling: {found['claim']['sampling']}"),
    ]
    return "\n\n".join(block for block in blocks if block)


def _points(line: Json) -> str:
    """The estimates, and what the line says of an infinite width."""
    rows = [[f"{line['direction']}, width", "networks", "(g/g*)²", "± s.e.", "gain off by"]]
    left_out = line["fit"]["dropped_widths"]
    for point in line["points"]:
        name = f"  {point['width']}{' (left out)' if point['width'] in left_out else ''}"
        rows.append([name, str(point["networks"]), *_estimate(point["estimate"], point["standard_error"])])
    fit = line["fit"]
    rows.append(["  as n grows", "", *_estimate(fit["intercept"], fit["intercept_standard_error"])])
    gate = f"p = {fit['p_value']:.2g} for scatter about the line {fit['model']} (below {fit['gate']:g} it is not used)"
    return f"{aligned(rows)}\n{item(gate)}"


def _estimate(value: float, error: float) -> list[str]:
    return [f"{value:.5f}", f"{error:.5f}", f"{gain_error(value):+.3f}%"]
