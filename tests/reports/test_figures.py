"""Figures: valid SVG, the same bytes twice, no date, no state left in matplotlib, values that are odd."""

from __future__ import annotations

import math
from collections.abc import Callable
from xml.etree import ElementTree

import matplotlib
import pytest

from derive.catalogue import activation, names
from reports.figures import activation as activation_figure
from reports.figures import depth, fans, intervals, layers
from reports.figures.curves import curves

LAYERS = list(range(1, 6))


def _layers() -> bytes:
    values = [1.0, 1.1, 0.9, 1.02, 1.0]
    band = [(v - 0.05, v + 0.05) for v in values]
    one = layers.Ratios("(a)  forward", LAYERS, values, band, 1.0, (0.99, 1.01), (0.99, 1.01))
    return layers.draw([one, one])


def _depth() -> bytes:
    logs = [0.0, -1.0, None, -300.0, -400.0]
    one = depth.Trajectory("(a)  q", LAYERS, logs, logs, logs, logs, logs)
    return depth.draw([one, depth.Trajectory("(b)", LAYERS, *[[None] * 5] * 5)])


def _fans() -> bytes:
    mode = fans.Mode("fan_in", [1.0, 2.0], [1.0, 2.1], [(0.9, 1.1), (1.9, 2.2)])
    return fans.draw(["8 → 4", "4 → 2"], [mode], [mode])


def _intervals() -> bytes:
    row = intervals.Row("forward", 0.1, (0.0, 0.2), control=False)
    return intervals.draw([row, intervals.Row("control", 1.0, (0.9, 1.1), control=True)], 0.5)


def _activation() -> bytes:
    return activation_figure.draw(*curves(activation("relu"), 1.0), 1.0)


FIGURES = [_layers, _depth, _fans, _intervals, _activation]


@pytest.mark.parametrize("draw", FIGURES, ids=lambda f: f.__name__)
def test_figures_are_reproducible_svg(draw: Callable[[], bytes]) -> None:
    before = dict(matplotlib.rcParams)
    svg = draw()
    assert svg == draw() and ElementTree.fromstring(svg).tag.endswith("svg")
    assert b"<dc:date>" not in svg and b"STIX" not in svg and b"Libertinus Serif" in svg
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("name", names())
def test_curves_follow_the_activation(name: str) -> None:
    value, slope = curves(activation(name), 4.0)
    assert math.isclose(value[0][0][0], -8) and math.isclose(value[-1][0][-1], 8)
    assert all(math.isfinite(y) for piece in (*value, *slope) for y in piece[1])


def test_a_kink_splits_the_curve() -> None:
    value, slope = curves(activation("prelu"), 1.0)
    assert len(value) == 2 and {slope[0][1][0], slope[1][1][0]} == {0.25, 1.0}


@pytest.mark.parametrize(("low", "high"), [(-0.02, 0.02), (-0.4, 0.4), (-2, 2), (-40, 3), (-5000, 2)])
def test_logarithmic_ticks_are_few_and_inside(low: float, high: float) -> None:
    found = depth.ticks(low, high)
    assert 1 <= len(found) <= 13 and all(low <= t <= high for t in found)
