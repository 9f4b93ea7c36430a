"""A law of the weights written out for a reader: plain text, Markdown, LaTeX or Typst, from one sheet."""

from __future__ import annotations

from reports.laws.sheet import Sheet, sheet
from reports.laws.write import write

__all__ = ["Sheet", "sheet", "write"]
