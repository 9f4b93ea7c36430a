"""Formulas on one line of plain text, for a terminal: `E[x[j]²] = n·Var[w]/2`."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from reports.render.names import GREEK, Spelling
from reports.render.notation import ATOM, Piece, UnprintableError
from reports.render.statements import MathPrinter

RELATIONS = {
    "=": "=",
    "~=": "≈",
    "=>": "⇒",
    "<=>": "⇔",
    "==": "=",
    "!=": "≠",
    "<": "<",
    "<=": "≤",
    ">": ">",
    ">=": "≥",
    "law": "=ᵈ",
}
_CONNECTIVES = {"and": "and", "or": "or", "=>": " ⇒ ", "<=>": " ⇔ "}
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def text(expr: sp.Basic) -> str:
    """The formula as a line of text.

    >>> q = sp.Symbol("q"); print(text(sp.sqrt(2) * q**2 / 3))
    √2·q²/3
    """
    return TextPrinter().doprint(expr)


def spelled(expr: sp.Basic) -> str:
    """The formula as a line of text, or sympy's spelling of it where it holds what has no notation here.

    >>> spelled(sp.LambertW(sp.Symbol("q")))
    'LambertW(q)'
    """
    try:
        return text(expr)
    except UnprintableError:
        return "".join(c if c.isprintable() else " " for c in str(expr))


def printable(expr: sp.Basic) -> bool:
    """Whether every part of the formula has a notation here."""
    try:
        return bool(text(expr))
    except UnprintableError:
        return False


class TextPrinter(MathPrinter):
    """The primitives on one line."""

    def __init__(self, inline: bool = True, approximate: bool = False) -> None:
        super().__init__(True, approximate)

    printmethod = "_gainproof_text"

    def name(self, spelling: Spelling) -> str:
        base = GREEK.get(spelling.base, spelling.base) + "′" * spelling.primes
        subscripts = "".join(f"_{GREEK.get(s, s)}" for s in spelling.subscripts)
        shown = "".join(c if c.isprintable() else " " for c in base + subscripts)
        return shown.replace("_star", "*")

    def indexed(self, spelling: Spelling, indices: Sequence[str]) -> str:
        return f"{self.name(spelling)}[{', '.join(indices)}]"

    def integer(self, value: int) -> str:
        return str(value)

    def decimal(self, digits: str, exponent: str) -> str:
        return f"{digits}·10^{exponent}" if exponent else digits

    def constant(self, letter: str) -> str:
        return letter

    def word(self, word: str) -> str:
        return word

    def sign(self, sign: str) -> str:
        return f"{sign} "

    def group(self, text: str) -> str:
        return f"({text})"

    def negative(self, text: str) -> str:
        return f"−{text}"

    def stack(self, top: Piece, bottom: Piece) -> Piece:
        return type(self)().fraction(top, bottom)

    def slash(self, top: str, bottom: str) -> str:
        return f"{top}/{bottom}"

    def times(self, factors: Sequence[str]) -> str:
        return "·".join(factors)

    def power(self, base: str, exponent: Piece) -> str:
        if exponent.text.isdigit() and exponent.text.isascii():
            return base + exponent.text.translate(_SUPERSCRIPTS)
        return f"{base}^{exponent.text if exponent.level == ATOM else self.group(exponent.text)}"

    def independent(self, groups: Sequence[str]) -> str:
        return " ⫫ ".join(groups)

    def root(self, radicand: Piece) -> Piece:
        return Piece("√" + (radicand.text if radicand.level == ATOM else self.group(radicand.text)))

    def big(self, sign: str, bounds: Sequence[str], body: str) -> str:
        index, low, high = bounds
        return f"{sign}({index}={low}..{high}) {body}"

    def integral(self, variable: str, ends: Sequence[str], body: str) -> str:
        limits = f"({ends[0]}..{ends[1]})" if len(ends) == 2 else ""
        return f"∫{limits} {body} d{variable}"

    def call(self, head: str, arguments: Sequence[str]) -> str:
        return f"{head}({', '.join(arguments)})"

    def bracket(self, head: str, argument: str) -> str:
        return f"{head}[{argument}]"

    def argmin(self, variable: str, objective: str) -> str:
        return f"argmin_{variable} {objective}"

    def law(self, arguments: Sequence[str]) -> str:
        return self.call("Law", arguments)

    def absolute(self, text: str) -> str:
        return f"|{text}|"

    def ceiling(self, text: str) -> str:
        return f"⌈{text}⌉"

    def indicator(self, condition: str) -> str:
        return f"1[{condition}]"

    def listing(self, items: Sequence[str]) -> str:
        return self.group(", ".join(items))

    def cases(self, rows: Sequence[tuple[str, str]]) -> str:
        return "{" + "; ".join(f"{v}  {'' if c == 'otherwise' else 'if '}{c}" for v, c in rows) + "}"

    def relation(self, operator: str) -> str:
        return RELATIONS["~=" if self.approximate and operator == "==" else operator]

    def connective(self, word: str) -> str:
        return _CONNECTIVES[word]

    def negation(self, statement: str) -> str:
        return f"not {statement}"
