"""A function on a finite interval as certified Gauss-Legendre panels, good for many kernels at once.

For an entire kernel K, the integral of f K over a panel is the Gauss sum of f K, off by at most
`size` * sup |K| over `box`: with n >= 2 nodes and |f K| <= M on the ellipse with foci at the panel's ends
and semi-axes that sum to rho half-widths, a Gauss sum errs by at most (64/15) M rho^(-2n) / (1 - rho^(-2))
half-widths (Rabinowitz 1969; Trefethen 2013, theorem 19.3; as in Johansson 2018, section 2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil, log2

from flint import acb, arb, ctx

from derive.moments.enclosure import NoEnclosureError
from derive.moments.program import Program, value
from derive.moments.smooth import Smooth

Bound = Callable[[acb], arb]

_RADII = (9.0, 5.0, 3.0, 2.0)
_MOST_PANELS = 6000
_ROUGH = 64  # bits: enough for a bound


@dataclass(frozen=True)
class Panel:
    """Nodes y, weights w f(y), and the factor `size` of the error for a kernel bounded on `box`."""

    nodes: tuple[arb, ...]
    weights: tuple[arb, ...]
    size: arb
    box: acb


def panels(
    parts: Sequence[Smooth], output: int, ends: tuple[arb, arb], bound: Bound, tolerance: arb
) -> list[Panel]:
    """Panels for output 0 (f) or 1 (f') between exact ends, fine enough for every kernel that `bound`
    bounds on boxes: the errors of the panels are then about `tolerance` each.

    Raises `NoEnclosureError` where the function is too rough, or not real.
    """
    kinks = [value(part.low).real for part in parts[1:]]
    if not all(kink.is_exact() for kink in kinks):
        return list(_around_kinks(parts, output, ends, bound, tolerance, kinks))
    inner = [kink.max(ends[0]).min(ends[1]).mid() for kink in kinks]
    made: list[Panel] = []
    for part, (low, high) in zip(parts, pairwise([ends[0], *inner, ends[1]]), strict=True):
        made += _split(_Target(part.program, output, part.program.ready(), bound, tolerance), low, high)
    return made


def _around_kinks(
    parts: Sequence[Smooth],
    output: int,
    ends: tuple[arb, arb],
    bound: Bound,
    tolerance: arb,
    kinks: list[arb],
) -> Iterator[Panel]:
    """As `panels`, with a panel of no nodes over the ball of each kink, where either formula may hold."""
    targets = [_Target(p.program, output, p.program.ready(), bound, tolerance) for p in parts]
    start = ends[0]
    for before, after, kink in zip(targets, targets[1:], kinks, strict=False):
        left, right = kink.lower().max(start).min(ends[1]), kink.upper().max(start).min(ends[1])
        yield from _split(before, start, left)
        if left < right:
            here = left.union(right)
            size = arb.max(before.real_size(here), after.real_size(here)) * (right - left)
            yield Panel((), (), size.upper(), acb(here))
        start = right
    yield from _split(targets[-1], start, ends[1])


@dataclass(frozen=True)
class _Target:
    """One output of one program, a bound for the kernels, and the error that a panel may make."""

    program: Program
    output: int
    constants: list[acb]
    bound: Bound
    tolerance: arb

    def at(self, box: acb, analytic: bool) -> acb:
        return self.program.run(box, self.constants, analytic)[self.output]

    def real_size(self, interval: arb) -> arb:
        with ctx.workprec(_ROUGH):
            return abs(self.at(acb(interval), False)).upper()


def _split(target: _Target, low: arb, high: arb) -> Iterator[Panel]:
    """Bisect until every panel has few nodes or does not matter."""
    waiting, count = [(low, high)], 0
    while waiting:
        left, right = waiting.pop()
        if not left < right:
            continue
        count += 1
        if count > _MOST_PANELS:
            raise NoEnclosureError("the certified panels did not converge: unbounded, not real, or too rough")
        panel = _panel(target, left, right)
        if panel is None:
            middle = ((left + right) / 2).mid()
            waiting += [(middle, right), (left, middle)]
        else:
            yield panel


def _panel(target: _Target, left: arb, right: arb) -> Panel | None:
    half, middle = (right - left) / 2, (left + right) / 2
    with ctx.workprec(_ROUGH):
        here = left.union(right)
        whole = (2 * half * target.real_size(here)).upper()
        if whole * target.bound(acb(here)) < target.tolerance:
            return Panel((), (), whole, acb(here))
        found = _rule(target, half, middle)
    if found is None:
        return None
    count, size, box = found
    return _filled(target, count, half, middle, size, box)


def _rule(target: _Target, half: arb, middle: arb) -> tuple[int, arb, acb] | None:
    """How many nodes the best of a few ellipses asks for, if not too many."""
    best: tuple[int, arb, acb] | None = None
    for rho in _RADII:
        box = acb(
            arb(middle.mid(), (half * (rho + 1 / rho) / 2).upper()),
            arb(0, (half * (rho - 1 / rho) / 2).upper()),
        )
        most = abs(target.at(box, True)).upper() * half * arb(64) / 15 / (1 - arb(rho) ** -2)
        need = most * target.bound(box) / target.tolerance
        if not need.is_finite():
            continue
        bits = float((need.log() / arb(2).log()).upper()) if need > 1 else 0.0
        count = max(2, ceil(bits / (2 * log2(rho))))
        if best is None or count < best[0]:
            best = count, (most * arb(rho) ** (-2 * count)).upper(), box
    return best if best and best[0] <= ctx.prec else None


def _filled(target: _Target, count: int, half: arb, middle: arb, size: arb, box: acb) -> Panel:
    nodes, weights = [], []
    for node, weight in legendre(count, ctx.prec):
        y = middle + half * node
        f = target.at(acb(y), False)
        if not f.imag.contains(0):
            raise NoEnclosureError("the function is not real on the whole line")
        nodes.append(y)
        weights.append(f.real * weight * half)
    return Panel(tuple(nodes), tuple(weights), size, box)


@lru_cache(maxsize=128)
def legendre(count: int, precision: int) -> tuple[tuple[arb, arb], ...]:
    """The nodes and weights of the Gauss-Legendre rule on [-1, 1], to `precision` bits."""
    with ctx.workprec(precision + 8):
        return tuple(arb.legendre_p_root(count, k, weight=True) for k in range(count))
