"""The activation and its derivative, with the density of the pre-activations behind them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from reports.figures.style import BLUE, GRID, MUTED, PALE_BLUE, RED, look, panels, to_svg

Curve = Sequence[tuple[Sequence[float], Sequence[float]]]


def draw(value: Curve, derivative: Curve, variance: float) -> bytes:
    """Two panels. A curve is a list of (x, y) pieces, so that a jump is shown as a jump."""
    with look():
        figure, axes = panels(2, 1.75)
        for axis, curve, colour, title in zip(
            axes, (value, derivative), (BLUE, RED), ("(a)  f(z)", "(b)  f′(z)"), strict=True
        ):
            _density(axis, curve, variance, labelled=axis is axes[0])
            for x, y in curve:
                axis.plot(x, y, color=colour, solid_capstyle="round", linewidth=1.6)
            axis.axhline(0, color=GRID, linewidth=0.7, zorder=0)
            axis.set_title(title)
            axis.set_xlabel("pre-activation z")
        return to_svg(figure)


def _density(axis: Axes, curve: Curve, variance: float, labelled: bool) -> None:
    """The Gaussian density, scaled to a third of the panel: where the moments get their weight from."""
    low = min(min(y) for _, y in curve)
    high = max(max(y) for _, y in curve)
    span = max(high - low, abs(high), 1e-9)
    edge = max(abs(x) for piece, _ in curve for x in (piece[0], piece[-1]))
    grid = [edge * (i / 100 - 1) for i in range(201)]
    base = min(low, 0.0)
    top = [base + span / 3 * math.exp(-x * x / (2 * variance)) for x in grid]
    axis.fill_between(grid, base, top, color=PALE_BLUE, alpha=0.45, linewidth=0)
    axis.set_ylim(base - 0.08 * span, max(high, base + span) + 0.1 * span)
    if labelled:
        axis.annotate(
            "density of z",
            (edge, base),
            (0, 3),
            textcoords="offset points",
            ha="right",
            color=MUTED,
            fontsize=8,
        )
