"""The study as a page of Markdown: nothing in it depends on the clock, so a rerun writes the same bytes."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version

from verify.calibration.checks import MODES, by_case, overall
from verify.calibration.intercepts import intercept_checks
from verify.calibration.limits import FALSE_ALARM, Check, Count, Uniform, level
from verify.calibration.markdown import markdown
from verify.calibration.results import Results
from verify.calibration.sections import (
    case_table,
    factor_table,
    harmless_table,
    intercept_table,
    plant_table,
    spent,
)

_PACKAGES = ("torch", "numpy", "scipy", "sympy", "python-flint")


def all_checks(found: Results) -> list[Check]:
    """Every check of the study."""
    return [*overall(found.study), *by_case(found.study), *intercept_checks(found.intercepts)]


def page(found: Results) -> str:
    """The whole page.

    Its limits are those of `verify.calibration.limits`, each check at an equal share of the false-alarm rate.
    """
    checks = all_checks(found)
    share = level(checks)
    parts = [
        "# How often the verdicts are right",
        _how(found),
        _summary(found, checks),
        "## Intervals",
        _INTERVALS,
        counts(_of(checks, "coverage"), "missed", share),
        "## P-values",
        _uniformity([check for check in checks if isinstance(check, Uniform)], share),
        "## Wrong verdicts at an error of exactly the margin",
        _WRONG,
        counts(_of(checks, "wrong verdicts"), "wrong", share),
        "## Power",
        _POWER,
        counts(_of(checks, "power"), "failed", share),
        spent(found.study),
        "## Case by case",
        _CASES,
        case_table(found.study),
        "## Weights that are not Gaussian: the intercept in 1/n",
        _INTERCEPTS,
        counts(intercept_checks(found.intercepts), "failed", share),
        intercept_table(found.intercepts),
        "## Planted wrong theories",
        _PLANTS,
        plant_table(found.planted),
        "### What no increment shows",
        _FRESH,
        factor_table(found.planted),
        "### Changes that leave the claim true",
        _HARMLESS,
        harmless_table(found.planted),
    ]
    return "\n\n".join(parts) + "\n"


def _of(checks: Iterable[Check], group: str) -> list[Count]:
    return [check for check in checks if isinstance(check, Count) and check.group == group]


def _how(found: Results) -> str:
    options = f"--runs {found.requested} --seed {found.seed}"
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        "This page is written by\n\n"
        f"    python -m verify.calibration --write docs/calibration.md {options}\n\n"
        f"on the CPU, with Python {platform.python_version()}, {versions}. The same command writes the same bytes, "
        "whatever the number of processes (`--jobs`)."
    )


def _summary(found: Results, checks: Sequence[Check]) -> str:
    failed = [check for check in checks if not check.passed(level(checks))]
    wrong = len(found.planted.fixed) + 1
    refuted = wrong - len(found.planted.failures)
    decided = _of(checks, "power")[:4]
    lines = (
        f"{found.study.runs} runs of {len({cell.case for cell, _ in found.study.found})} true claims, each run with "
        f"networks of its own; {len(checks) - len(failed)} of {len(checks)} checks are within their limits.",
        f"In {sum(c.events for c in decided)} of {sum(c.runs for c in decided)} runs at the planned number of networks "
        "the verdict was another than the right one, the truth being at zero error or at twice the margin.",
        _worst(_of(checks, "wrong verdicts")),
        f"{refuted} of {wrong} planted wrong theories are refuted, each where it was planted and at its size.",
        f"Limits: if the verifier is as good as it says, and the seed were drawn anew, some check of the "
        f"{len(checks)} would fail with probability {FALSE_ALARM:g} at most; each has an equal share of that.",
    )
    return "\n".join(f"- {line}" for line in lines)


def _worst(checks: Sequence[Count]) -> str:
    """The most frequent wrong verdict at the lowest confidence, in either mode."""
    shares = [
        max(check.events / check.runs for check in checks if check.what.startswith(f"{mode}, 90%"))
        for mode in MODES
    ]
    fixed, sequential = (f"{100 * share:.1f}%" for share in shares)
    return (
        "At an error of exactly the margin, the hardest case, the most frequent wrong verdict at 90% confidence came "
        f"in {fixed} of the runs with a fixed number of networks and in {sequential} of the sequential ones; 10% are "
        "allowed."
    )


def counts(checks: Sequence[Count], events: str, share: float) -> str:
    """A table of counts with their binomial limits."""
    rows = []
    for check in checks:
        low, high = check.bounds(share)
        allowed = f"{low} to {high}" if check.two_sided else f"at most {high}"
        rate = f"{100 * check.events / check.runs:.2f}%"
        inside = "yes" if check.passed(share) else "NO"
        rows.append([check.what, check.runs, check.events, rate, f"{100 * check.rate:.3g}%", allowed, inside])
    return markdown(["", "runs", events, "share", "nominal", "limits", "within"], rows)


def _uniformity(checks: Sequence[Uniform], share: float) -> str:
    whole, *each = checks
    worst = min(each, key=lambda check: check.p_value)
    inside = "All are" if all(check.passed(share) for check in checks) else "NOT all are"
    return (
        "The p-value of the truth as a point null, for every run with a fixed number of networks, should be uniform. "
        f"All {whole.runs} together (one direction of each run): Kolmogorov and Smirnov give p = {whole.p_value:.2g}. "
        f"By case and direction: the smallest of {len(each)} is p = {worst.p_value:.2g} ({worst.what}; the smallest "
        f"of so many uniform ones has median {1 - 0.5 ** (1 / len(each)):.2g}). "
        f"{inside} above the limit of {share:.1g}."
    )


_INTERVALS = """\
How often an interval of a run misses the true value, in either direction: all intervals of a run are to hold
together with the confidence. Runs are at zero error, and at one and two margins. With a number of networks that is
fixed beforehand a miss is to be as frequent as stated; the confidence sequences of a sequential run hold at all times
at once, so at the time of stopping they miss more rarely."""

_WRONG = """\
A gain that is off by exactly the margin is on the border: "confirmed" and "refuted" are both wrong there, the one as
if the error were larger, the other as if it were smaller. Each may come with probability 1 - confidence at most."""

_POWER = """\
At the planned number of networks at least 99.99% of runs are to confirm at zero error, and to refute at twice the
margin. A sequential run never draws more than the planned number. With a quarter of it the plan itself says how
often runs will fail to decide, and that is held against how often they do."""

_CASES = """\
Networks planned at 90%; runs with a fixed number of networks, of which intervals at 90, 99 and 99.9% missed the truth
and the p-values of Kolmogorov's and Smirnov's test by direction (the expected number of misses is the confidence's
share); sequential runs, of which intervals missed, and the share of the planned networks that they drew at
zero error. Exact at these widths are Gaussian weights with any activation, and every symmetric law with an activation
of degree 1, forward."""

_INTERCEPTS = """\
Where pre-activations are not Gaussian a claim holds as the width grows, up to O(1/n). Then the pooled estimate is
drawn at three widths, a line in 1/n is fitted and refused where the points do not lie on it, and its intercept
is tested. A true line is refused in 1% of sweeps, which then decide nothing. Intercept and slope are means over the
sweeps, with standard errors, relative to the truth."""

_PLANTS = """\
Each differs from the truth in one thing, at 99.999% confidence. "Refuted in" are the layers whose own test refutes,
Holm-adjusted over all layers: exactly those where something was planted, wherever the size is known. The estimate
of (g/g*)^2, with its interval, is of the direction as a whole or of the layer that is named; "planted" is the size
worked out by hand. The last column is a sequential run: networks drawn until it refuted, of those planned."""

_FRESH = """\
Weights drawn anew for the backward pass leave the factor of every layer as it should be. Under an output gradient of
ones the composition over depth shows them: the squared gradient, relative to that of an independent output gradient
of zero mean, as the report predicts it for right weights, as worked out by hand for ReLU layers of width 64, and as
measured. Right weights agree with it, and fresh ones with 1."""

_HARMLESS = """\
A verifier that refuted these would be wrong, for the claim does not speak of what they change."""
