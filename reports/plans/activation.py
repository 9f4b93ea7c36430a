"""The report of an activation: its theorems, its numbers, and the conditions that it has, each measured.

What is claimed follows from the activation: of degree 1, one gain for both directions and every law of the
weights; otherwise the forward gain alone, and the pair of gain and bias variance where there is one.
"""

from __future__ import annotations

from typing import Any

from derive.activation import Activation
from derive.catalogue import activation
from derive.errors import BadInput
from derive.gains import Gains, Pair, gains
from derive.moments import moments
from derive.number import Missing
from derive.theorems import theorems_for
from reports.document import closing, depth, measured, proof, verdicts
from reports.document import moments as numbers
from reports.figures import activation as activation_figure
from reports.figures.curves import curves
from reports.plan import Document, Options, Outcome, Plan, Trial
from reports.plans import words
from verify import Claim, layer_widths


def plan(name: str, options: Options) -> Plan:
    """Derive all that the report of this activation needs."""
    found = activation(name, options.parameters)
    q = options.variance
    gained = gains(found, q)
    trials = _trials(found, gained, options)
    if not trials:
        raise BadInput(f"{name} has no gain at variance {q} to report on: `gainproof gain {name}` says why")
    return Plan(
        name=name,
        title=f"Variance conditions for {words.display_name(found)}",
        activation=found,
        variance=q,
        moments=moments(found, q),
        gains=gained,
        theorems=theorems_for(name, options.parameters, q),
        trials=trials,
        command=options.command,
        build=build,
    )


def _trials(found: Activation, gained: Gains, options: Options) -> tuple[Trial, ...]:
    claim: dict[str, Any] = {"variance": options.variance, "widths": options.widths or layer_widths()} | dict(
        options.claim
    )
    if found.degree_one is not None:
        normal, uniform = (Claim(found, direction="both", law=law, **claim) for law in ("normal", "uniform"))
        return (
            Trial("normal", "normal weights", "The claim of the theorem, both directions at once.", normal),
            Trial(
                "uniform",
                "uniform weights",
                "The theorem speaks of variances only: another law must do.",
                uniform,
            ),
        )
    trials = []
    if not isinstance(gained.forward, Missing):
        alone = Claim(found, direction="forward", **claim)
        trials.append(Trial("forward", "without bias", "The forward condition by itself.", alone))
    if isinstance(gained.pair, Pair):
        both = Claim(found, direction="both", **claim)
        trials.append(Trial("pair", "with bias", "The pair that serves both directions.", both))
    return tuple(trials)


def build(plan: Plan, outcomes: tuple[Outcome, ...]) -> Document:
    """The document of an activation."""
    layers, layer_figures = measured.section(outcomes)
    deep, depth_figures = depth.section(outcomes)
    judged, verdict_figures = verdicts.section(outcomes)
    value, derivative = curves(plan.activation, float(plan.variance))
    plot = {"activation.svg": activation_figure.draw(value, derivative, float(plan.variance))}
    sections = [
        proof.section(plan.theorems),
        numbers.section(plan.activation, plan.variance, plan.moments, plan.gains),
        layers,
        deep,
        judged,
        words.usage(plan, outcomes),
        closing.scope(outcomes, *words.limits(plan)),
    ]
    figures = {**plot, **layer_figures, **depth_figures, **verdict_figures}
    return Document(
        words.subtitle(plan), words.result(plan), words.summary(plan, outcomes), sections, figures
    )
