"""What depth does: the second moment and the gradient's norm, layer by layer, against prediction.

All values are log10, as depth takes them out of the range of a float; None is a true zero or an overflow and
leaves a gap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from reports.figures.style import AMBER, BLUE, INK, look, number, panels, power_of_ten, to_svg

Logs = Sequence[float | None]


@dataclass(frozen=True)
class Trajectory:
    """One quantity over depth: predicted, mean, median and two quantiles over networks, in log10.

    `predicted_low` and `predicted_high` are the quantiles that theory gives networks of this width, or empty.
    """

    title: str
    layers: Sequence[int]
    predicted: Logs
    mean: Logs
    median: Logs
    low: Logs
    high: Logs
    predicted_low: Logs = ()
    predicted_high: Logs = ()


def draw(trajectories: Sequence[Trajectory]) -> bytes:
    """A panel for each quantity, each with its own logarithmic axis."""
    with look():
        figure, axes = panels(len(trajectories), 2.0)
        for axis, trajectory in zip(axes, trajectories, strict=True):
            _panel(axis, trajectory)
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=5, frameon=False, fontsize=8.5)
        return to_svg(figure)


def _panel(axis: Axes, t: Trajectory) -> None:
    x = list(t.layers)
    axis.fill_between(
        x, _gaps(t.low), _gaps(t.high), color=BLUE, alpha=0.16, linewidth=0, label="5% to 95%, measured"
    )
    for place, edge in enumerate((t.predicted_low, t.predicted_high)):
        if edge:
            name = "the same, predicted" if place == 0 else None
            axis.plot(x, _gaps(edge), color=AMBER, linewidth=0.9, dashes=(4, 1.5), label=name)
    axis.plot(x, _gaps(t.median), color=BLUE, linewidth=1, dashes=(3, 2), label="median")
    axis.plot(x, _gaps(t.mean), "o", color=BLUE, markersize=2.4, label="mean")
    axis.plot(x, _gaps(t.predicted), color=INK, linewidth=1, label="mean, predicted")
    axis.set_title(t.title)
    axis.set_xlabel("layer ℓ")
    axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axis.grid(axis="y")
    rows = (t.predicted, t.mean, t.median, t.low, t.high, t.predicted_low, t.predicted_high)
    _scale(axis, [v for row in rows for v in row if v is not None])


def _gaps(values: Logs) -> list[float]:
    return [math.nan if v is None else v for v in values]


def _scale(axis: Axes, logs: Sequence[float]) -> None:
    """Limits with room, at least a factor of two apart, and ticks that are read at a glance."""
    low, high = min(logs, default=0.0), max(logs, default=0.0)
    room = 0.08 * (high - low) + max(0.0, 0.3 - (high - low)) / 2
    low, high = low - room, high + room
    axis.set_ylim(low, high)
    axis.yaxis.set_major_locator(FixedLocator(ticks(low, high)))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda v, _: _tick(v)))


def ticks(low: float, high: float) -> list[float]:
    """The log10 of at most eight round values between two log10 ends.

    >>> [round(10**t, 2) for t in ticks(-0.4, 1.5)]
    [0.5, 1.0, 2.0, 5.0, 10.0, 20.0]
    >>> ticks(-40, 3)
    [-40.0, -30.0, -20.0, -10.0, 0.0]
    """
    span = high - low
    if span > 3:
        step = next(s for k in range(9) for s in (1 * 10**k, 2 * 10**k, 5 * 10**k) if span / s <= 7)
        return [float(step * k) for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
    mantissas = (1, 2, 5) if span > 0.7 else (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9)
    decades = range(math.floor(low), math.ceil(high) + 1)
    return [t for e in decades for m in mantissas if low <= (t := e + math.log10(m)) <= high]


def _tick(log_value: float) -> str:
    whole = round(log_value)
    return power_of_ten(whole) if abs(log_value - whole) < 1e-9 and abs(whole) > 2 else number(10**log_value)
