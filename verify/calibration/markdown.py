"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Sequence


def markdown(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table.

    >>> print(markdown(["what", "n"], [["runs", 3]]))
    | what | n |
    |---|---|
    | runs | 3 |
    """
    texts = [
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in (heads, *rows)
    ]
    return "\n".join([texts[0], "|" + "---|" * len(heads), *texts[1:]])
