"""From text to tokens: every character is looked at here, and what is not arithmetic stops here.

No quote, dot, bracket other than round ones, colon, equals sign or keyword of Python's statements passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from keyword import iskeyword
from typing import NamedTuple

from derive.grammar.limits import MOST_BRACKETS, MOST_CHARACTERS, MOST_DIGITS, MOST_TOKENS
from derive.grammar.pointing import Source

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    r"|(?P<sign>\*\*|//|<=|>=|==|!=|[-+*/^<>&|~(),]|[−–×·⋅∗÷≤≥≠])"
    r"|(?P<letter>[πσΦφϕ√])"
)
_SIGNS = {"^": "**", "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∗": "*", "÷": "/"} | {
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
}
_LETTERS = {"π": "pi", "σ": "sigmoid", "Φ": "Phi", "φ": "phi", "ϕ": "phi", "√": "sqrt"}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_WORDS = {"and", "or", "not", "if", "else"}

_FORBIDDEN = {
    ".": "attribute access is refused; write tanh(x), without np. or torch.",
    "=": "'=' has no place in an expression; write only what is right of it (== compares)",
    ":": "':' is refused; write only the expression",
    "!": "'!' is refused; factorials are not known here (!= compares)",
    "%": "'%' is refused; a remainder has infinitely many jumps",
    "@": "'@' is refused; write * to multiply",
    "∞": "infinity is not a number here; write a finite one",
} | dict.fromkeys("[]{}", "only round brackets are known; write ( and )")
_FORBIDDEN |= dict.fromkeys("'\"`", "text in quotes is refused; an expression has numbers, names and signs")


class Token(NamedTuple):
    """A token: `kind` is number, name, word, sign or end; `text` in Python's spelling; `start` in the text."""

    kind: str
    text: str
    start: int


def tokens(source: Source) -> list[Token]:
    """The tokens of a text, an "end" last. Raises `BadInput` at the first character that has no place.

    >>> [token.text for token in tokens(Source("2x^2 − π"))]
    ['2', 'x', '**', '2', '-', 'pi', '']
    """
    _check_length(source)
    found = list(_scan(source))
    if len(found) > MOST_TOKENS:
        raise source.error(
            found[MOST_TOKENS].start, f"the expression has more than {MOST_TOKENS} parts; shorten it"
        )
    _check_brackets(source, found)
    return [*found, Token("end", "", len(source.text))]


def _check_length(source: Source) -> None:
    if len(source.text) > MOST_CHARACTERS:
        what = f"the expression has {len(source.text)} characters, and the limit is {MOST_CHARACTERS}; shorten it"
        raise source.error(MOST_CHARACTERS, what)


def _scan(source: Source) -> Iterator[Token]:
    text, place = source.text, 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        match = _TOKEN.match(text, place)
        if match is None or match[0] == "//":
            raise source.error(place, _why_not(text[place]))
        yield from _read(source, match.lastgroup or "", match[0], place)
        place = match.end()


def _why_not(character: str) -> str:
    if character == "/":
        return "'//' is refused; a whole quotient has infinitely many jumps"
    return _FORBIDDEN.get(character, f"{character!r} has no meaning here")


def _read(source: Source, kind: str, text: str, start: int) -> Iterator[Token]:
    if kind == "number":
        _check_number(source, text, start)
        yield Token("number", text, start)
    elif kind == "raised":
        yield Token("sign", "**", start)
        yield Token("number", text.translate(_RAISED), start)
    elif kind == "sign":
        yield Token("sign", _SIGNS.get(text, text), start)
    elif kind == "letter":
        yield Token("name", _LETTERS[text], start)
    elif text in _WORDS:
        yield Token("word", text, start)
    elif iskeyword(text) and text not in ("True", "False"):
        raise source.error(start, f"the word {text!r} is refused; an expression has numbers, names and signs")
    else:
        yield Token("name", text, start)


def _check_number(source: Source, text: str, start: int) -> None:
    digits = sum(character.isdigit() for character in text)
    if digits > MOST_DIGITS:
        raise source.error(start, f"a number has {digits} digits, and the limit is {MOST_DIGITS}; shorten it")


def _check_brackets(source: Source, found: list[Token]) -> None:
    opened: list[int] = []
    for token in found:
        if token.text == "(":
            opened.append(token.start)
            if len(opened) > MOST_BRACKETS:
                raise source.error(
                    token.start, f"more than {MOST_BRACKETS} brackets are nested; write it flatter"
                )
        elif token.text == ")" and not opened:
            raise source.error(token.start, "')' closes nothing; remove it or open a bracket before it")
        elif token.text == ")":
            opened.pop()
    if opened:
        raise source.error(opened[-1], "'(' is never closed; add ')'")
