"""`gainproof derive`: a theorem, or all that holds for an activation, as a proof to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reports.commands.gain import named, nameless
from reports.commands.options import JSON, PARAM, VARIANCE, option
from reports.commands.output import print_json, print_text, waiting
from reports.numbers import parameters, positive

if TYPE_CHECKING:
    import sympy as sp

    from derive.proof.statement import Theorem


FORMATS = ("text", "markdown", "latex", "typst", "json")


@click.command("derive", short_help="A proof, each step checked; or a weight law.")
@click.argument("name")
@option("--format", "layout", type=click.Choice(FORMATS), default="text", about="The notation.")
@VARIANCE
@PARAM
@JSON
def command(name: str, layout: str, variance: str, param: tuple[str, ...], as_json: bool) -> None:
    """Derive a theorem, or all that holds for an activation or a weight law, each step checked.

    NAME is a theorem, an activation or a law of `gainproof list`, or an expression in x.
    """
    import sympy as sp

    layout = "json" if as_json else layout
    if is_law(name.strip()):
        _law(name.strip(), list(param), layout)
        return
    q = positive(variance, "--variance")
    with waiting("deriving and checking each step"):
        theorems = _theorems(name.strip(), list(param), sp.Rational(q.numerator, q.denominator))
    if layout == "json":
        print_json({"theorems": [theorem.to_json() for theorem in theorems]})
    else:
        from reports.proofs import write

        print_text("\n\n".join(write(theorem, layout) for theorem in theorems))


def is_law(name: str) -> bool:
    """Whether the name is that of a weight law."""
    from derive.weights import weight_law_names

    return name in weight_law_names()


def _law(name: str, param: list[str], layout: str) -> None:
    """The law's moments, spellings and standing, and the theorem that holds where the usual ones fail."""
    from derive.weights import weight_law
    from reports.laws import write
    from reports.laws.instead import instead
    from reports.proofs import write as write_proof

    found = weight_law(name, parameters(param))
    with waiting("deriving and checking each step"):
        theorems = instead(name)
    if layout == "json":
        print_json({"theorems": [theorem.to_json() for theorem in theorems], "law": found.to_json()})
    else:
        print_text("\n\n".join([write(found, layout), *(write_proof(t, layout) for t in theorems)]))


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
