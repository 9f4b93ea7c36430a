"""`gainproof gain`: the moments and all gains of an activation, exact and certified."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from derive.errors import BadInput
from reports.commands.output import JsonOption, ParamOption, print_json, print_text, waiting
from reports.numbers import parameters, positive

if TYPE_CHECKING:
    from derive.activation import Activation


def run(
    activation: Annotated[str, typer.Argument(help="A name from `gainproof list`, or an expression in x.")],
    variance: Annotated[str, typer.Option(metavar="Q", help="Second moment q of the pre-activations.")] = "1",
    digits: Annotated[int, typer.Option(metavar="N", help="Correct digits.")] = 30,
    param: ParamOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give the moments and all gains of an activation, each with its convention."""
    from fractions import Fraction

    q: Fraction = positive(variance, "--variance")
    from derive.gated import gated_names

    if activation.strip() in gated_names():
        _gated(activation.strip(), q, digits, as_json, param or [])
        return
    found = named(activation, param or [])
    _answer(found, q, digits, as_json)


def named(name: str, param: list[str]) -> Activation:
    """The activation of the command line, a name or an expression, with its --param values."""
    import sympy as sp

    import derive

    values = {key: sp.Rational(v.numerator, v.denominator) for key, v in parameters(param).items()}
    return derive.activation(name.strip(), values)


def nameless(found: Activation) -> Activation:
    """The activation as sentences and titles speak of it: one without a name of its own is called f."""
    import derive

    return found if found.name in derive.names() else replace(found, name="f")


def _gated(name: str, variance: object, digits: int, as_json: bool, param: list[str]) -> None:
    import sympy as sp

    from derive.gated import gated, gated_gains
    from derive.published import compare
    from reports.answer import gated_text, published_text
    from reports.tables import published_document

    if param:
        raise BadInput(f"{name} has no parameter: leave out --param")
    found = gated_gains(gated(name), sp.Rational(str(variance)), digits)
    stated = compare(found.unit, found, found.variance)
    if as_json:
        print_json(found.to_json() | {"published": published_document(stated)})
    else:
        print_text(gated_text(found))
        print_text(f"\n{published_text(stated)}")


def _answer(activation: Activation, variance: object, digits: int, as_json: bool) -> None:
    import sympy as sp

    from derive import gains, moments
    from derive.published import compare
    from reports.answer import gain_text, published_text, stability_text
    from reports.tables import forward_stability, gain_document, published_document, stability_document

    q = sp.Rational(str(variance))
    with waiting("enclosing the moments"):
        found = moments(activation, q, digits), gains(activation, q, digits)
        held = forward_stability(activation, q, found[1])
        stated = compare(activation, found[1], q)
    if as_json:
        more = {"published": published_document(stated), "stability": stability_document(held)}
        print_json(gain_document(activation, q, *found) | more)
        return
    depth = "" if held is None else stability_text(held, q)
    print_text(
        "\n\n".join(
            part for part in (gain_text(activation, q, *found), published_text(stated), depth) if part
        )
    )
