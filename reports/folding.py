"""Paragraphs and columns of an answer on a terminal."""

from __future__ import annotations

from textwrap import fill

WIDTH = 96


def item(prose: str) -> str:
    """A paragraph, folded and indented.

    >>> item("one line")
    '  one line'
    """
    return fill(prose, WIDTH, initial_indent="  ", subsequent_indent="    ")


def aligned(rows: list[list[str]]) -> str:
    """Rows of cells in columns.

    >>> print(aligned([["a", "b"], ["long", "c"]]))
      a     b
      long  c
    """
    wide = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  " + "  ".join(c.ljust(w) for c, w in zip(row, wide, strict=True)).rstrip() for row in rows
    )
