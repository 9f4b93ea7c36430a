"""The report of an activation: its theorems, its numbers, and the conditions that it has, each measured.

What is claimed follows from the activation: of degree 1, one gain for both directions and every law of the
weights; otherwise the forward gain alone, and the pair of gain and bias variance where there is one.
"""

from __future__ import annotations

from typing import Any

import derive
from derive.activation import Activation
from derive.gains import Gains, Pair, gains
from derive.moments import moments
from derive.number import Missing
from derive.published import compare
from derive.theorems.index import for_activation
from reports.commands.gain import nameless
from reports.document import closing, depth, measured, phase, proof, verdicts, width
from reports.document import moments as numbers
from reports.document.pieces import Json
from reports.figures import activation as activation_figure
from reports.figures.curves import curves
from reports.phases import settings
from reports.plan import Document, Options, Outcome, Plan, Trial
from reports.plans import words
from verify import Claim, layer_widths


def plan(name: str, options: Options) -> Plan:
    """Derive all that the report of this activation needs; `name` may be an expression in x.

    A function that no gain serves gets its report too, with the reason in place of a measurement.
    """
    found = nameless(derive.activation(name, options.parameters))
    q = options.variance
    gained = gains(found, q)
    trials = _trials(
        found, gained, options
    )  # first, as it refuses what cannot be drawn before minutes of work
    return Plan(
        name=name,
        title=words.title(found),
        activation=found,
        variance=q,
        moments=moments(found, q),
        gains=gained,
        theorems=tuple(for_activation(found, q)),
        trials=trials,
        command=options.command,
        build=build,
        settings=settings(found, q, gained),
        stated=compare(found, gained, q),
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
    value, derivative = curves(plan.activation, float(plan.variance))
    plot = {"activation.svg": activation_figure.draw(value, derivative, float(plan.variance))}
    phases, phase_figures = phase.section(plan.activation, plan.variance, plan.settings)
    measurements, pictures = _measurements(outcomes)
    figures = {**plot, **phase_figures, **pictures}
    sections = [
        numbers.section(plan.activation, plan.variance, plan.moments, plan.gains, plan.stated),
        phases,
        proof.section(plan.theorems),
        *measurements,
        *width.sections(plan.activation, outcomes),
        *words.usage(plan, outcomes),
        closing.scope(outcomes, *words.limits(plan)),
    ]
    return Document(
        words.subtitle(plan), words.result(plan), words.summary(plan, outcomes), sections, figures
    )


def _measurements(outcomes: tuple[Outcome, ...]) -> tuple[list[Json], dict[str, bytes]]:
    """Measured against predicted, over depth, and judged; nothing where there was nothing to measure."""
    if not outcomes:
        return [], {}
    made = [section(outcomes) for section in (measured.section, depth.section, verdicts.section)]
    return [one for one, _ in made], {name: svg for _, found in made for name, svg in found.items()}
