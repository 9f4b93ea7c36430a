"""What depth does: the second moment and the gradient's norm, layer by layer, against prediction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from reports.figures.style import BLUE, GRID, INK, look, number, panels, power_of_ten, to_svg


@dataclass(frozen=True)
class Trajectory:
    """One quantity over depth: predicted, mean, median and the 5% and 95% quantiles over networks.

    `predicted` is None where the theory says nothing of the composition.
    """

    title: str
    layers: Sequence[int]
    mean: Sequence[float]
    median: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    predicted: Sequence[float] | None


def draw(trajectories: Sequence[Trajectory]) -> bytes:
    """A panel for each quantity, each with its own logarithmic axis."""
    with look():
        figure, axes = panels(len(trajectories), 2.35)
        for axis, trajectory in zip(axes, trajectories, strict=True):
            _panel(axis, trajectory)
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="outside lower center", ncols=len(labels), frameon=False, fontsize=8.5
        )
        return to_svg(figure)


def _panel(axis: Axes, t: Trajectory) -> None:
    axis.fill_between(
        t.layers, t.low, t.high, color=BLUE, alpha=0.16, linewidth=0, label="5% to 95% of networks"
    )
    axis.plot(t.layers, t.median, color=BLUE, linewidth=1, dashes=(3, 2), label="median network")
    axis.plot(t.layers, t.mean, "o-", color=BLUE, markersize=2.2, linewidth=0.9, label="mean over networks")
    if t.predicted is not None:
        axis.plot(t.layers, t.predicted, color=INK, linewidth=1, label="predicted")
    axis.set_title(t.title)
    axis.set_xlabel("layer ℓ")
    axis.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axis.grid(axis="y")
    _logarithmic(axis, [*t.mean, *t.low, *t.high, *(t.predicted or [])])


def _logarithmic(axis: Axes, values: Sequence[float]) -> None:
    """A logarithmic axis with ticks that are read at a glance, over a few percent or over forty decades."""
    positive = [v for v in values if v > 0 and math.isfinite(v)]
    low, high = (min(positive), max(positive)) if positive else (0.1, 10.0)
    axis.set_yscale("log")
    room = (high / low) ** 0.06 * 1.03
    axis.set_ylim(low / room, high * room)
    ticks = _ticks(low / room, high * room)
    axis.yaxis.set_major_locator(FixedLocator(ticks))
    axis.yaxis.set_minor_locator(NullLocator())
    axis.yaxis.set_major_formatter(FuncFormatter(lambda v, _: _tick(v)))
    axis.tick_params(axis="y", color=GRID)


def _ticks(low: float, high: float) -> list[float]:
    """About five round values between low and high.

    >>> _ticks(0.4, 30)
    [0.5, 1.0, 2.0, 5.0, 10.0, 20.0]
    >>> len(_ticks(1e-40, 1e3)) < 8
    True
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    steps: tuple[float, ...] = (1, 2, 5) if last - first <= 3 else (1,)
    if high / low < 2.5:
        steps = tuple(round(1 + 0.1 * k, 1) for k in range(90))
    every = max(1, (last - first) // 6)
    values = [float(f"{s * 10.0**e:.6g}") for e in range(first, last + 1) if e % every == 0 for s in steps]
    inside = [v for v in values if low <= v <= high]
    return inside[:: max(1, math.ceil(len(inside) / 7))]


def _tick(value: float) -> str:
    exponent = round(math.log10(value))
    exact = math.isclose(value, 10.0**exponent)
    return power_of_ten(exponent) if exact and abs(exponent) > 2 else number(value)
