"""The section on finite width: the figures that are derived for it beside those measured, and the output gradient."""

from __future__ import annotations

import sympy as sp

from derive.activation import Activation
from derive.finite_width import correlated_output
from derive.number import Missing, Number
from reports.document.pieces import (
    Json,
    Prose,
    Run,
    cell,
    column,
    digits,
    formula_cell,
    heading,
    paragraph,
    table,
)
from reports.document.words import capital
from reports.finite_width import Row, measured_words, rows, shown
from reports.plan import Outcome

_N, _A = sp.symbols("n A")
_KAPPA = sp.Symbol("kappa")


def sections(activation: Activation, outcomes: tuple[Outcome, ...]) -> list[Json]:
    """The section; none where no run has figures to show."""
    found = [(outcome, rows(outcome.verdict.to_json())) for outcome in outcomes]
    shown_ones = [(outcome, figures) for outcome, figures in found if figures]
    if not shown_ones:
        return []
    blocks = [_what_it_is(), *(_table(outcome, figures) for outcome, figures in shown_ones)]
    return [{"title": "Finite width", "blocks": [*blocks, *_output(activation, outcomes)]}]


def _what_it_is() -> Json:
    return paragraph(
        "The conditions above are about means. In a network of finite width each layer multiplies ",
        sp.Symbol("q"),
        " by an increment ",
        _A,
        " of mean 1 and variance ",
        _KAPPA / _N,
        ", and the logarithm of ",
        _A,
        " has a mean below 0: the typical network falls behind the mean of all. The figures of theory are derived for "
        "Gaussian weights, and nothing is fitted to the draws. A dash stands where the draws do not tell a figure.",
    )


def _table(outcome: Outcome, figures: tuple[Row, ...]) -> Json:
    columns = [
        column("Figure", wide=True),
        column(""),
        column("Theory", "right"),
        column("Measured", "right"),
    ]
    widths = sorted(set(outcome.verdict.claim["widths"][1:]))
    sizes = f"{widths[0]}" if len(widths) == 1 else f"{widths[0]} to {widths[-1]}"
    return table(
        columns,
        [_row(row) for row in figures],
        f"{capital(outcome.trial.label)}, ",
        _N,
        f" = {sizes}: derived, and measured with standard errors.",
    )


def _row(row: Row) -> list[Json]:
    formula = cell("") if row.formula is None else formula_cell(row.formula)
    return [
        cell(Prose(capital(row.name))),
        formula,
        digits(shown(row.theory or 0.0)),
        digits(measured_words(row)),
    ]


def _output(activation: Activation, outcomes: tuple[Outcome, ...]) -> list[Json]:
    """What another output gradient would change, where a backward claim assumes one; at infinite width."""
    backward = [outcome for outcome in outcomes if "backward" in outcome.verdict.claim["directions"]]
    if not backward:
        return []
    claim = backward[-1].verdict.claim
    words: list[Run] = [
        f"The backward claim assumes that {claim['output_gradient_assumption']}. An output gradient that depends on "
        "the network breaks this, and at infinite width the squared gradient at the input, after "
        f"{claim['depth']} layers, is then multiplied",
    ]
    told = [_effect(activation, claim, kind, said) for kind, said in _KINDS]
    return [heading("The output gradient", 2), paragraph(*words, *told[0], " and", *told[1], ".")]


_KINDS = (
    ("ones", "for all ones (the sum of the outputs as loss)"),
    ("proportional", "for one proportional to the output"),
)


def _effect(activation: Activation, claim: Json, kind: str, said: str) -> list[Run]:
    """The factor, exactly where that is short."""
    bias, q = sp.Rational(repr(claim["bias_variance"])), sp.Rational(claim["variance"])
    found = correlated_output(activation, q, None, bias, claim["depth"], kind)
    if isinstance(found, Missing):
        return [" ", Prose(f"{said} by a factor that is not known ({found.reason})")]
    factor: Number = found.factors[-1]
    if factor.exact is not None and factor.exact.is_Integer:
        return [f" by {factor.exact} {said}"]
    return [" ", Prose(f"by {shown(float(factor))} {said}")]
