"""The marks of each layout: how a heading, an item, a formula and code are written in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import fill, indent

import sympy as sp

from reports.proofs import markdown as in_markdown
from reports.proofs import typst as in_typst
from reports.render.latex import escape as escape_latex
from reports.render.latex import latex
from reports.render.text import text
from reports.render.typst import typst

WIDTH = 96


@dataclass(frozen=True)
class Layout:
    """One layout: each field turns plain words, an expression or source code into its notation."""

    title: Callable[[str], str]
    section: Callable[[str], str]
    words: Callable[[str], str]
    formula: Callable[[sp.Basic], str]
    paragraph: Callable[[str], str]
    items: Callable[[list[str]], str]
    code: Callable[[str, str], str]


def _underlined(sign: str) -> Callable[[str], str]:
    return lambda words: f"{words}\n{sign * len(words)}"


def _plain(words: str) -> str:
    return words


def _text_items(items: list[str]) -> str:
    return "\n".join(
        fill(item, WIDTH, initial_indent="  - ", subsequent_indent="    ", break_long_words=False)
        for item in items
    )


def _text_code(name: str, source: str) -> str:
    return f"  {name}\n{indent(source, '      ')}"


TEXT = Layout(
    _underlined("="),
    _underlined("-"),
    _plain,
    text,
    lambda words: fill(words, WIDTH),
    _text_items,
    _text_code,
)
MARKDOWN = Layout(
    lambda words: f"## {in_markdown.escape(words)}",
    lambda words: f"### {words}",
    in_markdown.escape,
    lambda expr: f"${latex(expr)}$",
    _plain,
    lambda items: "\n".join(f"- {item}" for item in items),
    lambda name, source: f"{name}:\n\n```python\n{source}\n```",
)
LATEX = Layout(
    lambda words: f"% needs \\usepackage{{amsmath,amssymb}}\n\\subsection*{{{escape_latex(words)}}}",
    lambda words: rf"\paragraph{{{words}}}",
    escape_latex,
    lambda expr: f"${latex(expr)}$",
    _plain,
    lambda items: "\n".join([r"\begin{itemize}", *(rf"  \item {item}" for item in items), r"\end{itemize}"]),
    lambda name, source: f"{name}:\n\\begin{{verbatim}}\n{source}\n\\end{{verbatim}}",
)
TYPST = Layout(
    lambda words: f"== {in_typst.escape(words)}",
    lambda words: f"=== {words}",
    in_typst.escape,
    lambda expr: f"${typst(expr)}$",
    _plain,
    lambda items: "\n".join(f"- {item}" for item in items),
    lambda name, source: f"{name}:\n```python\n{source}\n```",
)
LAYOUTS = {"text": TEXT, "markdown": MARKDOWN, "latex": LATEX, "typst": TYPST}
