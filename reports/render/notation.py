"""What a notation must be able to draw: the primitives that Typst, LaTeX and plain text fill in.

`Notation` also holds the failing default. A node that no method prints raises `UnprintableError`: a
printer that guesses would put sympy's internal spelling, or a user's string, into a document.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp
from sympy.printing.printer import Printer

from reports.render.names import Spelling

LOGIC, CONJUNCTION, RELATION, SUM, PRODUCT, POWER, ATOM = range(7)


class UnprintableError(TypeError):
    """An expression contains a node that no rule of ours prints."""


@dataclass(frozen=True)
class Piece:
    """Printed text with the binding strength of its outermost construction."""

    text: str
    level: int = ATOM


class Notation(Printer, ABC):
    """The primitives of a notation, and the dispatch over sympy nodes.

    `inline` writes fractions with a slash, for exponents and sentences; `approximate` writes ≈ for =.
    """

    def __init__(self, inline: bool = False, approximate: bool = False) -> None:
        super().__init__()
        self.inline = inline
        self.approximate = approximate

    def doprint(self, expr: sp.Basic) -> str:
        """The formula as one string; raises `UnprintableError` for an unknown node."""
        return self.piece(expr).text

    def piece(self, expr: sp.Basic) -> Piece:
        """The printed node and its level."""
        printed: Piece = self._print(expr)
        return printed

    def at(self, expr: sp.Basic, level: int) -> str:
        """`expr` printed, in brackets where it binds less than `level`."""
        piece = self.piece(expr)
        return piece.text if piece.level >= level else self.group(piece.text)

    def emptyPrinter(self, expr: object) -> Piece:
        """Fail closed."""
        raise UnprintableError(f"no notation for {type(expr).__name__}")

    @abstractmethod
    def name(self, spelling: Spelling) -> str:
        """A symbol's name."""

    @abstractmethod
    def indexed(self, spelling: Spelling, indices: Sequence[str]) -> str:
        """An entry of a tensor."""

    @abstractmethod
    def integer(self, value: int) -> str:
        """A nonnegative integer."""

    @abstractmethod
    def decimal(self, digits: str, exponent: str) -> str:
        """A nonnegative decimal number, times ten to the exponent where that is not empty."""

    @abstractmethod
    def constant(self, letter: str) -> str:
        """One of π, e, ∞."""

    @abstractmethod
    def word(self, word: str) -> str:
        """An upright word of our own, such as "max" or "otherwise"."""

    @abstractmethod
    def sign(self, sign: str) -> str:
        """A binary sign, + or −, with its spaces."""

    @abstractmethod
    def group(self, text: str) -> str:
        """Round brackets."""

    @abstractmethod
    def negative(self, text: str) -> str:
        """A leading minus."""

    def fraction(self, top: Piece, bottom: Piece) -> Piece:
        """A quotient: stacked, or with a slash where `inline` is set."""
        if not self.inline:
            return self.stack(top, bottom)
        over = top.text if top.level >= PRODUCT else self.group(top.text)
        under = bottom.text if bottom.level >= POWER else self.group(bottom.text)
        return Piece(self.slash(over, under), PRODUCT)

    @abstractmethod
    def stack(self, top: Piece, bottom: Piece) -> Piece:
        """A fraction with a horizontal line."""

    @abstractmethod
    def slash(self, top: str, bottom: str) -> str:
        """A fraction with a slash."""

    @abstractmethod
    def times(self, factors: Sequence[str]) -> str:
        """A product in reading order."""

    @abstractmethod
    def power(self, base: str, exponent: Piece) -> str:
        """A power of an atom."""

    @abstractmethod
    def independent(self, groups: Sequence[str]) -> str:
        """The statement that some variables are independent of each other."""

    @abstractmethod
    def root(self, radicand: Piece) -> Piece:
        """A square root."""

    @abstractmethod
    def big(self, sign: str, bounds: Sequence[str], body: str) -> str:
        """A sum ∑ or product ∏; bounds are the index, its first and its last value."""

    @abstractmethod
    def integral(self, variable: str, ends: Sequence[str], body: str) -> str:
        """An integral, with its two ends or none."""

    @abstractmethod
    def call(self, head: str, arguments: Sequence[str]) -> str:
        """A function applied to its arguments."""

    @abstractmethod
    def bracket(self, head: str, argument: str) -> str:
        """E, Var or P applied to its argument."""

    @abstractmethod
    def argmin(self, variable: str, objective: str) -> str:
        """The value of the variable at which the objective is least."""

    @abstractmethod
    def law(self, arguments: Sequence[str]) -> str:
        """The law of some variables."""

    @abstractmethod
    def absolute(self, text: str) -> str:
        """An absolute value."""

    @abstractmethod
    def ceiling(self, text: str) -> str:
        """The least whole number that is not below."""

    @abstractmethod
    def indicator(self, condition: str) -> str:
        """1 where the condition holds, 0 elsewhere."""

    @abstractmethod
    def listing(self, items: Sequence[str]) -> str:
        """Several things side by side."""

    @abstractmethod
    def cases(self, rows: Sequence[tuple[str, str]]) -> str:
        """A function by cases: values and conditions."""

    @abstractmethod
    def relation(self, operator: str) -> str:
        """One of sympy's ==, !=, <, <=, >, >=, or "law" for equality of laws."""

    @abstractmethod
    def connective(self, word: str) -> str:
        """One of and, or, =>, <=> between two statements, with no spaces around it."""

    @abstractmethod
    def negation(self, statement: str) -> str:
        """The denial of a statement."""
