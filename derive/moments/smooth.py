"""A function as smooth pieces, each with a program that computes it and its slope."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import sympy as sp

from derive.activation import X
from derive.kinks import Piece, UnresolvedKinkError, partial_pieces, pieces
from derive.moments.operations import UnsupportedError
from derive.moments.program import Program, compile_program
from derive.moments.removable import bridged
from derive.moments.singular import split_at_singularities


@dataclass(frozen=True)
class Smooth:
    """One smooth piece, ready to evaluate: its ends, and the program for f and f' on it."""

    low: sp.Expr
    high: sp.Expr
    formulas: tuple[sp.Expr, sp.Expr]
    program: Program

    @cached_property
    def values(self) -> Program:
        """The program for f alone, for moments that need no slope."""
        return compile_program([bridged(self.formulas[0])], X)


@lru_cache(maxsize=64)
def smooth_parts(function: sp.Expr) -> tuple[Smooth, ...]:
    """The smooth pieces of a function; where some of its kinks have no closed form, abs, max and the like
    are left to the ball arithmetic there."""
    try:
        parts = pieces(function, X)
    except UnresolvedKinkError as error:
        parts = partial_pieces(function, X)
        if any(part.expression.has(sp.Piecewise) for part in parts):
            raise UnsupportedError(str(error)) from None
    return tuple(_smooth(span) for part in parts for span in split_at_singularities(part))


def _smooth(part: Piece) -> Smooth:
    slope = sp.diff(part.expression, X).replace(sp.DiracDelta, lambda *_: sp.Integer(0))
    formulas = (part.expression, slope)
    return Smooth(part.low, part.high, formulas, compile_program([bridged(f) for f in formulas], X))
