"""The section that holds measurement against prediction, layer by layer."""

from __future__ import annotations

import sympy as sp

from reports.document.pieces import Json, figure, heading, paragraph
from reports.document.words import capital, count, listed, network, plain_percent
from reports.figures import layers as layers_figure
from reports.plan import Outcome
from verify.statistics import Band

_Q = sp.Symbol("q")
_RATIO = sp.Pow(sp.Symbol("g") / sp.Symbol("g_star"), 2, evaluate=False)


def section(
    outcomes: tuple[Outcome, ...], title: str = "Measured against predicted"
) -> tuple[Json, dict[str, bytes]]:
    """The section and its pictures."""
    blocks: list[Json] = [_method(outcomes), *_stopping(outcomes)]
    figures: dict[str, bytes] = {}
    for outcome in outcomes:
        file = f"layers-{outcome.trial.key}.svg"
        figures[file] = layers_figure.draw(_ratios(outcome))
        blocks += [heading(capital(outcome.trial.label), 2), _drawn(outcome), _picture(outcome, file)]
    return {"title": title, "blocks": blocks}, figures


def _method(outcomes: tuple[Outcome, ...]) -> Json:
    margin, confidence = (outcomes[0].verdict.claim[key] for key in ("margin", "confidence"))
    return paragraph(
        f"Networks are drawn and run forward and backward. {_sampling(outcomes)} In each layer the second moment "
        "of the activations, and of the derivative, is divided by its Gaussian value at the ",
        _Q,
        " that the network has reached there. That makes every layer an unbiased estimate of ",
        _RATIO,
        ", where ",
        sp.Symbol("g"),
        " is the gain drawn and ",
        sp.Symbol("g_star"),
        f" the gain that holds {'' if len(outcomes) == 1 else 'the claim '}by theory. The unit of replication is the "
        f"network. All intervals of a run hold together with confidence {plain_percent(confidence)}; the margin is "
        f"{plain_percent(margin)} of the gain, fixed before the draws.",
    )


def _sampling(outcomes: tuple[Outcome, ...]) -> str:
    """What was really drawn; runs that are drawn in the same way share a sentence."""
    ways: dict[str, list[str]] = {}
    for outcome in outcomes:
        ways.setdefault(outcome.verdict.claim["sampling"], []).append(outcome.trial.label)
    if len(ways) == 1:
        return f"{capital(next(iter(ways)))}."
    return " ".join(f"{capital(listed(labels))}: {way}." for way, labels in ways.items())


def _stopping(outcomes: tuple[Outcome, ...]) -> list[Json]:
    """When a run stops, and why looking at it often does not spoil its error rates."""
    plans = [outcome.verdict.power for outcome in outcomes]
    if any(plan["method"] != "sequential" for plan in plans):
        return []
    times = max(len(plan["looks"]) for plan in plans)
    return [
        paragraph(
            f"A run looks at its result up to {times} times, after numbers of networks that were fixed before any "
            "was drawn, and stops at the first look that decides. Its intervals are a confidence sequence: with the "
            "stated confidence the true value lies in all of them at once, so that stopping early, or when it looks "
            "good, spoils nothing. The e-value of a test is the factor by which a bet against “the error is "
            "within the margin” has grown; where that is true it reaches a factor of 1000 with probability at "
            "most 0.001, whenever one looks. The widths of the intervals come from derived fourth moments, not from "
            "the draws."
        )
    ]


def _drawn(outcome: Outcome) -> Json:
    claim, power = outcome.verdict.claim, outcome.verdict.power
    bias = f" and biases of variance {claim['bias_variance']:.6g}" if claim["bias_variance"] else ", no bias"
    drawn = outcome.verdict.provenance["replicates"]
    planned = (
        f" of at most {power['planned_replicates']} (by then a true claim is confirmed with probability at least "
        f"{power['confirm_probability']:.4f})"
        if power["method"] == "sequential"
        else ""
    )
    return paragraph(
        f"{outcome.trial.why} Drawn: {count(drawn, 'network')}{planned}, {network(claim['widths'])}, "
        f"{claim['law']['name']} weights of variance ",
        sp.Symbol("g") ** 2,
        f"/{claim['mode']} with ",
        sp.Symbol("g"),
        f"\u00a0≈\u00a0{claim['gain']:.6g}{bias}.",
    )


def _ratios(outcome: Outcome) -> list[layers_figure.Ratios]:
    verdict = outcome.verdict
    band = Band.of(verdict.claim["margin"])
    found = []
    for letter, whole in zip("abc", verdict.pooled, strict=False):
        rows = verdict.layers(whole.direction)
        found.append(
            layers_figure.Ratios(
                title=f"({letter})  {whole.direction}",
                layers=[row.layer or 0 for row in rows],
                estimates=[row.estimate for row in rows],
                intervals=[row.interval for row in rows],
                pooled=whole.estimate,
                pooled_interval=whole.interval,
                margin=(band.low, band.high),
            )
        )
    return found


def _picture(outcome: Outcome, file: str) -> Json:
    directions = " and ".join(outcome.verdict.claim["directions"])
    alt = f"Measured over predicted for each layer, {directions}, with intervals, around 1; the margin is shaded."
    return figure(
        file,
        alt,
        f"{capital(outcome.trial.label)}: measured over predicted, {directions}. Lines: joint intervals of the layers. "
        "Diamond: all layers together, the test that decides. Shaded: the margin.",
    )
