"""The report of Xavier's conflict and compromise: linear layers of unequal width, measured in both directions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from derive.catalogue import activation
from derive.errors import BadInput
from derive.gains import gains
from derive.moments import moments
from derive.proof.terms import Var
from derive.theorems import theorems_for
from reports.document import closing, depth, fans, proof, verdicts
from reports.document.cover import result_card
from reports.document.pieces import rich
from reports.document.words import count
from reports.plan import Document, Options, Outcome, Plan, Trial
from reports.snippet import Initialisation, torch_snippet
from verify import Claim

WIDTHS = (784, 512, 256, 128, 10)
_WHY = {
    "fan_in": "The choice that holds the signal.",
    "fan_out": "The choice that holds the gradient.",
    "fan_avg": "Glorot and Bengio's compromise.",
}
_W, _N_IN, _N_OUT = sp.symbols("w n_in n_out")


def plan(options: Options) -> Plan:
    """Derive all that this report needs. Its networks are linear, so parameters have no meaning here."""
    if options.parameters:
        raise BadInput("the report on xavier is about linear layers and has no parameters: leave out --param")
    linear, trials = activation("identity"), _trials(options)
    return Plan(
        name="xavier",
        title="Xavier initialisation: a conflict and its compromise",
        activation=linear,
        variance=options.variance,
        moments=moments(linear, options.variance),
        gains=gains(linear, options.variance),
        theorems=theorems_for("xavier"),
        trials=trials,
        command=options.command,
        build=build,
    )


def _trials(options: Options) -> tuple[Trial, ...]:
    """One run for each fan mode, each with a seed of its own so that the runs are independent."""
    claim: dict[str, Any] = {"variance": options.variance, "widths": options.widths or WIDTHS} | dict(
        options.claim
    )
    base = Claim(activation("identity"), direction="both", **claim)
    return tuple(
        Trial(mode, mode, why, replace(base, mode=mode, seed=base.seed + shift))
        for shift, (mode, why) in enumerate(_WHY.items())
    )


def build(plan: Plan, outcomes: tuple[Outcome, ...]) -> Document:
    """The document of the study."""
    measured, fan_figures = fans.section(outcomes)
    deep, depth_figures = depth.section_of_ends(outcomes)
    judged, verdict_figures = verdicts.section(outcomes)
    usage = closing.usage(
        torch_snippet(plan.activation, Initialisation("1.0", "For linear layers.", mode="fan_avg"), WIDTHS),
        "For torch. It is what nn.init.xavier_normal_ sets, written out; for a rectifier the gain is the root of two.",
    )
    sections = [
        proof.section(plan.theorems),
        measured,
        deep,
        judged,
        usage,
        closing.scope(outcomes, *_LIMITS),
    ]
    subtitle = rich("Linear layers with ", _N_IN, " inputs and ", _N_OUT, " outputs")
    return Document(
        subtitle,
        _result(),
        _summary(plan, outcomes),
        sections,
        {**fan_figures, **depth_figures, **verdict_figures},
    )


def _result() -> dict[str, Any]:
    return result_card(
        "Compromise",
        [sp.Eq(Var(_W), 2 / (_N_IN + _N_OUT))],
        "between ",
        sp.Eq(Var(_W), 1 / _N_IN),
        ", which holds the signal, and ",
        sp.Eq(Var(_W), 1 / _N_OUT),
        ", which holds the gradient.",
    )


def _summary(plan: Plan, outcomes: tuple[Outcome, ...]) -> list[dict[str, Any]]:
    lines = sum(len(theorem.steps) for theorem in plan.theorems)
    networks = sum(outcome.verdict.provenance["replicates"] for outcome in outcomes)
    return rich(
        "A layer holds its signal with one weight variance and its gradient with another, and the two agree only "
        "where it has as many outputs as inputs. Glorot and Bengio settled on the harmonic mean. Below, the conflict, "
        "what the compromise is the best of, and what it is not, are derived in ",
        f"{count(lines, 'line')}, and all three choices are measured on {count(networks, 'network')}.",
    )


_LIMITS = (
    "The factors are those of linear layers. With an activation f the forward one is multiplied by E[f^2]/q and the "
    "backward one by E[f'^2].",
    "Errors of single layers multiply: over depth they telescope to the ratio of the end widths for fan_in and "
    "fan_out, but not for the average.",
)
