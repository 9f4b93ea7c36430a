"""`gainproof verify`: draw networks and judge what the theory says of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reports.commands.gain import named
from reports.commands.options import (
    BatchOption,
    ConfidenceOption,
    DepthOption,
    DeviceOption,
    DtypeOption,
    MarginOption,
    MemoryOption,
    ReplicatesOption,
    SeedOption,
    VarianceOption,
    WidthOption,
    option,
)
from reports.commands.output import JsonOption, ParamOption, drawing, print_json, print_text, waiting
from reports.numbers import finite, positive, widths

if TYPE_CHECKING:
    from verify import Claim

INTERRUPTED = 130
EXIT_CODES = {"confirmed": 0, "refuted": 1, "inconclusive": 3}


def run(
    activation: Annotated[str, typer.Argument(help="A name from `gainproof list`.")],
    *,
    gain: Annotated[
        str | None, option("--gain", metavar="G", about="The gain to test, in place of theory's.")
    ] = None,
    bias_variance: Annotated[
        str | None, option("--bias-variance", metavar="V", about="Variance of the biases.")
    ] = None,
    variance: VarianceOption = "1",
    direction: Annotated[
        str | None, option("--direction", metavar="NAME", about="forward, backward or both.")
    ] = None,
    law: Annotated[str, option("--law", metavar="NAME", about="The law of the weights.")] = "normal",
    mode: Annotated[str, option("--mode", metavar="NAME", about="fan_in, fan_out or fan_avg.")] = "fan_in",
    width: WidthOption = None,
    depth: DepthOption = None,
    batch: BatchOption = 1,
    replicates: ReplicatesOption = None,
    sampler: Annotated[str, option("--sampler", metavar="NAME", about="dense; exact is to come.")] = "dense",
    output_gradient: Annotated[
        str, option("--output-gradient", metavar="NAME", about="gaussian, ones or loss.")
    ] = "gaussian",
    margin: MarginOption = "0.005",
    confidence: ConfidenceOption = "0.999",
    dtype: DtypeOption = "float32",
    device: DeviceOption = "auto",
    seed: SeedOption = 0,
    memory: MemoryOption = 1024,
    plan: Annotated[bool, typer.Option("--plan", help="Say what would be drawn, and draw nothing.")] = False,
    param: ParamOption = None,
    as_json: JsonOption = False,
) -> int:
    """Measure a condition on random networks: confirmed (exit 0), refuted (1) or inconclusive (3)."""
    options = {key: value for key, value in locals().items() if key in _PASSED_ON}
    numbers = {
        "variance": positive(variance, "--variance"),
        "gain": None if gain is None else finite(gain, "--gain"),
        "bias_variance": None if bias_variance is None else finite(bias_variance, "--bias-variance"),
        "margin": finite(margin, "--margin"),
        "confidence": finite(confidence, "--confidence"),
    }
    claim = _claim(activation, param or [], width, depth, {**options, **numbers, "memory_mib": memory})
    return _plan(claim, as_json) if plan else _verify(claim, as_json)


_PASSED_ON = (
    "direction",
    "law",
    "mode",
    "batch",
    "replicates",
    "sampler",
    "output_gradient",
    "dtype",
    "device",
    "seed",
)


def _claim(
    name: str, param: list[str], width: str | None, depth: int | None, options: dict[str, Any]
) -> Claim:
    import sympy as sp

    from verify import Claim, layer_widths

    found = named(name, param)
    q = options.pop("variance")
    sizes = layer_widths(None if width is None else widths(width), depth)
    return Claim(found, widths=sizes, variance=sp.Rational(q.numerator, q.denominator), **options)


def _plan(claim: Claim, as_json: bool) -> int:
    from reports.verdicts import plan_text
    from verify import plan

    with waiting("planning"):
        power = plan(claim)
    if as_json:
        print_json({"power": power.to_json(), "widths": list(claim.widths)})
    else:
        print_text(plan_text(claim, power))
    return 0


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
