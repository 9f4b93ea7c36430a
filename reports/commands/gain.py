"""`gainproof gain`: the moments and all gains of an activation, exact and certified."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from derive.errors import BadInput
from reports.commands.options import JSON, PARAM, VARIANCE, option
from reports.commands.output import print_json, print_text, waiting
from reports.numbers import parameters, positive

if TYPE_CHECKING:
    from fractions import Fraction

    import sympy as sp

    from derive.activation import Activation
    from derive.phase import Phase

FORMATS = ("text", "json", "torch")


@click.command("gain", short_help="Moments and all gains, exact and certified.")
@click.argument("activation")
@VARIANCE
@option("--digits", metavar="N", type=int, default=30, about="Correct digits.")
@option("--format", "layout", type=click.Choice(FORMATS), default="text", about="torch: code to paste.")
@click.option(
    "--phase", "phases", is_flag=True, help="Add fixed points, the edge of chaos and what depth does."
)
@PARAM
@JSON
def command(
    activation: str,
    variance: str,
    digits: int,
    layout: str,
    phases: bool,
    param: tuple[str, ...],
    as_json: bool,
) -> None:
    """Give the moments and all gains of an activation, each with its convention.

    ACTIVATION is an activation or a gated unit of `gainproof list`, or an expression in x.
    """
    from derive.gated import gated_names

    q: Fraction = positive(variance, "--variance")
    if as_json and layout == "torch":
        raise BadInput("--json and --format torch ask for two outputs at once: leave one out")
    layout = "json" if as_json else layout
    if activation.strip() in gated_names():
        _gated(activation.strip(), q, digits, layout, list(param))
    else:
        _answer(named(activation, list(param)), q, digits, layout, phases)


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


def _gated(name: str, variance: object, digits: int, layout: str, param: list[str]) -> None:
    import sympy as sp

    from derive.gated import gated, gated_gains
    from derive.published import compare
    from reports.answer import gated_text, published_text
    from reports.tables import published_document

    if param:
        raise BadInput(f"{name} has no parameter: leave out --param")
    if layout == "torch":
        raise BadInput(
            f"{name} takes two inputs: code for torch is written for functions of one; use torch.nn"
        )
    found = gated_gains(gated(name), sp.Rational(str(variance)), digits)
    stated = compare(found.unit, found, found.variance)
    if layout == "json":
        print_json(found.to_json() | {"published": published_document(stated)})
    else:
        print_text(gated_text(found))
        print_text(f"\n{published_text(stated)}")


def _answer(activation: Activation, variance: object, digits: int, layout: str, phases: bool) -> None:
    import sympy as sp

    from derive import gains, moments
    from derive.published import compare
    from reports.answer import gain_text, phase_text, published_text, stability_text
    from reports.tables import forward_stability, gain_document, published_document, stability_document

    q = sp.Rational(str(variance))
    if layout == "torch":
        print_text(_code(activation, q))
        return
    with waiting("enclosing the moments"):
        found = moments(activation, q, digits), gains(activation, q, digits)
        held = forward_stability(activation, q, found[1])
        stated = compare(activation, found[1], q)
        analysed = _analysis(activation, q) if phases else None
    if layout == "json":
        more = {"published": published_document(stated), "stability": stability_document(held)}
        more |= {} if analysed is None else {"phase": analysed.to_json()}
        print_json(gain_document(activation, q, *found) | more)
        return
    parts = [gain_text(activation, q, *found), published_text(stated)]
    parts += [] if held is None else [stability_text(held, q)]
    parts += [] if analysed is None else [phase_text(analysed)]
    print_text("\n\n".join(part for part in parts if part))


def _analysis(activation: Activation, variance: sp.Rational) -> Phase:
    from derive.phase import phase

    return phase(activation, variance)


def _code(activation: Activation, variance: sp.Rational) -> str:
    """The torch code of the best condition that there is."""
    from derive import gains
    from reports.snippet import WIDTHS, best, torch_snippet

    with waiting("enclosing the moments"):
        found = gains(activation, variance)
    chosen = best(found, variance)
    if chosen is None:
        raise BadInput(f"there is no gain to set at q = {variance}: `gainproof gain` says why")
    return torch_snippet(activation, chosen, WIDTHS)
