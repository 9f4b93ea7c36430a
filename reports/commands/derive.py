"""`gainproof derive`: a theorem, or all that holds for an activation, as a proof to read."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from reports.commands.gain import named, nameless
from reports.commands.options import VarianceOption
from reports.commands.output import JsonOption, ParamOption, print_json, print_text, waiting
from reports.numbers import parameters, positive

if TYPE_CHECKING:
    import sympy as sp

    from derive.proof.statement import Theorem


class Format(StrEnum):
    """How the derivation is written."""

    text = "text"
    markdown = "markdown"
    latex = "latex"
    typst = "typst"
    json = "json"


def run(
    name: Annotated[
        str, typer.Argument(help="A theorem, an activation of `gainproof list`, or an expression.")
    ],
    layout: Annotated[Format, typer.Option("--format", help="The notation.")] = Format.text,
    variance: VarianceOption = "1",
    param: ParamOption = None,
    as_json: JsonOption = False,
) -> None:
    """Derive a theorem, or all that holds for an activation, step by step, each step checked."""
    import sympy as sp

    q = positive(variance, "--variance")
    with waiting("deriving and checking each step"):
        theorems = _theorems(name.strip(), param or [], sp.Rational(q.numerator, q.denominator))
    if as_json or layout is Format.json:
        print_json({"theorems": [theorem.to_json() for theorem in theorems]})
    else:
        from reports.proofs import write

        print_text("\n\n".join(write(theorem, layout.value) for theorem in theorems))


def _theorems(name: str, param: list[str], variance: sp.Rational) -> tuple[Theorem, ...]:
    """The theorem of that name, or all that hold for the activation that the name or expression is."""
    from difflib import get_close_matches

    from derive.errors import unknown_name
    from derive.grammar.named import catalogue_name
    from derive.theorems import theorem_titles, theorems_for
    from derive.theorems.index import for_activation

    if name in theorem_titles():
        return theorems_for(name, parameters(param), variance)
    if get_close_matches(name, theorem_titles(), n=1, cutoff=0.75) and catalogue_name(name) is None:
        raise unknown_name("theorem or activation", name, theorem_titles())
    return tuple(for_activation(nameless(named(name, param)), variance))
