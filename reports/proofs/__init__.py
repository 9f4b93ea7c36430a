"""A theorem written out for a reader: plain text, Markdown, LaTeX or Typst, from the same records."""

from __future__ import annotations

from derive.proof.statement import Theorem


def write(theorem: Theorem, layout: str) -> str:
    """The whole theorem in the given layout: "text", "markdown", "latex" or "typst"."""
    from reports.proofs import latex, markdown, text, typst

    writers = {"text": text, "markdown": markdown, "latex": latex, "typst": typst}
    return writers[layout].write(theorem)
