"""The phase analysis in a few plain sentences."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING

from derive.number import Missing, Number
from derive.phase.depth_scales import LAYERS

if TYPE_CHECKING:
    from derive.phase.result import Phase


def sentences(found: Phase) -> tuple[str, ...]:
    """The sentences, from what holds q to what depth does; each ends with a full stop."""
    return tuple(_sentences(found))


def _sentences(found: Phase) -> Iterator[str]:
    if isinstance(found.gain, Missing):
        yield f"No gain holds q = {found.variance}: {found.gain.reason}."
        return
    yield _where(found)
    if isinstance(found.studied, Number):
        yield from (_stability(found), _gradient(found))
    yield _others(found)
    if found.note is not None:
        yield f"{found.note[0].upper()}{found.note[1:]}."


def _where(found: Phase) -> str:
    setting = f"At gain {_short(found.gain)} and bias variance {_short(found.bias_variance)}"
    if found.every_q:
        return f"{setting} every q is a fixed point: F(q) = q."
    if found.holds:
        return f"{setting} q = {found.variance} is a fixed point of the variance map."
    if isinstance(found.studied, Missing):
        return f"{setting} q = {found.variance} is not a fixed point, and no stable one was found."
    return f"{setting} q = {found.variance} is not a fixed point; the map settles at q = {_short(found.studied)}."


def _stability(found: Phase) -> str:
    slope = _short(found.slope)
    if found.kind == "neutral":
        return "It is neutral, F'(q) = 1: a small error of q neither grows nor shrinks with depth."
    if found.kind == "undecided":
        return "Whether it is stable is not decided."
    verb = "shrinks" if found.kind == "stable" else "grows"
    factor = "" if isinstance(found.depth50, Missing) else _fifty(found)
    return f"It is {found.kind}, F'(q) = {slope}: a small error of q {verb} by that factor in each layer.{factor}"


def _fifty(found: Phase) -> str:
    assert not isinstance(found.depth50, Missing)
    below, above = found.depth50.below, found.depth50.above
    if below is None or above is None:
        return ""
    ends = f"a q that starts 1% below ends at {_plain(below)}, one that starts 1% above at {_plain(above)}"
    return f" After {LAYERS} layers {ends}."


def _gradient(found: Phase) -> str:
    words = {
        "ordered": ("shrink", "is ordered: two inputs are drawn together"),
        "critical": ("keep their size", "is critical"),
        "chaotic": ("grow", "is chaotic: two close inputs are driven apart"),
    }
    if found.regime not in words:
        return "Whether squared gradients grow or shrink is not decided."
    gradients, phase = words[found.regime]
    if found.jumps:
        phase = "is not told by chi, since f jumps: the correlation map is infinitely steep at 1"
    return f"chi = {_short(found.chi)}: squared gradients {gradients}, and the phase {phase}."


def _others(found: Phase) -> str:
    listed = ", ".join(f"{_short(point.q)} ({point.kind})" for point in found.fixed_points) or "none"
    low, high = found.searched
    above = {
        True: "above them q escapes upwards",
        False: "q comes back from above",
        None: "nothing is known above",
    }
    if found.every_q:
        return "No fixed point attracts."
    return f"Fixed points found for q from {low:.2g} to {high:.2g}, and 0: {listed}; {above[found.escapes]}."


def _short(number: Number | Missing) -> str:
    return "unknown" if isinstance(number, Missing) else _plain(float(number))


def _plain(number: float) -> str:
    return "no bound" if number == inf else f"{number:.5g}"
