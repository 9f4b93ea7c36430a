"""What a report does before it is typeset: what it derives, what it measures, and in which order.

A plan is data. `reports.plans` has one file for each kind of report; the document is made from the plan and
from the outcomes of its trials, and from nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sympy as sp

from derive.activation import Activation
from derive.gains import Gains
from derive.moments import Moments
from derive.proof.statement import Theorem
from derive.published import Comparison
from derive.weights import WeightLaw

if TYPE_CHECKING:
    from reports.phases import Setting
    from verify import Claim, Verdict

Json = dict[str, Any]


@dataclass(frozen=True)
class Options:
    """What the command line may set; None stands for the report's own default."""

    parameters: Mapping[str, sp.Rational] = field(default_factory=dict)
    variance: sp.Rational = sp.S.One
    widths: tuple[int, ...] | None = None
    claim: Mapping[str, Any] = field(
        default_factory=dict
    )  # fields of `verify.Claim`: seed, device, margin, ...
    command: str = ""


@dataclass(frozen=True)
class Trial:
    """One run of the verifier: a short key for file names, a label for tables, why it is made, the claim.

    `fails` says that the report claims the condition's failure: then a refuted condition confirms what is claimed.
    """

    key: str
    label: str
    why: str
    claim: Claim
    fails: bool = False


@dataclass(frozen=True)
class Outcome:
    """A trial and what came of it."""

    trial: Trial
    verdict: Verdict

    @property
    def judged(self) -> str:
        """The verdict on what the report claims: that the condition holds, or that it fails."""
        found = self.verdict.verdict
        return (
            {"refuted": "confirmed", "confirmed": "refuted"}.get(found, found) if self.trial.fails else found
        )


@dataclass(frozen=True)
class Plan:
    """A report before it is measured. `build` turns it and its outcomes into sections."""

    name: str
    title: str
    activation: Activation
    variance: sp.Rational
    moments: Moments
    gains: Gains
    theorems: tuple[Theorem, ...]
    trials: tuple[Trial, ...]
    command: str
    build: Callable[[Plan, tuple[Outcome, ...]], Document]
    settings: tuple[Setting, ...] = ()
    stated: tuple[Comparison, ...] = ()
    law: WeightLaw | None = None


@dataclass(frozen=True)
class Document:
    """The content of a report: the first page, the sections, the pictures by file name."""

    subtitle: list[Json]
    result: Json
    summary: list[Json]
    sections: list[Json]
    figures: dict[str, bytes]


NO_CLAIM = "nothing to measure"


def overall(outcomes: tuple[Outcome, ...]) -> str:
    """Refuted over inconclusive over confirmed; a report without a trial claims nothing.

    >>> overall(())
    'nothing to measure'
    """
    if not outcomes:
        return NO_CLAIM
    found = {outcome.judged for outcome in outcomes}
    return next((v for v in ("refuted", "inconclusive") if v in found), "confirmed")
