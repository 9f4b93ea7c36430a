"""Closed forms: monomials of functions whose pieces are sums of x^k exp(A x^2 + B x) prod erf(c x + d)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sympy as sp

from derive.kinks import Piece
from derive.moments.closed.families import Form
from derive.moments.closed.gaussian.normals import OwenT, determinant
from derive.moments.closed.gaussian.reading import OutsideError, read
from derive.moments.closed.gaussian.stein import Atom, expectation, is_centred, mirrored, parity
from derive.moments.closed.gaussian.terms import Shape, Sum, combined, derivative, distributed, power, product
from derive.moments.closed.gaussian.writing import real_part, written
from derive.moments.kinds import Monomial, Q

_HALF = sp.Rational(1, 2)


def form(parts: Sequence[Piece], powers: Monomial) -> Form | None:
    """The family: every piece is a finite sum of the terms above, sin, cos, sinh, cosh and erfc included.

    >>> from derive.activation import X
    >>> gelu = Piece(-sp.oo, sp.oo, X * (1 + sp.erf(X / sp.sqrt(2))) / 2)
    >>> form([gelu], Monomial(1, 0, 0, 0)).expression
    sqrt(2)*q/(2*sqrt(pi)*sqrt(q + 1))
    """
    try:
        sums = [_integrand(piece.expression, powers) for piece in parts]
    except OutsideError:
        return None
    positive = _conditions(sums)
    signs = [item for piece, terms in zip(parts, sums, strict=True) for item in _on_interval(piece, terms)]
    total = _expected(_folded(signs), Q**powers.q)
    return Form(reduction=total, positive=positive) if total.has(OwenT) else Form(total, positive=positive)


def _integrand(expression: sp.Expr, powers: Monomial) -> Sum:
    f = read(expression)
    monomial = product(power(f, powers.f), power(derivative(f), powers.d))
    return product(monomial, {Shape(power=powers.z): sp.Integer(1)})


def _conditions(sums: Sequence[Sum]) -> tuple[sp.Expr, ...]:
    """What must be positive for the tilted Gaussians to be there, where that is in doubt."""
    squares = {shape.square for terms in sums for shape in terms if not shape.square.is_nonpositive}
    if all(square.is_number for square in squares):  # the largest implies the others
        squares = {max(squares)} if squares else squares
    return tuple(determinant(square) for square in sorted(squares, key=sp.default_sort_key))


def _on_interval(piece: Piece, terms: Sum) -> Iterable[tuple[Shape, sp.Expr]]:
    """The terms times the indicator of (low, high), half the difference of the signs at its ends."""
    for end, sign in ((piece.low, 1), (piece.high, -1)):
        edge = end if end.is_finite else None
        scale = _HALF * sign * (1 if edge is not None else -sp.sign(end))
        for shape, coefficient in terms.items():
            yield shape._replace(edge=edge), coefficient * scale


def _folded(terms: Iterable[tuple[Shape, sp.Expr]]) -> dict[Shape, sp.Expr]:
    """The same expectation with fewer shapes: x -> -x brings like ones together, conjugates are added up,
    and what is odd is gone."""
    folded = combined(_upright(shape, coefficient) for shape, coefficient in combined(terms).items())
    settled = {shape: _settled(shape, coefficient) for shape, coefficient in folded.items()}
    return {shape: coefficient for shape, coefficient in settled.items() if coefficient != 0}


def _upright(shape: Shape, coefficient: sp.Expr) -> tuple[Shape, sp.Expr]:
    ends = [] if shape.edge is None else [shape.edge]
    leading = next((v for v in (*ends, *(d for _, d in shape.errors), shape.rate) if v != 0), sp.Integer(0))
    if leading.could_extract_minus_sign():
        shape, coefficient = mirrored(shape), parity(shape) * coefficient
    if shape.frequency.could_extract_minus_sign():  # the total is real: add the conjugate instead
        conjugate = shape._replace(frequency=-shape.frequency, phase=-shape.phase)
        return conjugate, coefficient.xreplace({sp.I: -sp.I})
    return shape, coefficient


def _settled(shape: Shape, coefficient: sp.Expr) -> sp.Expr:
    """What of a coefficient can matter to the real part of the total."""
    if not is_centred(shape):
        return coefficient
    if shape.frequency == 0 and parity(shape) < 0:
        return sp.Integer(0)
    if shape.frequency == 0 or shape.phase != 0:
        return coefficient
    real = real_part(coefficient)
    return real if parity(shape) > 0 else sp.expand_mul(coefficient - real)


def _expected(terms: Sum, divisor: sp.Expr) -> sp.Expr:
    found: dict[Atom, list[sp.Expr]] = {}
    for shape, coefficient in terms.items():
        for atom, factor in expectation(shape).items():
            found.setdefault(atom, []).append(distributed(coefficient, distributed(factor, 1 / divisor)))
    return written({atom: sp.Add(*coefficients) for atom, coefficients in found.items()})
