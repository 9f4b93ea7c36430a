"""Finding a weight law by its name."""

from __future__ import annotations

from collections.abc import Mapping

from derive.errors import unknown_name
from derive.weights import constants, fixed, orthogonal, smooth, sparse, unusual
from derive.weights.entry import Entry
from derive.weights.law import WeightLaw

_FILES = (smooth, unusual, orthogonal, sparse, constants, fixed)
ENTRIES: Mapping[str, Entry] = {entry.name: entry for file in _FILES for entry in file.ENTRIES}


def weight_law_names() -> tuple[str, ...]:
    """The names that `weight_law` knows.

    >>> weight_law_names()[:3]
    ('normal', 'uniform', 'truncated_normal')
    """
    return tuple(ENTRIES)


def weight_law(name: str, parameters: Mapping[str, object] | None = None) -> WeightLaw:
    """The weight law of that name, with parameters other than the default ones where they are given.

    Raises `BadInput` for an unknown name, an unknown parameter, or a value that makes no sense there.

    >>> weight_law("student_t", {"nu": 7}).kurtosis
    5
    """
    if name not in ENTRIES:
        raise unknown_name("weight law", name, weight_law_names())
    return ENTRIES[name].law(parameters or {})
