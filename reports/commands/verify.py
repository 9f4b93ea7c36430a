"""`gainproof verify`: draw networks and judge what the theory says of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from derive.errors import BadInput
from reports.commands.gain import named
from reports.commands.options import DRAWING, JSON, LAW, PARAM, SIZES, VARIANCE, option
from reports.commands.output import drawing, print_json, print_text, waiting
from reports.numbers import finite, parameters, positive, sweep_widths, widths

if TYPE_CHECKING:
    from fractions import Fraction

    from verify import Claim

INTERRUPTED = 130
EXIT_CODES = {
    "confirmed": 0,
    "confirmed with a finite-width effect": 0,
    "refuted": 1,
    "theory refuted": 1,
    "inconclusive": 3,
}


@click.command("verify", short_help="Measure a condition on random networks.")
@click.argument("activation")
@option("--gain", metavar="G", about="The gain to test, in place of theory's.")
@option("--bias-variance", metavar="V", about="Variance of the biases.")
@VARIANCE
@option("--direction", metavar="NAME", about="forward, backward or both.")
@LAW
@option("--mode", metavar="NAME", default="fan_in", about="fan_in, fan_out or fan_avg.")
@SIZES
@option("--sampler", metavar="NAME", about="exact or dense; exact where it applies.")
@option("--output-gradient", metavar="NAME", default="gaussian", about="gaussian, ones, loss or mse.")
@option("--sweep", metavar="N1,N2,...", about="Draw at these widths and extrapolate in 1/width.")
@DRAWING
@click.option("--plan", "only_plan", is_flag=True, help="Say what would be drawn, and draw nothing.")
@PARAM
@JSON
def command(
    activation: str,
    only_plan: bool,
    sweep: str | None,
    param: tuple[str, ...],
    as_json: bool,
    **options: Any,
) -> int:
    """Measure a condition on random networks: confirmed (exit 0), refuted (1) or inconclusive (3).

    ACTIVATION is an activation of `gainproof list`, or an expression in x.
    """
    swept = None if sweep is None else _swept(sweep, only_plan, options)
    claim = _claim(activation, list(param), options)
    if swept is not None:
        return _sweep(claim, swept, as_json)
    return _plan(claim, as_json) if only_plan else _verify(claim, as_json)


def _swept(text: str, only_plan: bool, options: dict[str, Any]) -> tuple[int, ...]:
    """The widths of a sweep; the claim takes the largest as its own."""
    found = sweep_widths(text)
    if options["width"] is not None:
        raise BadInput("--sweep and --width both say how wide the layers are: leave out --width")
    if only_plan:
        raise BadInput("--plan says what one width needs, and --sweep draws several: leave out one of them")
    options["width"] = str(max(found))
    return found


def _claim(name: str, param: list[str], options: dict[str, Any]) -> Claim:
    import sympy as sp

    q = positive(options.pop("variance"), "--variance")
    numbers = {key: _number(key, options.pop(key)) for key in _NUMBERS}
    found = named(name, param)  # before torch is loaded, so that what cannot be read is refused at once
    drawn = checked_law(options.pop("law"), list(options.pop("law_param")))
    from verify import Claim, layer_widths
    from verify.laws import law

    options["law"] = law(*drawn)

    width, depth = options.pop("width"), options.pop("depth")
    sizes = layer_widths(None if width is None else widths(width), depth)
    numbers["memory_mib"] = options.pop("memory")
    return Claim(found, widths=sizes, variance=sp.Rational(q.numerator, q.denominator), **numbers, **options)


def checked_law(name: str, param: list[str], option: str = "--law-param") -> tuple[str, dict[str, Fraction]]:
    """The law of the command line with its parameters; `BadInput` where `derive.weights` refuses them."""
    from derive.weights import weight_law

    values = parameters(param, option)
    if "(" not in name:  # the verifier reads a name that carries its parameters itself
        weight_law(name, values)
    return name, values


_NUMBERS = ("gain", "bias_variance", "margin", "confidence")


def _number(key: str, text: str | None) -> Any:
    return None if text is None else finite(text, f"--{key.replace('_', '-')}")


def _plan(claim: Claim, as_json: bool) -> int:
    from reports.planning import plan_text
    from verify import plan

    with waiting("planning"):
        power = plan(claim)
    if as_json:
        print_json({"power": power.to_json(), "widths": list(claim.widths)})
    else:
        print_text(plan_text(claim, power))
    return 0


def _sweep(claim: Claim, sizes: tuple[int, ...], as_json: bool) -> int:
    """Draw at every width, and say what is left as the width grows."""
    from reports.sweeps import sweep_text
    from verify import sweep

    with drawing("networks") as progress:
        found = sweep(claim, sizes, progress)
    document = found.to_json()
    if as_json:
        print_json(document)
    else:
        print_text(sweep_text(document))
    return EXIT_CODES[found.outcome]


def _verify(claim: Claim, as_json: bool) -> int:
    """Draw and judge; on Ctrl-C what was drawn is judged, printed and kept, and the exit code is 130."""
    from reports.verdicts import verdict_text
    from verify import Interrupted, verify

    code = None
    try:
        with drawing("networks") as progress:
            verdict = verify(claim, progress)
    except Interrupted as stop:
        verdict, code = stop.verdict, INTERRUPTED
        drawn, wanted = verdict.provenance["replicates"], verdict.power["replicates"]
        print(
            f"gainproof: interrupted after {drawn} of {wanted} networks; the verdict is theirs",
            file=sys.stderr,
        )
    document = verdict.to_json()
    if as_json:
        print_json(document)
    else:
        print_text(verdict_text(document))
    return EXIT_CODES[verdict.verdict] if code is None else code
