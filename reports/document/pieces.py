"""The vocabulary of the document: formulas, prose with formulas in it, and the blocks of a section.

Everything here returns plain JSON. A string is always shown as it stands; only what our own printer made
from a sympy expression is set as mathematics.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sympy as sp

from reports.document.prose import prose
from reports.render.text import TextPrinter, text
from reports.render.typst import TypstPrinter

Json = dict[str, Any]


@dataclass(frozen=True)
class Mono:
    """A run of prose in the typewriter face: digits, names of files and options."""

    text: str


@dataclass(frozen=True)
class Strong:
    """A run of prose in bold."""

    text: str


@dataclass(frozen=True)
class Prose:
    """Sentences of the engine, whose single letters are variables."""

    text: str


Run: TypeAlias = "str | Prose | Mono | Strong | sp.Basic"


def formula(expr: sp.Basic, inline: bool = True) -> Json:
    """A formula as Typst source, with the same in words; `inline` writes fractions with a slash.

    >>> formula(sp.Symbol("n_in"))
    {'m': 'n_("in")', 'alt': 'n_in'}
    """
    return {"m": TypstPrinter(inline=inline).doprint(expr), "alt": text(expr)}


def parts(expr: sp.Basic, approximate: bool = False, inline: bool = False) -> list[Json]:
    """A formula cut where a line may break."""
    sources, words = (p(inline, approximate).parts(expr) for p in (TypstPrinter, TextPrinter))
    return [{"m": m, "alt": alt} for m, alt in zip(sources, words, strict=True)]


def inline_parts(expr: sp.Basic) -> list[Json]:
    """The same with slashes for fractions."""
    return parts(expr, inline=True)


def rich(*runs: Run) -> list[Json]:
    """Prose: strings as they stand, expressions as formulas.

    >>> rich("at ", sp.Symbol("q"), Mono("1"))
    [{'t': 'at '}, {'m': 'q', 'alt': 'q'}, {'mono': '1'}]
    """
    return [piece for run in runs for piece in _run(run)]


def _run(run: Run) -> list[Json]:
    match run:
        case str():
            return [{"t": run}]
        case Prose():
            return prose(run.text)
        case Mono():
            return [{"mono": run.text}]
        case Strong():
            return [{"strong": run.text}]
    return [formula(run)]


def paragraph(*runs: Run) -> Json:
    """A paragraph."""
    return {"kind": "paragraph", "runs": rich(*runs)}


def lead(*runs: Run) -> Json:
    """A paragraph that stays on the page of the block after it."""
    return {"kind": "lead", "runs": rich(*runs)}


def heading(title: str, level: int = 3) -> Json:
    """A heading without a number below the section's: level 2, or 3 inside a theorem."""
    return {"kind": "heading", "title": title, "level": level}


def bullets(*items: Sequence[Run]) -> Json:
    """A list; each item is a sequence of runs."""
    return {"kind": "bullets", "items": [rich(*item) for item in items]}


def callout(title: str, tone: str, *runs: Run) -> Json:
    """A paragraph set apart; tone is "plain", "good", "bad" or "open"."""
    return {"kind": "callout", "title": title, "tone": tone, "runs": rich(*runs)}


def facts(rows: Iterable[tuple[str, str]]) -> Json:
    """Names and values, such as versions."""
    return {"kind": "facts", "rows": [list(row) for row in rows]}


def code(text: str, language: str) -> Json:
    """Source code as it stands."""
    return {"kind": "code", "text": text, "lang": language}


def figure(file: str, alt: str, *caption: Run, floating: bool = True) -> Json:
    """A picture from the file of that name, described in words by `alt`. A floating one may go to the top or the
    foot of a page, so that text fills the room that it does not fit into."""
    return {"kind": "figure", "file": file, "alt": alt, "caption": rich(*caption), "floating": floating}


def column(head: Run | Sequence[Run], align: str = "left", wide: bool = False) -> Json:
    """A column of a table."""
    runs = head if isinstance(head, list | tuple) else (head,)
    return {"head": rich(*runs), "align": align, "wide": wide}


def table(columns: list[Json], rows: list[list[Json]], *caption: Run, breakable: bool = False) -> Json:
    """A table; each row has one cell a column. A breakable one may go on over the page, between rows."""
    return {
        "kind": "table",
        "columns": columns,
        "rows": rows,
        "caption": rich(*caption),
        "breakable": breakable or len(rows) > 14,
    }


def cell(*runs: Run) -> Json:
    """A cell of prose."""
    return {"runs": rich(*runs)}


def digits(text: str) -> Json:
    """A cell of digits, in a face where all have one width."""
    return {"d": text}


def formula_cell(expr: sp.Basic, large: bool = False) -> Json:
    """A cell with a formula, in display style where `large` is set."""
    return {"big" if large else "f": formula(expr, inline=not large)}


def wrapped(expr: sp.Basic) -> Json:
    """A cell that holds a formula of any length, cut before its signs where it is wider than the column."""
    return {"parts": parts(expr)}


def certified(value: str, radius: str) -> Json:
    """A cell with certified digits and the bound on their distance from the truth."""
    return {"d": value, "radius": "exact" if radius == "0" else f"± {radius}"}


def small(*runs: Run) -> Json:
    """A cell of prose in smaller type: what is said of the line above it."""
    return {"small": rich(*runs)}


def stack(*cells: Json) -> Json:
    """A cell with several lines."""
    return {"stack": list(cells)}


def badge_cell(label: str, tone: str) -> Json:
    """A cell with a coloured word."""
    return {"badge": label, "tone": tone}
