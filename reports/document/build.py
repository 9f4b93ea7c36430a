"""From the document's data to the bytes of the PDF."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Literal

TEMPLATES = ("report.typ", "style.typ", "proof.typ", "blocks.typ")
STANDARDS: list[Literal["ua-1", "a-3a"]] = ["ua-1", "a-3a"]


def build_pdf(data: Mapping[str, Any], attachment: bytes, figures: Mapping[str, bytes]) -> bytes:
    """Typeset the report.

    `data` is the document (see `reports.document.pieces`), `attachment` the JSON that travels with it,
    `figures` the SVG of each picture by file name. The same arguments give the same bytes: the clock, the
    fonts of the system and the network play no part. Raises `typst.TypstError` where a character has no
    glyph.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="gainproof-") as folder:
        root = Path(folder)
        _fill(root, data, attachment, figures)
        pdf: bytes = typst.compile(
            str(root / "report.typ"),
            root=str(root),
            ignore_system_fonts=True,
            pdf_standards=[*STANDARDS],
            timestamp=0,
        )
    return pdf


def _fill(root: Path, data: Mapping[str, Any], attachment: bytes, figures: Mapping[str, bytes]) -> None:
    for name in TEMPLATES:
        with resources.as_file(resources.files("reports.document") / name) as template:
            shutil.copyfile(template, root / name)
    (root / "data.json").write_text(json.dumps(data, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    (root / "attachment.json").write_bytes(attachment)
    for name, svg in figures.items():
        (root / name).write_bytes(svg)
