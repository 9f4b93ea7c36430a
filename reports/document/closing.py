"""The last sections: how to use the result, what it does not say, where it comes from."""

from __future__ import annotations

from collections.abc import Mapping

from reports.document.pieces import Json, Mono, Prose, Run, bullets, code, facts, lead, paragraph
from reports.document.words import capital, listed
from reports.plan import Outcome, Plan


def usage(source: str, *words: Run) -> Json:
    """The torch code with a sentence before it."""
    return {"title": "How to use it", "blocks": [lead(*words), code(source, "python")]}


def scope(outcomes: tuple[Outcome, ...], *more: str) -> Json:
    """What the result rests on and does not say, from what the runs declare."""
    claims = [outcome.verdict.claim for outcome in outcomes]
    said = [
        *more,
        *(f"{capital(label)}: {exactness}." for label, exactness in _exactness(outcomes)),
        *_drawn_from(claims),
        "A check on finite models compares both sides of a line in exact arithmetic in small random worlds. It guards "
        "against a wrong rule and is not a second proof.",
        "The condition speaks of the moment of initialisation, not of training.",
    ]
    return {"title": "Scope and limits", "blocks": [bullets(*([Prose(line)] for line in said))]}


def _drawn_from(claims: list[Json]) -> list[str]:
    """What the measurements take for granted, where there are any."""
    if not claims:
        return []
    return [
        f"Output gradient: {_same(claim['output_gradient_assumption'] for claim in claims)}.",
        f"Input: {_same(claim['input'] for claim in claims)}. Real inputs are neither; normalise them.",
    ]


def _exactness(outcomes: tuple[Outcome, ...]) -> list[tuple[str, str]]:
    """Runs with the same footing share one line."""
    footing: dict[str, list[str]] = {}
    for outcome in outcomes:
        footing.setdefault(outcome.verdict.claim["exactness"], []).append(outcome.trial.label)
    return [(listed(labels), exactness) for exactness, labels in footing.items()]


def _same(values: object) -> str:
    return "; ".join(dict.fromkeys(values))  # type: ignore[call-overload]


def provenance(plan: Plan, outcomes: tuple[Outcome, ...], source: Mapping[str, str]) -> Json:
    """What a reader needs to draw the same networks again; the clock is left out so that equal runs agree."""
    runs = [(f"draws of {o.trial.label}", _drawn(o)) for o in outcomes]
    rows = [("command", plan.command), *source.items(), *runs]
    return {
        "title": "Provenance",
        "blocks": [
            facts(rows),
            paragraph(
                "Every number of this report is in ",
                Mono("attachment.json"),
                ", attached to this file; its SHA-256 starts as at the foot of each page. The run time is not in the "
                "file, so that the same command with the same seed, versions and device gives the same bytes.",
            ),
        ],
    }


def _drawn(outcome: Outcome) -> str:
    source = outcome.verdict.provenance
    drawn = f"seed {source['seed']}, {source['replicates']} networks, {source['device']}"
    return f"{drawn}, SHA-256 {source['data_sha256'][:32]}…"
