"""`gainproof report`: derive, measure and typeset, in one command."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reports.commands.derive import is_law
from reports.commands.gain import named
from reports.commands.options import DRAWING, JSON, PARAM, SIZES, VARIANCE, option
from reports.commands.output import drawing, print_json, print_text, waiting
from reports.commands.verify import checked_law
from reports.files import check_output, write_atomically
from reports.numbers import finite, parameters, positive, widths
from reports.studies import STUDIES

if TYPE_CHECKING:
    from reports.plan import Options, Trial
    from verify import Verdict

REFUTED = 1


@click.command("report", short_help="The PDF: derived, measured, typeset.")
@click.argument("name")
@option("-o", "--output", metavar="FILE.pdf", type=Path, required=True, about="Where the PDF goes.")
@VARIANCE
@SIZES
@DRAWING
@PARAM
@JSON
def command(name: str, output: Path, as_json: bool, **typed: Any) -> int:
    """Write the PDF: derivations, certified numbers, measurements and verdict. Exit 1 if a claim is refuted.

    NAME is an activation or a weight law of `gainproof list`, an expression in x, or xavier.
    """
    target = check_output(output)
    if is_law(name.strip()):
        checked_law(name.strip(), list(typed["param"]), "--param")
    elif name.strip() not in STUDIES:
        named(name, list(typed["param"]))  # so that what cannot be read is refused before torch is loaded
    claim = {key: typed[key] for key in ("batch", "replicates", "dtype", "device", "seed")} | {
        "margin": finite(typed["margin"], "--margin"),
        "confidence": finite(typed["confidence"], "--confidence"),
        "memory_mib": typed["memory"],
    }
    size = (typed["width"], typed["depth"])
    options = _options(_command(name, typed), typed["variance"], list(typed["param"]), size, claim)
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
        values = value if isinstance(value, tuple) else [value]
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
        claimed = " (that ReLU's condition fails)" if any(trial.fails for trial in plan.trials) else ""
        print_text(f"{report.verdict}{claimed}: {plan.title}\n{target}")
    return REFUTED if report.verdict == "refuted" else 0


def _measure(trial: Trial) -> Verdict:
    from verify import verify

    with drawing(f"networks, {trial.label}") as progress:
        return verify(trial.claim, progress)
