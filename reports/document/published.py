"""The table of published constants: what frameworks set for the activation, and how far it is from the truth."""

from __future__ import annotations

from collections.abc import Sequence

from derive.number import Missing
from derive.published import Comparison
from reports.answer import off_by
from reports.document.pieces import Json, Mono, cell, column, digits, paragraph, small, stack, table

_SHOWN = 12


def blocks(rows: Sequence[Comparison]) -> list[Json]:
    """The table, with where each constant was read; a sentence where there is none for this function alone."""
    rows = [row for row in rows if row.published.activation or not isinstance(row.difference, Missing)]
    if not rows:
        return []
    columns = [
        column("Published by", wide=True),
        column("Value", "right"),
        column("Convention"),
        column("Truth", "right"),
        column("Off by", "right"),
    ]
    body = table(
        columns,
        [_row(row) for row in rows],
        "Published constants, each against the gain of its own convention.",
        breakable=True,
    )
    own = any(row.published.activation is not None for row in rows)
    return (
        [body]
        if own
        else [paragraph("No framework that was read publishes a constant for this function."), body]
    )


def _row(row: Comparison) -> list[Json]:
    stated = row.published
    return [
        stack(cell(f"{stated.framework}, ", Mono(stated.where)), small(_about(row))),
        digits(row.value[:_SHOWN]),
        cell(stated.convention.replace("_", "-")),
        digits("none" if isinstance(row.true, Missing) else row.true.value[:_SHOWN]),
        digits(off_by(row)),
    ]


def _about(row: Comparison) -> str:
    """For which functions, what is said of it, and where it was read."""
    stated = row.published
    note = f"{stated.note[:1].upper()}{stated.note[1:]}. " if stated.note else ""
    every = "For any activation. " if stated.activation is None and "whatever" not in note else ""
    return f"{every}{note}Read in {stated.source}."
