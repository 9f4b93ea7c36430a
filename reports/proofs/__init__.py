"""A theorem written out for a reader: plain text, Markdown, LaTeX or Typst, from the same records."""

from __future__ import annotations

from collections.abc import Callable

from derive.proof.statement import Theorem


def write(theorem: Theorem, layout: str) -> str:
    """The whole theorem in the given layout: "text", "markdown", "latex" or "typst"."""
    from reports.proofs import latex, markdown, text, typst

    writers: dict[str, Callable[[Theorem], str]] = {
        "text": text.write,
        "markdown": markdown.write,
        "latex": latex.write,
        "typst": typst.write,
    }
    return writers[layout](theorem)
