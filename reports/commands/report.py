"""`gainproof report`: derive, measure and typeset, in one command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reports.commands.output import JsonOption


def run(
    name: Annotated[str, typer.Argument(help="An activation from `gainproof list`, or xavier.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.pdf", help="Where the PDF goes.")],
    as_json: JsonOption = False,
) -> int:
    """Write the PDF: derivations, certified numbers, measurements and verdict."""
    return 0
