"""`gainproof report`: derive, measure and typeset, in one command."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
)
from reports.commands.output import JsonOption, ParamOption, drawing, print_json, print_text, waiting
from reports.files import check_output, write_atomically
from reports.numbers import finite, parameters, positive, widths

if TYPE_CHECKING:
    from reports.plan import Options, Trial
    from verify import Verdict

REFUTED = 1


def run(
    name: Annotated[str, typer.Argument(help="An activation from `gainproof list`, or xavier.")],
    *,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.pdf", help="Where the PDF goes.")],
    variance: VarianceOption = "1",
    width: WidthOption = None,
    depth: DepthOption = None,
    batch: BatchOption = 1,
    replicates: ReplicatesOption = None,
    margin: MarginOption = "0.005",
    confidence: ConfidenceOption = "0.999",
    dtype: DtypeOption = "float32",
    device: DeviceOption = "auto",
    seed: SeedOption = 0,
    memory: MemoryOption = 1024,
    param: ParamOption = None,
    as_json: JsonOption = False,
) -> int:
    """Write the PDF: derivations, certified numbers, measurements and verdict. Exit 1 if a claim is refuted."""
    typed = {key: value for key, value in locals().items() if key not in ("name", "output", "as_json")}
    target = check_output(output)
    claim = {
        "batch": batch,
        "replicates": replicates,
        "margin": finite(margin, "--margin"),
        "confidence": finite(confidence, "--confidence"),
        "dtype": dtype,
        "device": device,
        "seed": seed,
        "memory_mib": memory,
    }
    options = _options(_command(name, typed), variance, param or [], (width, depth), claim)
    return _report(name.strip(), options, target, as_json)


_DEFAULTS: dict[str, Any] = {
    "variance": "1",
    "batch": 1,
    "margin": "0.005",
    "confidence": "0.999",
    "dtype": "float32",
    "device": "auto",
    "seed": 0,
    "memory": 1024,
}


def _command(name: str, typed: dict[str, Any]) -> str:
    """The command line that makes this report again, without the name of the file and without defaults."""
    words = ["gainproof", "report", name.strip(), "-o", "FILE.pdf"]
    for key, value in typed.items():
        values = value if isinstance(value, list) else [value]
        if value is not None and value != _DEFAULTS.get(key):
            words += [word for v in values for word in (f"--{key}", str(v))]
    return shlex.join(words)


def _options(
    command: str, variance: str, param: list[str], size: tuple[str | None, int | None], claim: dict[str, Any]
) -> Options:
    import sympy as sp

    from reports.plan import Options
    from verify import layer_widths

    q = positive(variance, "--variance")
    width, depth = size
    values = {key: sp.Rational(v.numerator, v.denominator) for key, v in parameters(param).items()}
    given = width is not None or depth is not None
    sizes = layer_widths(None if width is None else widths(width), depth) if given else None
    return Options(values, sp.Rational(q.numerator, q.denominator), sizes, claim, command)


def _report(name: str, options: Options, target: Path, as_json: bool) -> int:
    from reports.making import make
    from reports.plans import plan_for

    with waiting("deriving and checking each line"):
        plan = plan_for(name, options)
    report = make(plan, _measure)
    write_atomically(target, report.pdf)
    if as_json:
        print_json({"file": str(target), **report.document})
    else:
        print_text(f"{report.verdict}: {plan.title}\n{target}")
    return REFUTED if report.verdict == "refuted" else 0


def _measure(trial: Trial) -> Verdict:
    from verify import verify

    with drawing(f"networks, {trial.label}") as progress:
        return verify(trial.claim, progress)
