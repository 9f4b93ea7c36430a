"""The report of a weight law: what it is, which theorems hold for it, and a trial of ReLU's condition on it.

Where the law meets the theorem, the report claims that the condition holds. Where it does not, the report claims
that the condition fails, and the trial must refute it.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from derive.catalogue import activation
from derive.gains import gains
from derive.moments import moments
from derive.proof.terms import Var
from derive.weights import WeightLaw, weight_law
from reports.document import closing, depth, measured, proof, verdicts, weights
from reports.document.cover import result_card
from reports.document.pieces import Json, Prose, Run, rich
from reports.document.words import FEW, count
from reports.laws.instead import instead
from reports.plan import Document, Options, Outcome, Plan, Trial
from verify import Claim, layer_widths
from verify.laws import law as drawn_law
from verify.problem import resolve

_W, _N_IN, _G = sp.symbols("w n_in g")
# Where all units of a layer are one, a layer is off by a factor near its width: few networks of few layers show it.
_SHARED = {"widths": layer_widths(64, 6), "replicates": 256}


def plan(name: str, options: Options) -> Plan:
    """Derive all that the report of this law needs. --param gives the law's parameters."""
    found, relu = weight_law(name, options.parameters), activation("relu")
    return Plan(
        name=name,
        title=f"The weight law {_label(found)}",
        activation=relu,
        variance=options.variance,
        moments=moments(relu, options.variance),
        gains=gains(relu, options.variance),
        theorems=instead(name),
        trials=(_trial(found, options),),
        command=options.command,
        build=build,
        law=found,
    )


def _label(law: WeightLaw) -> str:
    values = ", ".join(f"{symbol} = {value}" for symbol, value in law.parameters)
    return f"{law.name.replace('_', ' ')}{f' with {values}' if values else ''}"


def _trial(law: WeightLaw, options: Options) -> Trial:
    claim: dict[str, Any] = {"variance": options.variance, "widths": layer_widths()} | dict(options.claim)
    if law.variance == 0:
        claim |= _SHARED | {key: value for key, value in options.claim.items() if value is not None}
    claim |= {} if options.widths is None else {"widths": options.widths}
    values = {symbol.name: value for symbol, value in law.parameters}
    tried = Claim(activation("relu"), direction="both", law=drawn_law(law.name, values), **claim)
    reason = _why_it_fails(law, tried)
    if reason is None:
        return Trial(
            "law", "ReLU under this law", "ReLU's condition, which asks of the weights what they have.", tried
        )
    return Trial(
        "law", "ReLU under this law", f"ReLU's condition must fail here: {reason}.", tried, fails=True
    )


def _why_it_fails(law: WeightLaw, claim: Claim) -> str | None:
    """Why ReLU's condition does not hold under the law; None where it does."""
    standing = next(s for s in law.meets if s.theorem == "forward_condition")
    lacking = [r for r in standing.failed if r.fact in ("mean zero", "symmetric")]
    if lacking:
        return lacking[0].why
    if law.variance == 0:
        return "all weights are 0, and nothing passes"
    if law.free_scale:
        return None
    problem = resolve(claim)
    off = max(abs(float(r) - 1) for d in problem.directions for r in problem.ratio(d))
    factor = float(problem.ratio("forward")[0])
    bound = 1 - (1 - claim.margin) ** 2
    return (
        None
        if off < bound
        else f"the scale that the law fixes makes the factor of a layer {factor:.4g}, not 1"
    )


def build(plan: Plan, outcomes: tuple[Outcome, ...]) -> Document:
    """The document of a law."""
    assert plan.law is not None
    fails = outcomes[0].trial.fails  # then no theory says what depth does
    made = [
        part.section(outcomes) for part in ((measured, verdicts) if fails else (measured, depth, verdicts))
    ]
    figures = {name: svg for _, found in made for name, svg in found.items()}
    sections = [
        *weights.sections(plan.law),
        *([proof.section(plan.theorems)] if plan.theorems else []),
        *(section for section, _ in made),
        closing.scope(outcomes, *_LIMITS),
    ]
    subtitle = rich(Prose(f"{plan.law.title[:1].upper()}{plan.law.title[1:]}"), "; ", plan.law.reference)
    return Document(subtitle, _result(plan, outcomes), _summary(plan, outcomes), sections, figures)


def _result(plan: Plan, outcomes: tuple[Outcome, ...]) -> Json:
    law = plan.law
    assert law is not None
    if outcomes[0].trial.fails:
        scaled = law.free_scale and law.variance != 0
        label, shown = (
            ("A condition that fails here", 2 / _N_IN) if scaled else ("Not the condition", law.variance)
        )
        return result_card(label, [sp.Eq(Var(_W), shown, evaluate=False)], *_broken(outcomes[0]))
    return result_card(
        "Condition for ReLU",
        [sp.Eq(Var(_W), 2 / _N_IN)],
        "holds under this law as under every other that meets the theorem's assumptions.",
    )


def _broken(outcome: Outcome) -> list[Run]:
    return [Prose(outcome.trial.why)]


def _summary(plan: Plan, outcomes: tuple[Outcome, ...]) -> list[Json]:
    law = plan.law
    assert law is not None
    met = sum(standing.met for standing in law.meets)
    networks = sum(o.verdict.provenance["replicates"] for o in outcomes)
    ends = (
        "The trial shows that the condition fails, as the law's own moments say that it must. That failure is what "
        "this report claims, so a refutation of the condition confirms it."
        if outcomes[0].trial.fails
        else "The trial tests the condition in every layer, in both directions."
    )
    return rich(
        f"Of {count(len(law.meets), 'theorem')} that ask something of the weights the law meets the assumptions of "
        f"{FEW[met] if met else 'none'}. Its moments are exact. ReLU's condition is tried on "
        f"{count(networks, 'network')} of this law. {ends}"
    )


_LIMITS = (
    "What the law meets or fails is said of independent draws of every layer, at initialisation.",
    "The trial is of ReLU; for activations that are not of degree 1 a law that is not Gaussian adds an effect of order "
    "1/width.",
)
