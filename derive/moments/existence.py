"""Whether a moment that has no certified ball is infinite, and from which q on: proved, or not decided.

Far out, |g| >= c t^m exp(k t + a t^2) on one side makes E|g| infinite where a > 1/(2q), and at a = 1/(2q) if
what is left, t^m exp(k t), has an infinite integral. Next to a point p, |g| >= c |x - p|^(-m) with m >= 1
makes it infinite for every q. The bounds are those of `derive.moments.growth`, from below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy as sp
from flint import arb, fmpq

from derive.activation import X
from derive.moments.certificate import NoCertificateError, bound_of
from derive.moments.enclosure import NoEnclosureError, outer_growth
from derive.moments.growth import Bound, Growth
from derive.moments.kinds import Monomial, spoken
from derive.moments.operations import UnsupportedError
from derive.moments.program import value
from derive.moments.singular import diverges, local_bound
from derive.moments.smooth import Smooth, smooth_parts
from derive.number import Missing

_STARTS = (1, 4, 16, 64)


@dataclass(frozen=True)
class Infinite:
    """A proof that E|g| is infinite for q > `q` (`at_q`: at q too): what g does, and where."""

    q: sp.Rational
    at_q: bool
    why: str


def absence(function: sp.Expr, powers: Monomial, variance: sp.Rational, error: NoEnclosureError) -> Missing:
    """Why a moment has no certified ball: it is infinite, or it is not decided whether it exists.

    >>> moment = Monomial(2, 0, 0, 0)
    >>> absence(sp.exp(X**2 / 8), moment, sp.Integer(3), NoEnclosureError("")).infinite_from
    2
    """
    try:
        parts = smooth_parts(function)
        first = _first(list(_proofs(parts, powers)))
    except UnsupportedError:
        first = None
    if first is None or variance < first.q or (variance == first.q and not first.at_q):
        return Missing(f"not decided: {error}")
    name = spoken(powers)
    even = all(power % 2 == 0 for power in (powers.f, powers.d, powers.z))
    span = "for every q" if first.q == 0 else f"for q {'>=' if first.at_q else '>'} {first.q}"
    reason = f"{name} is {'infinite' if even else 'not finite'} {span}: {first.why}"
    return Missing(reason, first.q if _finite_below(parts, powers, first.q) else None)


def _finite_below(parts: Sequence[Smooth], powers: Monomial, q: sp.Rational) -> bool:
    """Whether growth bounds from above show the tails to be finite for every smaller q."""
    if q == 0:
        return True
    try:
        rates = [outer_growth(parts, powers, side)[0].a for side in (-1, 1)]
    except NoCertificateError:
        return False
    return all(rate <= fmpq(int(q.q), 2 * int(q.p)) for rate in rates)


def _proofs(parts: Sequence[Smooth], powers: Monomial) -> Iterator[Infinite]:
    """All proofs of divergence: on each side far out, and next to each end of a piece."""
    for part, side in ((parts[0], -1), (parts[-1], 1)):
        proof = _far_out(part, powers, side)
        if proof is not None:
            yield proof
    for part in parts:
        for at, direction in ((part.low, 1), (part.high, -1)):
            if _diverges_at(part, powers, at, direction):
                text = f"its integrand grows at least like 1/|{X - at}| next to x = {at}"
                yield Infinite(sp.Integer(0), True, text)


def _diverges_at(part: Smooth, powers: Monomial, at: sp.Expr, direction: int) -> bool:
    known = at.is_finite and not at.has(sp.CRootOf)
    return bool(known) and diverges(local_bound(part.formulas, powers, at, direction)[0])


def _far_out(part: Smooth, powers: Monomial, side: int) -> Infinite | None:
    """The best proof on one side, with bounds from below that begin at one of a few places."""
    inner = part.low if side > 0 else part.high
    least = abs(value(inner).real).max(arb(1)) if inner.is_finite else arb(1)
    bounds = [_monomial(part, powers, side, (least * start).upper()) for start in _STARTS]
    where = f"as x -> {'-' * (side < 0)}oo"
    if any(found.bursts for found in bounds):
        return Infinite(sp.Integer(0), True, f"its integrand outgrows exp(L x^2) for every L {where}")
    proofs = [_threshold(found.lower, where) for found in bounds if found.lower]
    return _first([proof for proof in proofs if proof])


def _first(proofs: list[Infinite]) -> Infinite | None:
    return min(proofs, key=lambda proof: (proof.q, not proof.at_q), default=None)


def _threshold(lower: Growth, where: str) -> Infinite | None:
    """The q at which a = 1/(2q), for an exact a > 0."""
    if not lower.a > 0 or not lower.c > 0:
        return None
    if isinstance(lower.a, arb):
        return _rounded_threshold(lower.a, where)
    q = sp.Rational(int(lower.a.q), 2 * int(lower.a.p))
    lasting = bool(lower.k > 0 or (lower.k == 0 and lower.m >= -1))
    rate = sp.Rational(int(lower.a.p), int(lower.a.q))
    return Infinite(q, lasting, f"its integrand grows like exp({rate * X**2}) {where}".replace("**", "^"))


def _rounded_threshold(rate: arb, where: str) -> Infinite:
    """For a rate that is known by a ball only, a q just above the one that counts."""
    above = sp.Rational(f"{float((1 / (2 * rate)).upper()) * (1 + 1e-6):.6g}")
    q = above if 2 * rate * arb(str(above)) > 1 else above * 2
    return Infinite(q, True, f"its integrand grows like exp({float(rate.mid()):.6g} x^2) {where}")


def _monomial(part: Smooth, powers: Monomial, side: int, far: arb) -> Bound:
    """What bounds the modulus of f^f f'^d z^z from below."""
    lower, bursts = Growth(fmpq(1), fmpq(powers.z)), False
    for formula, power in zip(part.formulas, (powers.f, powers.d), strict=True):
        if power:
            found = bound_of(formula, X, side, far)
            if found.lower is None:
                return Bound()
            lower = lower * found.lower.power(fmpq(power))
            bursts = bursts or found.bursts
    return Bound(None, lower, bursts=bursts)
