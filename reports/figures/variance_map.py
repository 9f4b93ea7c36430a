"""The variance map F(q) against the diagonal: where depth carries the second moment, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes

from reports.figures.style import AMBER, BLUE, GREEN, INK, MUTED, RED, look, panels, square_ticks, to_svg

_COLOURS = {"stable": GREEN, "unstable": RED, "neutral": AMBER, "undecided": MUTED}


@dataclass(frozen=True)
class Path:
    """Where one network starts, and q after each layer."""

    values: Sequence[float]


@dataclass(frozen=True)
class Map:
    """One variance map: its title, points of F, fixed points with their kind, and a few paths through depth."""

    title: str
    q: Sequence[float]
    mapped: Sequence[float]
    fixed: Sequence[tuple[float, str]]
    paths: Sequence[Path]


def draw(maps: Sequence[Map]) -> bytes:
    """A panel for each map, with a scale of its own."""
    with look():
        figure, axes = panels(max(2, len(maps)), 2.7)
        for axis, one in zip(axes, maps, strict=False):
            _panel(axis, one)
        for axis in axes[len(maps) :]:
            axis.set_axis_off()
        return to_svg(figure)


def _panel(axis: Axes, one: Map) -> None:
    high = one.q[-1]
    axis.plot([0, high], [0, high], color=MUTED, linewidth=0.8, dashes=(4, 2))
    for path in one.paths:
        _cobweb(axis, path.values, high)
    axis.plot(one.q, one.mapped, color=BLUE, linewidth=1.7)
    for place, kind in one.fixed:
        _fixed_point(axis, place, kind, high)
    axis.set_xlim(0, high)
    axis.set_ylim(0, high)
    axis.set_aspect("equal", adjustable="box")
    square_ticks(axis)
    axis.set_title(one.title)
    axis.set_xlabel("q of a layer")
    axis.set_ylabel("F(q), of the next")


def _cobweb(axis: Axes, values: Sequence[float], high: float) -> None:
    """Up to the curve, across to the diagonal, and again, as far as it stays in the picture."""
    x, y = [values[0]], [0.0]
    for before, after in pairwise(values):
        if max(before, after) > high:
            break
        x += [before, after]
        y += [after, after]
    axis.plot(x, y, color=INK, linewidth=0.6, alpha=0.75)
    axis.plot(x[:1], y[:1], "|", color=INK, markersize=7, clip_on=False)


def _fixed_point(axis: Axes, place: float, kind: str, high: float) -> None:
    """Filled where it is stable, hollow where it is not; its kind beside it, on the free side of the diagonal."""
    colour = _COLOURS[kind]
    fill = colour if kind == "stable" else "white"
    axis.plot(
        [place], [place], "o", color=colour, markerfacecolor=fill, markersize=5.5, zorder=5, clip_on=False
    )
    left = place > 0.62 * high
    beside = (
        (-7, 5) if left else (15, 2) if place < 0.06 * high else (7, -9)
    )  # clear of the axis at the corner
    axis.annotate(
        kind,
        (place, place),
        beside,
        textcoords="offset points",
        ha="right" if left else "left",
        color=colour,
        fontsize=8.5,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6},
    )
