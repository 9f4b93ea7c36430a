"""LaTeX mathematics for amsmath and amssymb, from a closed alphabet with every name escaped."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from reports.render.names import GREEK, Spelling
from reports.render.notation import PRODUCT, Piece
from reports.render.statements import MathPrinter

RELATIONS = {
    "=": "=",
    "~=": r"\approx",
    "=>": r"\Longrightarrow",
    "<=>": r"\Longleftrightarrow",
    "==": "=",
    "!=": r"\neq",
    "<": "<",
    "<=": r"\leq",
    ">": ">",
    ">=": r"\geq",
    "law": r"\overset{d}{=}",
}
_CONNECTIVES = {
    "and": r"\quad\text{and}\quad",
    "or": r"\quad\text{or}\quad",
    "=>": r"\quad\Longrightarrow\quad",
    "<=>": r"\quad\Longleftrightarrow\quad",
}
_CONSTANTS = {"π": r"\pi", "e": r"\mathrm{e}", "∞": r"\infty"}
_SPECIAL = {"star": r"\star", "l": r"\ell"}
_BIG = {"∑": r"\sum", "∏": r"\prod"}
_WIDE = (r"\mathbb", r"\mathbf", r"\operatorname", r"\sum", r"\prod", r"\int")
_HEADS = {"E": r"\mathbb{E}", "P": r"\mathbb{P}", "Var": r"\operatorname{Var}"}
_ROUND = ("sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan")
_NATIVE = {"max", "min", "exp", "ln", "sinh", "cosh", "tanh", "coth", *_ROUND}
_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}


def latex(expr: sp.Basic) -> str:
    r"""The LaTeX source of a formula, without dollar signs.

    >>> print(latex(sp.sqrt(2) / sp.Symbol("n_in")))
    \frac{\sqrt{2}}{n_{\mathrm{in}}}
    """
    return LatexPrinter().doprint(expr)


def escape(text: str) -> str:
    """Prose for LaTeX: characters with a meaning of their own are escaped, unprintable ones become spaces."""
    return "".join(_ESCAPES.get(c, c if c.isprintable() else " ") for c in text)


def _letter(text: str) -> str:
    if text in _SPECIAL:
        return _SPECIAL[text]
    if text in GREEK:
        return rf"\{text}"
    return (
        text if text.isascii() and text.isalnum() and (text.isdigit() or len(text) == 1) else _upright(text)
    )


def _upright(text: str) -> str:
    return rf"\mathrm{{{escape(text)}}}" if text.isascii() and text.isalnum() else rf"\text{{{escape(text)}}}"


class LatexPrinter(MathPrinter):
    """The primitives in LaTeX."""

    printmethod = "_gainproof_latex"

    def name(self, spelling: Spelling) -> str:
        return self.indexed(spelling, ())

    def indexed(self, spelling: Spelling, indices: Sequence[str]) -> str:
        base = _letter(spelling.base) + "'" * spelling.primes if spelling.plain else _upright(spelling.base)
        subscripts = [*(_letter(s) for s in spelling.subscripts), *indices]
        return base + (f"_{{{_commas(subscripts)}}}" if subscripts else "")

    def integer(self, value: int) -> str:
        return str(value)

    def decimal(self, digits: str, exponent: str) -> str:
        return rf"{digits} \cdot 10^{{{exponent}}}" if exponent else digits

    def constant(self, letter: str) -> str:
        return _CONSTANTS[letter]

    def word(self, word: str) -> str:
        if word in _NATIVE:
            return rf"\{word}"
        if word == "Γ":
            return r"\Gamma"
        return rf"\text{{{word}}}" if word in ("otherwise", "true", "false") else rf"\operatorname{{{word}}}"

    def sign(self, sign: str) -> str:
        return {"+": "+ ", "−": "- "}[sign]

    def group(self, text: str) -> str:
        return rf"\left({text}\right)"

    def negative(self, text: str) -> str:
        return f"-{text}"

    def stack(self, top: Piece, bottom: Piece) -> Piece:
        return Piece(rf"\frac{{{top.text}}}{{{bottom.text}}}", PRODUCT)

    def slash(self, top: str, bottom: str) -> str:
        return f"{top}/{bottom}"

    def times(self, factors: Sequence[str]) -> str:
        text = factors[0]
        for factor in factors[1:]:
            text += _between(factor) + factor
        return text

    def power(self, base: str, exponent: Piece) -> str:
        return f"{base}^{{{exponent.text}}}"

    def independent(self, groups: Sequence[str]) -> str:
        return r" \perp\!\!\!\perp ".join(groups)

    def root(self, radicand: Piece) -> Piece:
        return Piece(rf"\sqrt{{{radicand.text}}}")

    def big(self, sign: str, bounds: Sequence[str], body: str) -> str:
        index, low, high = bounds
        return f"{_BIG[sign]}_{{{index} = {low}}}^{{{high}}} {body}"

    def integral(self, variable: str, ends: Sequence[str], body: str) -> str:
        limits = f"_{{{ends[0]}}}^{{{ends[1]}}}" if len(ends) == 2 else ""
        return rf"\int{limits} {body} \, \mathrm{{d}}{variable}"

    def call(self, head: str, arguments: Sequence[str]) -> str:
        return rf"{head}\left({', '.join(arguments)}\right)"

    def bracket(self, head: str, argument: str) -> str:
        return rf"{_HEADS[head]}\left[{argument}\right]"

    def argmin(self, variable: str, objective: str) -> str:
        return rf"\operatorname*{{arg\,min}}_{{{variable}}} {objective}"

    def law(self, arguments: Sequence[str]) -> str:
        return self.call(r"\mathcal{L}", arguments)

    def absolute(self, text: str) -> str:
        return rf"\left|{text}\right|"

    def ceiling(self, text: str) -> str:
        return rf"\left\lceil {text} \right\rceil"

    def indicator(self, condition: str) -> str:
        return rf"\mathbf{{1}}\left[{condition}\right]"

    def listing(self, items: Sequence[str]) -> str:
        return self.group(", ".join(items))

    def cases(self, rows: Sequence[tuple[str, str]]) -> str:
        body = r" \\ ".join(f"{value} & {condition}" for value, condition in rows)
        return rf"\begin{{cases}} {body} \end{{cases}}"

    def relation(self, operator: str) -> str:
        return RELATIONS["~=" if self.approximate and operator == "==" else operator]

    def connective(self, word: str) -> str:
        return _CONNECTIVES[word]

    def negation(self, statement: str) -> str:
        return rf"\neg {statement}"


def _between(factor: str) -> str:
    if factor[0].isdigit():
        return r" \cdot "
    return r" \, " if factor.startswith(_WIDE) else " "


def _commas(items: Sequence[str]) -> str:
    """Subscripts side by side where each is one letter, else with commas between them."""
    return (" " if all(len(i) == 1 and i.isalpha() for i in items) else ", ").join(items)
