"""The correlation map: how alike two inputs are after a layer, given how alike they were before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from reports.figures.style import BLUE, GREEN, MUTED, RED, look, panels, spread_labels, square_ticks, to_svg

_COLOURS = (BLUE, RED, GREEN)


@dataclass(frozen=True)
class Correlation:
    """One map: its name, correlations before and after a layer."""

    name: str
    before: Sequence[float]
    after: Sequence[float]


def draw(maps: Sequence[Correlation], through_depth: Sequence[tuple[str, Sequence[float]]]) -> bytes:
    """Left the maps against the diagonal, right the correlation of two inputs layer by layer under each."""
    with look():
        figure, axes = panels(2, 2.7)
        _maps(axes[0], maps)
        _depth(axes[1], through_depth)
        return to_svg(figure)


def _maps(axis: Axes, maps: Sequence[Correlation]) -> None:
    low = min([0.0, *(v for one in maps for v in (*one.before, *one.after))])
    axis.plot([low, 1], [low, 1], color=MUTED, linewidth=0.8, dashes=(4, 2))
    for one, colour in zip(maps, _COLOURS, strict=False):
        axis.plot(one.before, one.after, color=colour, linewidth=1.6)
    axis.set_xlim(low, 1)
    axis.set_ylim(low, 1)
    axis.set_aspect("equal", adjustable="box")
    square_ticks(axis)
    axis.set_title("(a)  one layer")
    axis.set_xlabel("correlation before")
    axis.set_ylabel("correlation after")


def _depth(axis: Axes, paths: Sequence[tuple[str, Sequence[float]]]) -> None:
    low = min([0.0, *(v for _, path in paths for v in path)])
    for (_, path), colour in zip(paths, _COLOURS, strict=False):
        axis.plot(range(len(path)), path, color=colour, linewidth=1.6)
    axis.set_xlim(0, max(len(path) for _, path in paths) - 1)
    axis.set_ylim(low, 1.03)
    axis.grid(axis="y")
    axis.set_title("(b)  over depth")
    axis.set_xlabel("layer ℓ")
    axis.set_ylabel("correlation of two inputs")
    spread_labels(axis, [(n, path[-1], c) for (n, path), c in zip(paths, _COLOURS, strict=False)])
