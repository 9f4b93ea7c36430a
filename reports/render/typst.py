"""Typst mathematics, from a closed alphabet: nothing in the output but what the methods below write.

Names are single letters, Greek letters or quoted strings, so that the template may hand this text, and no
other, to Typst's `eval(mode: "math")`.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from reports.render.names import GREEK, Spelling
from reports.render.notation import PRODUCT, Piece
from reports.render.statements import MathPrinter

RELATIONS = {
    "=": "=",
    "~=": "approx",
    "=>": "quad arrow.r.double quad",
    "<=>": "quad arrow.l.r.double quad",
    "==": "=",
    "!=": "eq.not",
    "<": "<",
    "<=": "lt.eq",
    ">": ">",
    ">=": "gt.eq",
    "law": "attach(=, t: d)",
}
_CONNECTIVES = {
    "and": 'quad "and" quad',
    "or": 'quad "or" quad',
    "=>": "quad arrow.r.double quad",
    "<=>": "quad arrow.l.r.double quad",
}
_CONSTANTS = {"π": "pi", "e": "upright(e)", "∞": "infinity"}
_SPECIAL = {"star": "star", "l": "ell"}
_COMMA = "\\, "  # a bare comma would separate the arguments of an enclosing frac(..) or lr(..)
_BIG = {"∑": "sum", "∏": "product"}
_WIDE = ("bb(", "op(", "sum", "product", "integral")  # set a little apart from what precedes them
_HEADS = {"E": "bb(E)", "P": "bb(P)", "Var": 'op("Var")'}


def typst(expr: sp.Basic) -> str:
    """The Typst source of a formula, without dollar signs.

    >>> x = sp.IndexedBase("x"); j, n = sp.symbols("j n_in", integer=True)
    >>> typst(sp.Sum(x[j] ** 2, (j, 1, n)) / n)
    'frac(1, n_("in")) thin sum_(j = 1)^(n_("in")) x_(j)^(2)'
    """
    return TypstPrinter().doprint(expr)


def quote(text: str) -> str:
    """A Typst string literal that shows `text` and cannot end before its end.

    >>> quote('a"b')
    '"a\\\\"b"'
    """
    safe = "".join(c if c.isprintable() else " " for c in text)
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _letter(text: str) -> str:
    if text in _SPECIAL or text in GREEK:
        return _SPECIAL.get(text) or GREEK[text]
    return text if text.isascii() and (text.isdigit() or len(text) == 1) and text.isalnum() else quote(text)


class TypstPrinter(MathPrinter):
    """The primitives in Typst's math mode."""

    printmethod = "_gainproof_typst"

    def name(self, spelling: Spelling) -> str:
        return self.indexed(spelling, ())

    def indexed(self, spelling: Spelling, indices: Sequence[str]) -> str:
        base = _letter(spelling.base) + "'" * spelling.primes if spelling.plain else quote(spelling.base)
        subscripts = [*(_letter(s) for s in spelling.subscripts), *indices]
        return base + (f"_({self._commas(subscripts)})" if subscripts else "")

    def _commas(self, items: Sequence[str]) -> str:
        """Subscripts side by side where each is one sign, else with commas between them."""
        together = all(len(i) == 1 and i.isalpha() for i in items)
        return (" " if together else _COMMA).join(items)

    def integer(self, value: int) -> str:
        return str(value)

    def decimal(self, digits: str, exponent: str) -> str:
        return f"{digits} dot 10^({exponent})" if exponent else digits

    def constant(self, letter: str) -> str:
        return _CONSTANTS[letter]

    def word(self, word: str) -> str:
        return f"op({quote(word)})"

    def sign(self, sign: str) -> str:
        return {"+": "+ ", "−": "- "}[sign]

    def group(self, text: str) -> str:
        return f"lr(({text}))"

    def negative(self, text: str) -> str:
        return f"-{text}"

    def stack(self, top: Piece, bottom: Piece) -> Piece:
        return Piece(f"frac({top.text}, {bottom.text})", PRODUCT)

    def slash(self, top: str, bottom: str) -> str:
        return f"{top} slash {bottom}"

    def times(self, factors: Sequence[str]) -> str:
        text = factors[0]
        for factor in factors[1:]:
            text += (
                " dot " if factor[0].isdigit() else " thin " if factor.startswith(_WIDE) else " "
            ) + factor
        return text

    def power(self, base: str, exponent: Piece) -> str:
        return f"{base}^({exponent.text})"

    def independent(self, groups: Sequence[str]) -> str:
        return " ⫫ ".join(groups)

    def root(self, radicand: Piece) -> Piece:
        return Piece(f"sqrt({radicand.text})")

    def big(self, sign: str, bounds: Sequence[str], body: str) -> str:
        index, low, high = bounds
        return f"{_BIG[sign]}_({index} = {low})^({high}) {body}"

    def integral(self, variable: str, ends: Sequence[str], body: str) -> str:
        limits = f"_({ends[0]})^({ends[1]})" if len(ends) == 2 else ""
        return f"integral{limits} {body} thin upright(d) {variable}"

    def call(self, head: str, arguments: Sequence[str]) -> str:
        return head + " " + self.listing(arguments)

    def bracket(self, head: str, argument: str) -> str:
        return f"{_HEADS[head]} lr([{argument}])"

    def argmin(self, variable: str, objective: str) -> str:
        return f'op("arg min", limits: #true)_({variable}) {objective}'

    def law(self, arguments: Sequence[str]) -> str:
        return self.call("cal(L)", arguments)

    def absolute(self, text: str) -> str:
        return f"abs({text})"

    def ceiling(self, text: str) -> str:
        return f"ceil({text})"

    def indicator(self, condition: str) -> str:
        return f'bb("1") lr([{condition}])'

    def listing(self, items: Sequence[str]) -> str:
        return self.group(_COMMA.join(items))

    def cases(self, rows: Sequence[tuple[str, str]]) -> str:
        return f"cases({', '.join(f'{value} & quad {condition}' for value, condition in rows)})"

    def relation(self, operator: str) -> str:
        return RELATIONS["~=" if self.approximate and operator == "==" else operator]

    def connective(self, word: str) -> str:
        return _CONNECTIVES[word]

    def negation(self, statement: str) -> str:
        return f"not {statement}"
