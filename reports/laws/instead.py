"""The theorem that says what weights of a law do where the usual ones fail for it."""

from __future__ import annotations

from derive.proof.statement import Theorem

_INSTEAD = {
    "constant": "symmetry_never_breaks",
    "zeros": "zero_weights",
    "exponential": "skewed_weights",
}


def instead(law: str) -> tuple[Theorem, ...]:
    """That theorem, derived; none for a law that needs none.

    >>> instead("normal")
    ()
    """
    from derive.theorems import theorems_for

    return theorems_for(_INSTEAD[law]) if law in _INSTEAD else ()
