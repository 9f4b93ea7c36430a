"""The section on phases: the variance map and its fixed points, the edge of chaos, gains over q, correlations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import sympy as sp

from derive.activation import Activation
from derive.number import Missing, Number
from derive.phase import Critical
from derive.phase.depth_scales import LAYERS
from derive.proof.terms import E
from reports.document import elsewhere
from reports.document.moments import shortened
from reports.document.pieces import (
    Json,
    Prose,
    badge_cell,
    bullets,
    callout,
    cell,
    column,
    digits,
    figure,
    heading,
    paragraph,
    table,
)
from reports.document.words import capital
from reports.figures import correlation as correlation_figure
from reports.figures import gain_curve, phase_curves, variance_map
from reports.phases import Setting

_Q, _V, _G, _Z = sp.symbols("q v g Z")
_STAR = sp.Symbol("q_star")
_F, _FPRIME, _MAP, _SLOPE = (sp.Function(name) for name in ("f", "fprime", "F", "Fprime"))
_CHI = sp.Function("chi")
_TONES = {"stable": "good", "neutral": "plain", "unstable": "bad", "undecided": "open"}
_PHASES = {"ordered": "ordered", "critical": "critical", "chaotic": "chaotic", "undecided": "not decided"}

Found = tuple[list[Json], dict[str, bytes]]


def section(
    activation: Activation, variance: sp.Rational, settings: Sequence[Setting]
) -> tuple[Json, dict[str, bytes]]:
    """The section and its pictures."""
    known = [setting for setting in settings if setting.phase.variance_map is not None]
    tables = [_fixed_points(known), *_depth(known), *_critical(known)] if known else []
    remarks = [*(_no_go(known) if known else []), *_feasible(settings)]
    over_q, correlations = _over_q(activation, variance), _correlations(settings)
    parts: tuple[Found, ...] = (_maps(settings), ([*tables, *remarks], {}), over_q, correlations)
    blocks = [_intro(), *(block for found, _ in parts for block in found)]
    figures = {name: picture for _, found in parts for name, picture in found.items()}
    return {"title": "Phases and fixed points", "blocks": blocks}, figures


def _intro() -> Json:
    inner = _F(sp.sqrt(_Q) * _Z)
    return paragraph(
        "The variance map ",
        sp.Eq(_MAP(_Q), _V + _G**2 * E(inner**2), evaluate=False),
        " says what the second moment ",
        _Q,
        " of one layer's pre-activations becomes in the next. Depth holds its fixed points ",
        _STAR,
        ", and holds them against small errors where ",
        sp.Abs(_SLOPE(_STAR)) < 1,
        ". The squared gradient is multiplied by ",
        sp.Eq(_CHI(_Q), _G**2 * E(_FPRIME(sp.sqrt(_Q) * _Z) ** 2), evaluate=False),
        " in each layer; ",
        sp.Eq(_CHI(_STAR), 1, evaluate=False),
        " is the edge of chaos.",
    )


def _maps(settings: Sequence[Setting]) -> Found:
    drawn = [
        phase_curves.map_of(s.phase, f"({letter})  {s.label}")
        for letter, s in zip("ab", settings, strict=False)
    ]
    maps = [one for one in drawn if one is not None]
    if not maps:
        return [], {}
    picture = figure(
        "variance-map.svg",
        "The variance map against the diagonal, with its fixed points and two paths through depth.",
        "The variance map (blue) and the diagonal. Filled: stable fixed points; hollow: others. The steps are what "
        "depth makes of two starts: up to the map, across to the diagonal, layer by layer.",
    )
    return [picture], {"variance-map.svg": variance_map.draw(maps)}


def _fixed_points(settings: Sequence[Setting]) -> Json:
    columns = [
        column("Setting", wide=True),
        column(_STAR, "right"),
        column(_SLOPE(_STAR), "right"),
        column(_CHI(_STAR), "right"),
        column("Fixed point"),
    ]
    rows = [row for s in settings for row in _points(s)]
    low, high = settings[0].phase.searched
    return table(
        columns,
        rows,
        "Fixed points of the variance map, found by certified sign changes for ",
        Prose(f"q from {low:.2g} to {high:.3g}, and 0."),
    )


def _points(setting: Setting) -> list[list[Json]]:
    found = setting.phase
    name = capital(setting.label)
    if found.every_q:
        return [
            [
                cell(f"{name}: every q"),
                digits("any"),
                _short(found.slope),
                _short(found.chi),
                _kind(found.kind),
            ]
        ]
    rows = [
        [cell(name), _short(p.q), _short(p.slope), _short(p.chi), _kind(p.kind)] for p in found.fixed_points
    ]
    return rows or [[cell(name), cell("none found"), cell(""), cell(""), cell("")]]


def _kind(kind: str) -> Json:
    return badge_cell(kind, _TONES[kind])


def _short(number: Number | Missing) -> Json:
    return (
        cell("not known") if isinstance(number, Missing) else digits(f"{float(number):.6g}".replace("-", "−"))
    )


def _depth(settings: Sequence[Setting]) -> list[Json]:
    """What fifty layers make of a q that is a little off, and over how many layers deviations die out."""
    known = [s for s in settings if isinstance(s.phase.studied, Number)]
    if not known:
        return []
    columns = [
        column("Setting", wide=True),
        column([_SLOPE(_STAR) ** LAYERS], "right"),
        column("1% below ends at", "right"),
        column("1% above ends at", "right"),
        column(["errors of ", _Q]),
        column("correlations"),
        column("Phase"),
    ]
    caption = (
        f"What {LAYERS} layers make of a ",
        _Q,
        " that starts one percent off, for infinitely wide layers, and the number of layers over which an error "
        "shrinks or grows by a factor e.",
    )
    return [table(columns, [_depth_row(s) for s in known], *caption)]


def _depth_row(setting: Setting) -> list[Json]:
    found = setting.phase
    after = found.depth50
    ends = [cell("not known")] * 3
    if not isinstance(after, Missing):
        ends = [_short(after.factor), _end(after.below), _end(after.above)]
    phase = "critical" if setting.balanced else found.regime
    chi = "no scale" if setting.balanced else _scale(found.chi)
    return [cell(capital(setting.label)), *ends, cell(_scale(found.slope)), cell(chi), cell(_PHASES[phase])]


def _end(value: float | None) -> Json:
    if value is None:
        return cell("not known")
    return cell("no bound") if math.isinf(value) else digits(f"{value:.4g}")


def _scale(factor: Number | Missing) -> str:
    """Layers for a factor e, from the factor of one layer."""
    if isinstance(factor, Missing):
        return "not known"
    size = abs(float(factor))
    if factor.exact in (1, -1) or abs(size - 1) < 1e-12:
        return "no scale"
    if size == 0:
        return "gone at once"
    return f"{'shrink' if size < 1 else 'grow'} in {1 / abs(math.log(size)):.3g}"


def _critical(settings: Sequence[Setting]) -> list[Json]:
    found = settings[0].phase
    point, at = found.critical, sp.Eq(_Q, found.variance)
    if not isinstance(point, Critical):
        return [paragraph("The edge of chaos has no point at ", at, ": ", Prose(f"{point.reason}."))]
    weights, biases = sp.Symbol("C_W"), sp.Symbol("C_b")
    return [
        paragraph(
            "On the edge of chaos at ",
            at,
            " the weights have variance ",
            weights,
            "/fan and the biases ",
            biases,
            ", with ",
            sp.Eq(weights, shortened(point.C_W), evaluate=False),
            " and ",
            sp.Eq(biases, shortened(point.C_b), evaluate=False),
            f". That is the pair of gain and bias above; the fixed point there is {point.kind}.",
        )
    ]


def _no_go(settings: Sequence[Setting]) -> list[Json]:
    verdict = settings[0].phase.no_go
    good = verdict.kind in ("degree one", "meets")
    title = "One gain for both directions" if good else "No single gain for both directions"
    if verdict.kind == "undecided":
        title = "One gain for both directions: not decided"
    return [callout(title, "good" if good else "open", Prose(verdict.statement))]


def _over_q(activation: Activation, variance: sp.Rational) -> Found:
    if activation.degree_one is not None:
        return elsewhere.blocks(activation, variance), {}
    places, curves = phase_curves.gain_curves(activation, variance)
    if not any(v is not None for curve in curves for v in curve.values):
        return elsewhere.blocks(activation, variance), {}
    picture = figure(
        "gains.svg",
        "Forward, backward and centred gain against the second moment of the pre-activations.",
        "The gains against ",
        _Q,
        ", without a bias. Where two lines cross, one gain serves both conventions.",
    )
    drawn = {"gains.svg": gain_curve.draw(places, curves, float(variance))}
    return [heading("Gains at other q", 2), *elsewhere.blocks(activation, variance), picture], drawn


def _correlations(settings: Sequence[Setting]) -> Found:
    known: list[tuple[Setting, Any]] = [
        (s, s.correlation) for s in settings if not isinstance(s.correlation, Missing)
    ]
    if not known:
        return [], {}
    maps = [phase_curves.correlations(s.label, c.correlations, c.values) for s, c in known]
    paths = [(one.name, phase_curves.correlation_path(one)) for one in maps]
    picture = figure(
        "correlation.svg",
        "The correlation of two inputs after a layer against the one before, and over thirty layers.",
        "What depth makes of two inputs: (a) the correlation map of one layer, (b) from a correlation of 0.5 on, in "
        "infinitely wide layers.",
    )
    words = [paragraph(*_limit(s, c)) for s, c in known]
    blocks = [heading("Two inputs", 2), *words, picture]
    return blocks, {"correlation.svg": correlation_figure.draw(maps, paths)}


def _limit(setting: Setting, found: Any) -> list[Any]:
    """How steep the map is at 1, and where it drives two inputs. A jump makes it infinitely steep there."""
    words, chi = capital(setting.label), setting.phase.chi
    if found.limit is not None and found.limit < 1 and not (isinstance(chi, Number) and chi.ball > 1):
        start: list[Any] = [f"{words}, the correlation map is infinitely steep at 1, as f jumps"]
    else:
        slope = "1" if setting.balanced or isinstance(chi, Missing) else f"{float(chi):.6g}"
        start = [f"{words}, the correlation map has slope ", sp.Symbol("chi"), f" = {slope} at 1"]
    limit = 1.0 if setting.balanced and found.limit is None else found.limit
    if limit is None:
        return [*start, "."]
    if limit == 1:
        return [*start, ": two inputs are driven together, and depth forgets what told them apart."]
    return [*start, f": two inputs are driven to a correlation of {limit:.4g}, however alike they were."]


def _feasible(settings: Sequence[Setting]) -> list[Json]:
    verdict = settings[0].phase.feasible
    if not verdict.ok:
        words = [run for reason in verdict.reasons for run in (Prose(f"{capital(reason)}."), " ")]
        return [callout("Not feasible here", "bad", *words[:-1])]
    if not verdict.cautions:
        return []
    return [bullets(*([Prose(f"{capital(caution)}.")] for caution in verdict.cautions))]
