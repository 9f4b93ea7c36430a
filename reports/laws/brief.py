"""A weight law in one sentence: its kurtosis, its symmetry, and what the theorems ask that it does not give."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def law_line(law: Json) -> str:
    """The facts of a law as the JSON of a verdict names it.

    >>> law_line({"name": "normal", "kurtosis": 3.0, "symmetric": True, "continuous": True})
    'law normal: kurtosis 3, symmetric; meets what all theorems ask of the weights'
    """
    kurtosis = "infinite" if law["kurtosis"] is None else f"{law['kurtosis']:.4g}"
    shape = "symmetric" if law["symmetric"] else "not symmetric"
    return f"law {law['name']}: kurtosis {kurtosis}, {shape}{standing(law['name'])}"


def standing(name: str) -> str:
    """What the law does not give, as the end of a sentence; nothing of a law that is not in the catalogue."""
    from derive.weights import weight_law, weight_law_names

    base = name.partition("(")[0]
    if base not in weight_law_names():
        return "; not one of the catalogue, so nothing is derived of it"
    lacking: dict[str, list[str]] = {}
    for found in weight_law(base).meets:
        for requirement in found.failed:
            lacking.setdefault(requirement.fact, []).append(found.theorem)
    if not lacking:
        return "; meets what all theorems ask of the weights"
    facts = "; ".join(f"{fact} ({', '.join(names)})" for fact, names in lacking.items())
    return f"; does not give {facts}"
