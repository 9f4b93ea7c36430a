"""Figures: valid SVG, the same bytes twice, no date, no state left in matplotlib, values that are odd."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import pytest
import sympy as sp
import typst

import derive
from derive.catalogue import activation, names
from derive.phase import phase
from reports.figures import activation as activation_figure
from reports.figures import (
    correlation,
    depth,
    fans,
    gain_curve,
    intervals,
    layers,
    phase_curves,
    variance_map,
)
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


def _variance_map() -> bytes:
    q = [k / 10 for k in range(21)]
    one = variance_map.Map(
        "(a)",
        q,
        [x**1.5 for x in q],
        [(0.0, "stable"), (1.0, "unstable")],
        [variance_map.Path([0.5, 0.4, 9.0])],
    )
    return variance_map.draw([one])


def _gain_curve() -> bytes:
    places = [0.01, 0.1, 1.0, 10.0, 100.0]
    whole = gain_curve.Curve("forward", [1.0, 1.1, 1.2, 1.3, 1.4])
    ends = gain_curve.Curve("backward", [1.0, 1.2, None, None, None])
    none = gain_curve.Curve("centred", [None] * 5)
    return gain_curve.draw(places, [whole, ends, none], 1.0)


def _correlation() -> bytes:
    one = correlation.Correlation("without bias", [0.0, 0.5, 1.0], [0.1, 0.5, 1.0])
    return correlation.draw([one], [("without bias", [0.5, 0.4, 0.3])])


FIGURES = [
    _layers,
    _depth,
    _fans,
    _intervals,
    _activation,
    _variance_map,
    _gain_curve,
    _correlation,
]


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


@pytest.mark.parametrize("draw", FIGURES, ids=lambda f: f.__name__)
def test_typst_opens_every_figure(draw: Callable[[], bytes], tmp_path: Path) -> None:
    (tmp_path / "figure.svg").write_bytes(draw())
    (tmp_path / "page.typ").write_text('#image("figure.svg", alt: "a figure")')
    assert typst.compile(tmp_path / "page.typ", root=tmp_path, format="pdf")


def test_the_map_that_is_drawn_is_the_map() -> None:
    """F(q) = 2 q/2 = q for ReLU at its forward gain, and F(1) = 1 for tanh at its own."""
    relu = phase_curves.map_of(phase(activation("relu"), 1), "")
    assert relu is not None and all(abs(a - b) < 1e-6 for a, b in zip(relu.q, relu.mapped, strict=True))
    tanh = phase_curves.map_of(phase(activation("tanh"), 1), "")
    assert tanh is not None and tanh.q[0] == tanh.mapped[0] == 0.0
    assert [(round(q, 6), kind) for q, kind in tanh.fixed] == [(0.0, "unstable"), (1.0, "stable")]
    assert all(abs(path.values[-1] - 1) < 0.02 for path in tanh.paths)


def test_an_unstable_fixed_point_drives_both_starts_away() -> None:
    gelu = phase_curves.map_of(phase(activation("gelu"), 1), "")
    assert gelu is not None
    below, above = gelu.paths
    assert below.values[-1] < 0.1 and above.values[-1] > 1.9


def test_a_jump_at_zero_leaves_the_map_without_its_origin() -> None:
    """F jumps at 0 for the step: f(0) = 1/2 there, and E f^2 = 1/2 at every q above."""
    step = phase_curves.map_of(phase(activation("step"), 1), "")
    assert step is not None and step.q[0] > 0 and abs(step.mapped[0] - 1) < 1e-6


def test_gain_curves_pass_through_the_gains() -> None:
    places, curves = phase_curves.gain_curves(activation("silu"), sp.Integer(1))
    middle = places.index(1.0)
    found = derive.gains(activation("silu"), 1)
    for curve in curves:
        assert curve.values[middle] == pytest.approx(float(getattr(found, curve.name)), rel=1e-6)


def test_gain_curves_stop_where_a_moment_is_infinite() -> None:
    places, curves = phase_curves.gain_curves(derive.activation("exp(x^2)"), sp.Integer(1))
    known = [q for q, value in zip(places, curves[0].values, strict=True) if value is not None]
    assert known and max(known) < 0.25
