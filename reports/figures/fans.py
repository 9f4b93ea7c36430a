"""Xavier's conflict: the factor of each layer forward and backward under three ways to count the fan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from reports.figures.style import BLUE, GREEN, GRID, INK, MUTED, RED, look, number, panels, to_svg

_COLOURS = {"fan_in": BLUE, "fan_out": RED, "fan_avg": GREEN}


@dataclass(frozen=True)
class Mode:
    """Measured and predicted factors of every layer under one fan mode."""

    name: str
    measured: Sequence[float]
    predicted: Sequence[float]
    intervals: Sequence[tuple[float, float]]


def draw(shapes: Sequence[str], forward: Sequence[Mode], backward: Sequence[Mode]) -> bytes:
    """Two panels, a row for each layer: bars are predictions, points with intervals are measurements."""
    with look():
        figure, axes = panels(2, 0.5 * len(shapes) + 0.8, sharey=True)
        for axis, modes, title in zip(
            axes, (forward, backward), ("(a)  forward factor", "(b)  backward factor"), strict=True
        ):
            _panel(axis, shapes, modes)
            axis.set_title(title)
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="outside lower center", ncols=len(labels), frameon=False, fontsize=8.5
        )
        return to_svg(figure)


def _panel(axis: Axes, shapes: Sequence[str], modes: Sequence[Mode]) -> None:
    axis.axvline(1, color=INK, linewidth=0.8, zorder=1)
    for row, mode in enumerate(modes):
        colour = _COLOURS[mode.name]
        heights = [layer + (row - (len(modes) - 1) / 2) * 0.25 for layer in range(len(shapes))]
        axis.vlines(
            mode.predicted,
            [h - 0.11 for h in heights],
            [h + 0.11 for h in heights],
            color=colour,
            linewidth=1.4,
        )
        axis.hlines(heights, 1, mode.predicted, color=colour, linewidth=0.8, alpha=0.4)
        axis.hlines(
            heights,
            [a for a, _ in mode.intervals],
            [b for _, b in mode.intervals],
            color=colour,
            linewidth=1.6,
        )
        axis.plot(mode.measured, heights, "o", color=colour, markersize=3.6, label=mode.name)
    _axes(axis, shapes, [v for mode in modes for v in mode.predicted])


def _axes(axis: Axes, shapes: Sequence[str], values: Sequence[float]) -> None:
    axis.set_xscale("log")
    axis.set_xlim(min([0.8, *values]) / 1.35, max([1.25, *values]) * 1.35)
    low, high = axis.get_xlim()
    ticks = [t * 10.0**e for e in range(-6, 7) for t in (1, 2, 5) if low <= t * 10.0**e <= high]
    axis.xaxis.set_major_locator(FixedLocator(ticks[:: max(1, -(-len(ticks) // 7))]))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(FuncFormatter(lambda v, _: number(v)))
    axis.set_yticks(range(len(shapes)), shapes)
    axis.set_ylim(len(shapes) - 0.4, -0.6)
    axis.tick_params(axis="y", length=0, labelcolor=MUTED)
    axis.grid(axis="x", color=GRID)
    axis.set_xlabel("second moment out / second moment in")
