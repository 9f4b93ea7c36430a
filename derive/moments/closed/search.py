"""The families of closed forms in the order in which they are tried: cheap and readable ones first."""

from __future__ import annotations

from collections.abc import Sequence

from derive.kinks import Piece
from derive.moments.closed import gaussian, logistic, polynomial, rational, root, symmetry
from derive.moments.closed.families import Family, Form, RefusedError
from derive.moments.kinds import Monomial

_FAMILIES: tuple[Family, ...] = (
    polynomial.form,
    gaussian.form,
    symmetry.form,
    rational.form,
    root.form,
    logistic.form,
)


def closed_moment(parts: Sequence[Piece], powers: Monomial) -> Form:
    """The first form that a family gives, if need be after odd terms, which have mean 0, are dropped.

    Raises `RefusedError` with the reasons of the families that the function belongs to, where none has one.
    """
    reasons: list[str] = []
    found = _first(parts, powers, reasons)
    if found is None:
        lighter = symmetry.without_odd_terms(parts, powers)
        found = None if lighter is None else _first(lighter, Monomial(1, 0, 0, powers.q), [])
    if found is None:
        raise RefusedError("; ".join(reasons) or "no closed form is known here for a function of this kind")
    return found


def _first(parts: Sequence[Piece], powers: Monomial, reasons: list[str]) -> Form | None:
    """The first closed form, or else the first reduction; reasons for having none are added to the list."""
    reduction = None
    for family in _FAMILIES:
        try:
            found = family(parts, powers)
        except RefusedError as refusal:
            reasons.append(str(refusal))
            continue
        if found is not None and found.expression is not None:
            return found
        reduction = reduction or found
    return reduction
