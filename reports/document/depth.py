"""The section on what depth does to the condition: trajectories and stability."""

from __future__ import annotations

from typing import Any

import sympy as sp

from reports.depths import quantiles, short_statement
from reports.document.pieces import Json, badge_cell, cell, column, digits, figure, paragraph, rich, table
from reports.document.prose import prose
from reports.document.words import capital, count
from reports.figures import depth as depth_figure
from reports.plan import Outcome
from reports.verdicts import slope_text

_TITLE = "What depth does"
_F = sp.Function("F")
_Q = sp.Symbol("q")
_SLOPE = sp.Function("Fprime")(_Q)
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_TONES = {"stable": "good", "neutral": "plain", "unstable": "bad", "undecided": "open"}


def section(outcomes: tuple[Outcome, ...]) -> tuple[Json, dict[str, bytes]]:
    """Stability and trajectories, for networks whose condition is the same in every layer; with the pictures."""
    pictures, figures = _pictures(outcomes)
    return {
        "title": _TITLE,
        "blocks": [_what_it_means(), _table(outcomes), _quantiles(outcomes), *pictures],
    }, figures


def section_of_ends(outcomes: tuple[Outcome, ...]) -> tuple[Json, dict[str, bytes]]:
    """What is left of signal and gradient after all layers, for networks of unequal width; with the pictures."""
    pictures, figures = _pictures(outcomes)
    words = paragraph(
        "The factors of the layers multiply. What is exact in every layer stays exact over depth; what is off by a "
        "little in each is off by the product at the end."
    )
    return {"title": _TITLE, "blocks": [words, _ends(outcomes), *pictures]}, figures


def _pictures(outcomes: tuple[Outcome, ...]) -> tuple[list[Json], dict[str, bytes]]:
    blocks, figures = [], {}
    for outcome in outcomes:
        file = f"depth-{outcome.trial.key}.svg"
        found = outcome.verdict.to_json()["depth"]
        both = [_trajectory("(a)  q", found["q"]), _trajectory("(b)  gradient", found["gradient"])]
        figures[file] = depth_figure.draw(both)
        blocks.append(_picture(outcome, found, file))
    return blocks, figures


def _ends(outcomes: tuple[Outcome, ...]) -> Json:
    heads = ("Signal at the output, predicted", "measured", "Gradient at the input, predicted", "measured")
    columns = [column("Fan"), *(column(head, "right", wide=True) for head in heads)]
    rows = []
    for outcome in outcomes:
        found = outcome.verdict.to_json()["depth"]
        rows.append([cell(outcome.trial.label), *_end(found["q"], -1), *_end(found["gradient"], 0)])
    caption = (
        "Second moments relative to where each direction starts; means over networks with standard errors."
    )
    return table(columns, rows, caption)


def _end(found: dict[str, Any], place: int) -> list[Json]:
    predicted, mean = found["log10_predicted"][place], found["log10_mean"][place]
    if predicted is None or mean is None:
        return [digits("none"), digits("none")]
    error = 10**mean * (found["relative_standard_error"][place] or 0.0)
    return [digits(f"{10**predicted:.4g}"), digits(f"{10**mean:.4g} ± {error:.1g}")]


def _what_it_means() -> Json:
    return paragraph(
        "A condition can be true of every layer and still not hold a deep network in place. Small deviations of ",
        _Q,
        " are multiplied by ",
        _SLOPE,
        ", the slope of the variance map ",
        _F(_Q),
        ", in every layer: below 1 they die out, at 1 they add up, above 1 they grow. "
        "This does not bear on the verdict.",
    )


def _table(outcomes: tuple[Outcome, ...]) -> Json:
    columns = [column("Run"), column(_SLOPE), column("Fixed point"), column("What it does", wide=True)]
    return table(
        columns, [_row(o) for o in outcomes], "Stability of the fixed point at the claim's ", _Q, "."
    )


def _row(outcome: Outcome) -> list[Json]:
    stability = outcome.verdict.stability
    slope, kind = stability["slope"], stability["kind"]
    shown = slope_text(slope)
    said = {"runs": prose(capital(short_statement(outcome.verdict.depth)) + ".")}
    return [cell(capital(outcome.trial.label)), digits(shown), badge_cell(kind, _TONES[kind]), said]


def _quantiles(outcomes: tuple[Outcome, ...]) -> Json:
    """Where networks of this width end: as theory says, and as drawn."""
    ends = [column(share, "right", wide=True) for share in ("5%", "50%", "95%")]
    columns = [column("Run"), column([_Q, " after all layers"]), *ends]
    parts = (("predicted", "log10_predicted_"), ("measured", "log10_"))
    rows = [
        row
        for outcome in outcomes
        for name, prefix in parts
        if (row := _ends_of(outcome, name, prefix)) is not None
    ]
    caption = (
        "The spread of ",
        _Q,
        " over networks of the width drawn: quantiles as theory predicts them, with nothing fitted, and as measured.",
    )
    return table(columns, rows, *caption)


def _ends_of(outcome: Outcome, name: str, prefix: str) -> list[Json] | None:
    found = outcome.verdict.to_json()["depth"]
    if f"{prefix}median" not in found["q"]:
        return None
    values = quantiles(found, prefix)
    return [cell(capital(outcome.trial.label)), cell(name), *(digits(_raised(value)) for value in values)]


def _raised(value: str) -> str:
    """Digits with a power of ten as it is written.

    >>> _raised("6.9e-11"), _raised("10^-350.5")
    ('6.9·10⁻¹¹', '10^−350.5')
    """
    head, exponent, power = value.partition("e")
    if not exponent:
        return value.replace("-", "−")
    return f"{head}·10{str(int(power)).translate(_RAISED)}"


def _trajectory(title: str, found: dict[str, Any]) -> depth_figure.Trajectory:
    keys = ("predicted", "mean", "median", "low", "high")
    series = {key: found[f"log10_{key}"] for key in keys}
    edges = {key: found.get(f"log10_{key}") or () for key in ("predicted_low", "predicted_high")}
    return depth_figure.Trajectory(title, range(len(series["mean"])), **series, **edges)


def _picture(outcome: Outcome, found: dict[str, Any], file: str) -> Json:
    exact = found["exact_at_finite_width"]
    theory = "exact for the mean at every width" if exact else "of infinitely wide networks"
    alt = "Second moment and squared gradient norm over depth on logarithmic axes, with prediction and quantiles."
    block = figure(file, alt)
    block["caption"] = rich(
        f"{capital(outcome.trial.label)}, {count(found['networks'], 'network')}: (a) ",
        _Q,
        " after each layer; (b) mean square of the gradient at the same place, relative to the output's. Predictions "
        f"are {theory}. Shaded: 5% to 95% of the networks; their mean is carried by a few large ones.{_edges(found)}",
    )
    return block


def _edges(found: dict[str, Any]) -> str:
    """What the dashed lines are."""
    if not found["q"].get("predicted_quantiles"):
        return ""
    return " Dashed lines in (a): where theory places 5% and 95% of networks of this width."
