"""Measured over predicted, layer by layer, around 1: the picture of a per-layer test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reports.figures.style import BLUE, GREEN, INK, MUTED, PALE_GREEN, RED, look, panels, to_svg


@dataclass(frozen=True)
class Ratios:
    """One direction: the ratio of each layer with its interval, and the pooled one."""

    title: str
    layers: Sequence[int]
    estimates: Sequence[float]
    intervals: Sequence[tuple[float, float]]
    pooled: float
    pooled_interval: tuple[float, float]
    margin: tuple[float, float]


def draw(panels_of: Sequence[Ratios]) -> bytes:
    """A panel for each direction, with one scale."""
    with look():
        figure, axes = panels(len(panels_of), 1.9, sharey=True)
        for axis, ratios in zip(axes, panels_of, strict=True):
            _panel(axis, ratios)
        axes[0].set_ylabel("measured / predicted")
        return to_svg(figure)


def _panel(axis: Axes, ratios: Ratios) -> None:
    low, high = ratios.margin
    axis.axhspan(low, high, color=PALE_GREEN, linewidth=0, zorder=0)
    for edge in ratios.margin:
        axis.axhline(edge, color=GREEN, linewidth=0.7, dashes=(4, 2), zorder=1)
    axis.axhline(1, color=INK, linewidth=0.8, zorder=1)
    _points(axis, ratios)
    _pooled(axis, ratios)
    axis.set_title(ratios.title)
    axis.set_xlabel("layer ℓ")
    axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))


def _points(axis: Axes, ratios: Ratios) -> None:
    inside = [
        a <= high and b >= low for (a, b), (low, high) in ((i, ratios.margin) for i in ratios.intervals)
    ]
    for fits, colour in ((True, BLUE), (False, RED)):
        chosen = [k for k, ok in enumerate(inside) if ok is fits]
        x = [ratios.layers[k] for k in chosen]
        ends = [ratios.intervals[k] for k in chosen]
        axis.vlines(x, [e[0] for e in ends], [e[1] for e in ends], color=colour, linewidth=0.9, alpha=0.55)
        axis.plot(x, [ratios.estimates[k] for k in chosen], "o", color=colour, markersize=2.6)


def _pooled(axis: Axes, ratios: Ratios) -> None:
    """The pooled estimate stands to the right of the layers, heavier."""
    x = max(ratios.layers) + max(1.0, 0.06 * (max(ratios.layers) - min(ratios.layers) + 1))
    inside = ratios.margin[0] <= ratios.pooled_interval[0] and ratios.pooled_interval[1] <= ratios.margin[1]
    colour = GREEN if inside else RED
    axis.vlines([x], *[[end] for end in ratios.pooled_interval], color=colour, linewidth=3, alpha=0.8)
    axis.plot([x], [ratios.pooled], "D", color=colour, markersize=4)
    axis.annotate(
        "all",
        (x, 0),
        (0, 3),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="center",
        color=MUTED,
        fontsize=8,
    )
