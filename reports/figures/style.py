"""One look for all figures, and the step from a figure to bytes that are the same on every run.

Text stays text in the SVG and is set by Typst in the serif of the document, which keeps it searchable and
in the right face; matplotlib, which has no Libertinus, measures it with STIX, nearly as wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

INK, MUTED, GRID = "#1b2536", "#596273", "#dfe4ec"
BLUE, RED, GREEN, AMBER = "#2a56a8", "#b5452f", "#14694a", "#a06c00"
PALE_BLUE, PALE_GREEN = "#c9d7f0", "#dcefe6"
WIDTH = 6.42  # inches: the text width of the page

_MEASURED_WITH, _SHOWN_IN = "STIXGeneral", "Libertinus Serif"
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "gainproof",
    "font.family": [_MEASURED_WITH, "DejaVu Serif"],  # STIX lacks a raised four
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "axes.titlelocation": "left",
    "axes.titlepad": 7,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.3,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.08,
    "figure.constrained_layout.wspace": 0.06,
}


def look() -> AbstractContextManager[None]:
    """The settings of matplotlib while a figure is drawn; what the caller had set comes back afterwards."""
    return matplotlib.rc_context(_STYLE)


def panels(columns: int, height: float, **options: Any) -> tuple[Figure, list[Axes]]:
    """A figure as wide as the text, `height` inches tall, with panels side by side."""
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.subplots(1, columns, squeeze=False, **options)
    return figure, list(axes[0])


def to_svg(figure: Figure) -> bytes:
    """The figure as SVG without a date, a random id or a font file."""
    buffer = BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    return buffer.getvalue().replace(_MEASURED_WITH.encode(), _SHOWN_IN.encode())


def square_ticks(axis: Axes) -> None:
    """The same few ticks on both axes of a square panel."""
    for one in (axis.xaxis, axis.yaxis):
        one.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
        one.set_major_formatter(FuncFormatter(lambda v, _: number(v)))


def spread_labels(axis: Axes, labels: Sequence[tuple[str, float, str]], size: float = 8.5) -> None:
    """Names at the right end of their lines, (name, y, colour) each, moved apart where they would touch.

    Call it when the limits are set: the room that a line of text takes is reckoned from the panel's height.
    """
    low, high = axis.get_ylim()
    figure = axis.get_figure(root=True)
    assert isinstance(figure, Figure)
    height = 72 * figure.get_figheight() * 0.72  # points; titles and labels take the rest
    least = (size + 2) / height
    shares = sorted(((y - low) / (high - low), name, colour) for name, y, colour in labels)
    placed: list[float] = []
    for share, _, _ in shares:
        placed.append(max(share, placed[-1] + least) if placed else share)
    over = max(0.0, placed[-1] - 1.0) if placed else 0.0
    for at, (_, name, colour) in zip(placed, shares, strict=True):
        axis.annotate(
            name,
            (1, at - over),
            (5, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            va="center",
            color=colour,
            fontsize=size,
        )


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power_of_ten(exponent: int) -> str:
    """A tick of a logarithmic axis.

    >>> power_of_ten(-12)
    '10⁻¹²'
    """
    return "1" if exponent == 0 else "10" + str(exponent).translate(_RAISED)


def number(value: float) -> str:
    """A tick with a real minus sign and no more digits than it needs.

    >>> number(-0.25), number(1.0)
    ('−0.25', '1')
    """
    return f"{value:.6g}".replace("-", "−")
