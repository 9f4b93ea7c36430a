"""The gains against q: an activation that is not of degree 1 has one for every q and every convention."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from reports.figures.style import (
    AMBER,
    BLUE,
    GREEN,
    INK,
    MUTED,
    RED,
    look,
    number,
    panels,
    power_of_ten,
    spread_labels,
    to_svg,
)

COLOURS = {"forward": BLUE, "backward": RED, "centred": GREEN, "compromise": AMBER}


@dataclass(frozen=True)
class Curve:
    """One gain over q; None where it does not exist."""

    name: str
    values: Sequence[float | None]


def draw(places: Sequence[float], curves: Sequence[Curve], at: float) -> bytes:
    """Gains on a logarithmic q axis, each with its name at its end; `at` is the report's own q."""
    with look():
        figure, (axis,) = panels(1, 2.35)
        shown = [_clipped(curve) for curve in curves]
        for curve in shown:
            axis.plot(places, _gaps(curve.values), color=COLOURS[curve.name], linewidth=1.6)
            _mark(axis, places, curve, at)
        axis.axvline(at, color=MUTED, linewidth=0.7, dashes=(4, 2), zorder=0)
        _axes(axis, places, shown, at)
        _names(axis, places, shown)
        return to_svg(figure)


def _clipped(curve: Curve) -> Curve:
    """A gain that shoots up where its moment vanishes would flatten all others: cut it at eight times its least."""
    least = min(_known(curve.values), default=1.0)
    return Curve(curve.name, [v if v is not None and v <= 8 * least else None for v in curve.values])


def _mark(axis: Axes, places: Sequence[float], curve: Curve, at: float) -> None:
    nearest = min(range(len(places)), key=lambda i: abs(math.log(places[i] / at)))
    value = curve.values[nearest]
    if value is not None and abs(math.log(places[nearest] / at)) < 1e-6:
        axis.plot([at], [value], "o", color=COLOURS[curve.name], markersize=4)


def _names(axis: Axes, places: Sequence[float], curves: Sequence[Curve]) -> None:
    """Names at the right edge; of a line that ends before it, at its end."""
    known = [curve for curve in curves if _known(curve.values)]
    whole = [curve for curve in known if curve.values[-1] is not None]
    spread_labels(axis, [(c.name, _last(c.values), COLOURS[c.name]) for c in whole])
    for row, curve in enumerate(c for c in known if c not in whole):
        end = max(i for i, v in enumerate(curve.values) if v is not None)
        axis.annotate(
            curve.name,
            (places[end], _last(curve.values)),
            (6, 11 * row),
            textcoords="offset points",
            color=COLOURS[curve.name],
            fontsize=8.5,
        )


def _known(values: Sequence[float | None]) -> list[float]:
    return [v for v in values if v is not None]


def _last(values: Sequence[float | None]) -> float:
    return _known(values)[-1]


def _gaps(values: Sequence[float | None]) -> list[float]:
    return [math.nan if v is None else v for v in values]


def _axes(axis: Axes, places: Sequence[float], curves: Sequence[Curve], at: float) -> None:
    known = [v for curve in curves for v in _known(curve.values)] or [0.0, 1.0]
    room = 0.08 * (max(known) - min(known)) or 0.1
    axis.set_ylim(max(0.0, min(known) - room), max(known) + room)
    axis.set_xscale("log")
    axis.set_xlim(places[0], places[-1])
    low, high = math.log10(places[0]), math.log10(places[-1])
    axis.xaxis.set_major_locator(FixedLocator([10.0**e for e in range(math.ceil(low), math.floor(high) + 1)]))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(FuncFormatter(lambda v, _: _tick(v)))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda v, _: number(v)))
    axis.grid(axis="y")
    axis.set_xlabel("q, second moment of the pre-activations")
    axis.set_ylabel("gain")
    axis.annotate(
        f"q = {number(at)}",
        (at, 1),
        (4, -2),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        va="top",
        color=INK,
        fontsize=8.5,
    )


def _tick(value: float) -> str:
    exponent = round(math.log10(value))
    return number(value) if abs(exponent) < 3 else power_of_ten(exponent)
