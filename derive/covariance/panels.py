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
from math import ceil, log2

from flint import acb, arb, ctx

from derive.moments.enclosure import NoEnclosureError
from derive.moments.kinds import Monomial
from derive.moments.program import Program, value
from derive.moments.singular import is_finite_next_to, local_bound, neighbourhood
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
    lows, highs = [ends[0], *(kink.upper() for kink in kinks)], [*(kink.lower() for kink in kinks), ends[1]]
    targets = [_Target(p.program, output, p.program.ready(), bound, tolerance) for p in parts]
    made: list[Panel] = []
    for part, target, low, high in zip(parts, targets, lows, highs, strict=True):
        start, before = _clear_of(part, target, low.max(ends[0]), 1)
        stop, after = _clear_of(part, target, high.min(ends[1]), -1)
        made += [*before, *_split(target, start, stop), *after]
    for kink, before_it, after_it in zip(kinks, targets, targets[1:], strict=False):
        if not kink.is_exact():  # either formula may hold over the ball of the kink
            size = arb.max(before_it.real_size(kink), after_it.real_size(kink)) * 2 * kink.rad()
            made.append(Panel((), (), size.upper(), acb(kink)))
    return made


def _clear_of(part: Smooth, target: _Target, end: arb, inward: int) -> tuple[arb, list[Panel]]:
    """Where to begin next to an end at which the function is not finite, and a panel without nodes for what
    is left out: its size is a bound on the integral of the modulus."""
    at = part.low if inward > 0 else part.high
    if not at.is_Rational or is_finite_next_to(part.program, [target.output], value(at).real, inward):
        return end, []
    powers = Monomial(0, 1, 0, 0) if target.output else Monomial(1, 0, 0, 0)
    growth, start = local_bound(part.formulas, powers, at, inward)
    widest = arb(1) / start
    box = acb(end.union(end + inward * widest))
    left = neighbourhood(growth.upper, widest, target.tolerance / target.bound(box))
    if left is None:
        return end, []
    return (end + inward * left[0] / 2).mid(), [Panel((), (), left[1], box)]


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
