"""Closed forms by symmetry: only the even part g(x) + g(-x) of a monomial g has a mean.

Where the even part is a polynomial the moment needs nothing else. That is tested in ball arithmetic first,
which refuses everything else at once, and proved only then: cancelling a rational function can take long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import sympy as sp
from flint import acb, ctx

from derive.activation import X
from derive.kinks import Piece
from derive.moments.closed.basis import Basis, mirrored, power_moment
from derive.moments.closed.families import Form, integrand
from derive.moments.closed.size import degrees, is_tractable
from derive.moments.kinds import Monomial
from derive.moments.operations import UnsupportedError
from derive.moments.program import compile_program

_LARGEST = 100  # operations; beyond that, cancelling a rational function may take minutes
_EXPANDED = 16  # degrees of numerator and denominator of what is multiplied out
_DEGREE = 6  # of the even part
_DERIVATIVES = 3


def form(parts: Sequence[Piece], powers: Monomial) -> Form | None:
    """The family: the even part of the monomial is a polynomial between mirrored kinks."""
    found = symmetric_moment(parts, powers)
    return None if found is None else Form(found)


def symmetric_moment(parts: Sequence[Piece], powers: Monomial) -> sp.Expr | None:
    """The moment of a monomial with mirrored kinks whose even part is a polynomial of degree at most 6
    between them, else None.

    >>> symmetric_moment((Piece(-sp.oo, sp.oo, 1 / (1 + sp.exp(-X))),), Monomial(1, 0, 0, 0))
    1/2
    >>> symmetric_moment((Piece(-sp.oo, sp.oo, X * sp.log(1 + sp.exp(X))),), Monomial(1, 0, 0, 0))
    q/2
    """
    if any(p.low != -m.high for p, m in zip(parts, parts[::-1], strict=True)):
        return None
    folded = list(_folded(parts, powers))
    if not all(_may_be_polynomial(piece) for piece in folded):
        return None
    basis = Basis([e for piece in folded for e in piece])
    total = basis.zero
    for piece in folded:
        even = _proved_polynomial(piece.expression)
        if even is None:
            return None
        for (k,), c in even.terms():
            total += basis.scaled(power_moment(k, piece.low, piece.high, basis), c)
    return (total / basis.q**powers.q).written()


def _folded(parts: Sequence[Piece], powers: Monomial) -> Iterator[Piece]:
    """The monomial folded over 0: its even part, twice, on the pieces of the positive half line."""
    for right, left in list(zip(parts[::-1], parts, strict=True))[: (len(parts) + 1) // 2]:
        both = integrand(right, powers) + mirrored(integrand(left, powers))
        yield Piece(right.low if right.low.is_nonnegative else sp.Integer(0), right.high, both)


def _may_be_polynomial(piece: Piece) -> bool:
    """Whether a polynomial through some of its values meets the next one too; a ball that misses proves
    that it is none of degree at most 6."""
    sample = piece.expression.xreplace(_sample(piece))
    try:
        program = compile_program([sample], X)
    except UnsupportedError:
        return False
    with ctx.workprec(128):
        constants = program.ready()
        values = [program.run(acb(k) / 4 + 1, constants, False)[0] for k in range(_DEGREE + 2)]
    for _ in range(_DEGREE + 1):
        values = [after - before for before, after in pairwise(values)]
    return bool(values[0].contains(0) or not values[0].is_finite())


def _sample(piece: Piece) -> dict[sp.Expr, sp.Rational]:
    """Values of no significance for the parameters."""
    symbols = sorted(piece.expression.free_symbols - {X}, key=str)
    values = [sp.Rational(7 + k, 5) for k in range(len(symbols))]
    return {s: -v if s.is_negative else v for s, v in zip(symbols, values, strict=True)}


def _proved_polynomial(expression: sp.Expr) -> sp.Poly | None:
    """The polynomial that an expression is, if cancelling shows it of the expression or of a derivative:
    log(1 + exp(x)) - log(1 + exp(-x)) has the derivative 1."""
    at_zero: list[sp.Expr] = []
    while len(at_zero) < _DERIVATIVES:
        rational = _as_rational(expression)
        if rational is not None and rational.is_polynomial(X):
            return _integrated(sp.Poly(rational, X), at_zero)
        at_zero.append(expression.subs(X, 0))
        if at_zero[-1].has(sp.nan, sp.zoo, sp.oo):
            return None
        expression = sp.diff(expression, X)
    return None


def _integrated(polynomial: sp.Poly, at_zero: Sequence[sp.Expr]) -> sp.Poly:
    """Integrated once for each value at 0, the last of which is that of its first antiderivative."""
    for start in reversed(at_zero):
        polynomial = polynomial.integrate(X) + start
    return polynomial


def _as_rational(expression: sp.Expr) -> sp.Expr | None:
    """The expression cancelled, with tanh and its kin in exponentials and these as powers of one letter."""
    w = sp.Dummy("w", positive=True)
    written = expression.rewrite([sp.tanh, sp.sinh, sp.cosh], sp.exp)
    written = written.xreplace(_as_powers(written.atoms(sp.exp), w))
    if written.count_ops() > _LARGEST or not is_tractable(written):
        return None
    cancelled = sp.cancel(written)
    return None if cancelled.has(w) else cancelled


def _as_powers(exponentials: set[sp.Expr], w: sp.Dummy) -> dict[sp.Expr, sp.Expr]:
    """exp(rx) as a whole power of w, wherever r is a rational multiple of the first rate."""
    split = {e: e.args[0].as_independent(X, as_Add=False) for e in exponentials}
    rates = {e: rate for e, (rate, rest) in split.items() if rest == X}
    ratios = {e: sp.cancel(rate / next(iter(rates.values()))) for e, rate in rates.items()}
    rational = {e: ratio for e, ratio in ratios.items() if ratio.is_Rational}
    shared = sp.ilcm(1, 1, *(ratio.q for ratio in rational.values()))
    return {e: w ** (ratio * shared) for e, ratio in rational.items()}


def without_odd_terms(parts: Sequence[Piece], powers: Monomial) -> list[Piece] | None:
    """The monomial less the terms that cancel over 0, as pieces for the other families; None if none does.

    >>> lifted = (Piece(-sp.oo, sp.oo, sp.tanh(X) + sp.exp(X)),)
    >>> [piece.expression for piece in without_odd_terms(lifted, Monomial(1, 0, 0, 0))]
    [exp(x)]
    """
    if any(p.low != -m.high for p, m in zip(parts, parts[::-1], strict=True)):
        return None
    products = [integrand(piece, powers) for piece in parts]
    if any(sum(degrees(product)) > _EXPANDED for product in products):
        return None
    terms = [sp.Add.make_args(sp.expand(product)) for product in products]
    odd = [{-mirrored(term) for term in other} for other in terms[::-1]]
    kept = [[t for t in own if t not in gone] for own, gone in zip(terms, odd, strict=True)]
    if kept == [list(own) for own in terms]:
        return None
    return [Piece(p.low, p.high, sp.Add(*own)) for p, own in zip(parts, kept, strict=True)]
