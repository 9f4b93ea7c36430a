"""Intervals against the margin: the pooled tests, and the controls that must fall outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.figures.style import GREEN, INK, PALE_GREEN, RED, look, panels, to_svg


@dataclass(frozen=True)
class Row:
    """One interval of the relative error of the gain, in percent."""

    label: str
    estimate: float
    interval: tuple[float, float]
    control: bool


def draw(rows: Sequence[Row], margin: float) -> bytes:
    """One row each; the margin (percent) is shaded, controls are red."""
    with look():
        figure, (axis,) = panels(1, 0.19 * len(rows) + 0.7)
        axis.axvspan(-margin, margin, color=PALE_GREEN, linewidth=0, zorder=0)
        for edge in (-margin, margin):
            axis.axvline(edge, color=GREEN, linewidth=0.7, dashes=(4, 2), zorder=1)
        axis.axvline(0, color=INK, linewidth=0.8, zorder=1)
        for height, row in enumerate(rows):
            colour = RED if row.control else GREEN
            axis.hlines([height], *[[end] for end in row.interval], color=colour, linewidth=2.2)
            axis.plot([row.estimate], [height], "D" if row.control else "o", color=colour, markersize=4)
        axis.set_yticks(range(len(rows)), [row.label for row in rows])
        axis.set_ylim(len(rows) - 0.5, -0.5)
        axis.tick_params(axis="y", length=0)
        axis.set_xlabel("relative error of the gain, percent")
        return to_svg(figure)
