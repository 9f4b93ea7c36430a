"""`gainproof derive`: a theorem, or all that holds for an activation, as a proof to read."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from reports.commands.options import VarianceOption
from reports.commands.output import JsonOption, ParamOption, print_json, print_text, waiting
from reports.numbers import parameters, positive


class Format(StrEnum):
    """How the derivation is written."""

    text = "text"
    markdown = "markdown"
    latex = "latex"
    typst = "typst"
    json = "json"


def run(
    name: Annotated[str, typer.Argument(help="A theorem or an activation from `gainproof list`.")],
    layout: Annotated[Format, typer.Option("--format", help="The notation.")] = Format.text,
    variance: VarianceOption = "1",
    param: ParamOption = None,
    as_json: JsonOption = False,
) -> None:
    """Derive a theorem, or all that holds for an activation, step by step, each step checked."""
    import sympy as sp

    from derive.theorems import theorems_for

    q = positive(variance, "--variance")
    values = {key: sp.Rational(v.numerator, v.denominator) for key, v in parameters(param or []).items()}
    with waiting("deriving and checking each step"):
        theorems = theorems_for(name.strip(), values, sp.Rational(q.numerator, q.denominator))
    if as_json or layout is Format.json:
        print_json({"theorems": [theorem.to_json() for theorem in theorems]})
    else:
        from reports.proofs import write

        print_text("\n\n".join(write(theorem, layout.value) for theorem in theorems))
