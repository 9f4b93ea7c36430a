"""What the report of an activation says in sentences: first page, use and limits, all from its numbers."""

from __future__ import annotations

import re
from decimal import Decimal

import sympy as sp

from derive.activation import Activation, X
from derive.errors import BadInput
from derive.gains import Gains, Pair
from derive.number import Missing, Number
from derive.phase.depth_scales import LAYERS
from derive.proof.terms import Var
from reports.document import closing
from reports.document import moments as numbers
from reports.document.cover import result_card
from reports.document.pieces import Json, Prose, Run, Strong, paragraph, rich
from reports.document.words import capital, count, decimal, listed
from reports.plan import Outcome, Plan
from reports.render.text import printable, spelled
from reports.snippet import best, torch_snippet

_W, _B, _Q = sp.symbols("w b q")
_Z = sp.Symbol("z", real=True)
_N_IN, _G = sp.symbols("n_in g")


UNNAMED = "f"  # what an expression is called in sentences


def display_name(found: Activation) -> str:
    """The name that the field writes: torch's class where it says more than the catalogue's name.

    >>> from derive.catalogue import activation
    >>> display_name(activation("leaky_relu")), display_name(activation("tanh"))
    ('LeakyReLU', 'tanh')
    """
    match = re.match(r"torch\.nn\.(\w+)", found.torch or "")
    plain = found.name.replace("_", " ")
    return plain if match is None or match[1] == plain.capitalize() else match[1]


_LONGEST_TITLE, _LONGEST_SUBTITLE = 44, 400


def title(found: Activation) -> str:
    """The title: the name, or the formula of a function that has none, where it is short."""
    if found.name != UNNAMED:
        return f"Variance conditions for {display_name(found)}"
    shown = spelled(found.expression)
    return f"Variance conditions for {shown if len(shown) <= _LONGEST_TITLE else 'a function of x'}"


def subtitle(plan: Plan) -> list[Json]:
    """The function, its parameters and the q of the report."""
    shown = plan.activation.expression.xreplace({X: _Z})
    values = [run for symbol, value in plan.activation.parameters for run in (", ", sp.Eq(symbol, value))]
    at: list[Run] = ["pre-activations with ", sp.Eq(_Q, plan.variance)]
    if len(spelled(shown)) > _LONGEST_SUBTITLE or not printable(shown):
        return rich("A function that is written out in the code at the end", *values, "; ", *at)
    return rich(sp.Eq(sp.Function("f")(_Z), shown, evaluate=False), *values, "; ", *at)


def result(plan: Plan) -> Json:
    """The condition: symbolic where one gain serves both directions, else the pair, else forward alone."""
    gained, at = plan.gains, sp.Eq(_Q, plan.variance)
    if (
        plan.activation.degree_one is not None
        and isinstance(gained.forward, Number)
        and gained.forward.symbolic
    ):
        condition = sp.Eq(Var(_W), sp.simplify(gained.forward.symbolic**2) / _N_IN)
        return result_card(
            "Condition",
            [condition],
            "holds the second moment of the pre-activations at every ",
            _Q,
            "; with ",
            sp.Symbol("n_out"),
            " in place of ",
            _N_IN,
            " it holds the gradient.",
        )
    if isinstance(gained.pair, Pair):
        return result_card("Condition", _pair_formulas(gained.pair), *_pair_note(gained, at))
    if isinstance(gained.forward, Missing):
        return result_card("No condition", [], *_nothing(gained.forward))
    return result_card(
        "Condition, forward only",
        [_squared(gained.forward)],
        "at ",
        at,
        ". No gain and bias variance serve both directions there.",
    )


def _nothing(number: Missing) -> list[Run]:
    """Why no gain holds the signal, and where one would."""
    if number.infinite_from is None:
        return [Prose(f"No gain holds the signal here: {number.reason}.")]
    there = sp.Eq(_Q, number.infinite_from, evaluate=False)
    return [
        "A moment is infinite from ",
        there,
        " on, so no gain holds the signal there. Give a smaller ",
        _Q,
        ".",
    ]


def _pair_formulas(pair: Pair) -> list[sp.Basic]:
    return [_squared(pair.gain), sp.Eq(Var(_B), numbers.shortened(pair.bias_variance), evaluate=False)]


def _squared(gain: Number) -> sp.Basic:
    square = sp.Symbol(numbers.cut(str(Decimal(gain.value) ** 2), 6))
    return sp.Eq(Var(_W), square / _N_IN, evaluate=False)


def _pair_note(gained: Gains, at: sp.Basic) -> list[Run]:
    without: list[Run] = []
    for name, number in (("forward", gained.forward), ("backward", gained.backward)):
        if isinstance(number, Number):
            without += [f" {name} it is ", sp.Eq(_G, numbers.shortened(number, 4), evaluate=False), ","]
    return ["holds both directions at ", at, ". Without a bias no gain does:", *without[:-1], "."]


def summary(plan: Plan, outcomes: tuple[Outcome, ...]) -> list[Json]:
    """A paragraph: what holds and why, how much was derived and measured."""
    lines = sum(len(t.steps) for t in plan.theorems)
    networks = sum(o.verdict.provenance["replicates"] for o in outcomes)
    return rich(
        *_why(plan),
        *_depth(plan),
        f" The conditions are derived below in {count(lines, 'line')}, each checked by a second means, from "
        "assumptions of which none can be dropped. Their numbers are certified by ball arithmetic"
        + (f", and they are measured on {count(networks, 'network')}." if outcomes else "."),
    )


def _depth(plan: Plan) -> list[Run]:
    """What a reader must know of depth before anything else: that a condition is true and yet does not hold q."""
    unstable = [s for s in plan.settings if s.phase.holds and s.phase.kind == "unstable"]
    if not unstable:
        return []
    both = "" if len(plan.settings) == 1 else f" {listed([s.label for s in unstable])}"
    after = unstable[-1].phase.depth50
    ends: list[Run] = []
    if not isinstance(after, Missing) and after.below is not None and after.above is not None:
        which = f" {unstable[-1].label}," if len(unstable) > 1 else ""
        ends = [f":{which} a start 1% below it ends near {decimal(after.below, 2)} after {LAYERS} layers, "]
        ends += [f"one 1% above near {decimal(after.above, 2)}"]
    at = sp.Eq(_Q, plan.variance)
    return [Strong(" The fixed point "), at, Strong(f" is unstable{both}"), *ends, "."]


def _why(plan: Plan) -> list[Run]:
    name = display_name(plan.activation)
    if plan.activation.degree_one is not None:
        return [
            f"{capital(name)} scales with its input, so one gain holds the signal and the gradient alike, at every ",
            _Q,
            ".",
        ]
    if isinstance(plan.gains.pair, Pair):
        return [
            f"For {name} the gain that holds the signal is not the gain that holds the gradient, so without a bias "
            "one of them must drift. A bias of the right variance removes the conflict at ",
            sp.Eq(_Q, plan.variance),
            ".",
        ]
    if isinstance(plan.gains.forward, Missing):
        return [
            f"For {name} there is no gain at ",
            sp.Eq(_Q, plan.variance),
            ", so there is nothing to set and nothing to measure.",
        ]
    return [
        f"For {name} a gain holds the signal at ",
        sp.Eq(_Q, plan.variance),
        ", but none holds the gradient with it, with or without a bias.",
    ]


def usage(plan: Plan, outcomes: tuple[Outcome, ...]) -> list[Json]:
    """The torch code for the best condition that there is; nothing where there is none."""
    widths = tuple(outcomes[0].verdict.claim["widths"]) if outcomes else ()
    chosen = best(plan.gains, plan.variance)
    if chosen is None:
        return []
    try:
        source = torch_snippet(plan.activation, chosen, widths)
    except BadInput as error:
        return [{"title": "How to use it", "blocks": [paragraph(f"No code for torch: {error}.")]}]
    return [closing.usage(source, "For torch. The code sets every linear layer and runs as it stands.")]


def limits(plan: Plan) -> list[str]:
    """What the activation's kind does not give."""
    if plan.activation.degree_one is not None:
        return [
            "fan_in holds the signal and fan_out the gradient; both at once hold only between layers of equal width."
        ]
    unmet = [o for o in ("forward", "backward") if isinstance(getattr(plan.gains, o), Missing)]
    none = [f"There is no {listed(unmet)} gain at this q."] if unmet else []
    return [
        f"The numbers hold at q = {plan.variance} only: at another q the gains are others.",
        "fan_in is meant throughout; between layers of unequal width the gradient follows fan_out.",
        *none,
    ]
