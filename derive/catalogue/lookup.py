"""Finding an activation by its name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from derive.activation import Activation
from derive.catalogue import (
    error_function,
    exponential,
    linear,
    logistic,
    periodic,
    piecewise,
    rational,
)
from derive.catalogue.entry import Entry
from derive.errors import unknown_name

_FILES = (linear, piecewise, exponential, logistic, error_function, periodic, rational)
ENTRIES: Mapping[str, Entry] = {entry.name: entry for file in _FILES for entry in file.ENTRIES}


def names() -> tuple[str, ...]:
    """The names that `activation` knows.

    >>> names()[:2]
    ('identity', 'relu')
    """
    return tuple(ENTRIES)


def groups() -> dict[str, tuple[str, ...]]:
    """The names by kind, under a title; nothing is built for it.

    >>> groups()["Made of the Gaussian distribution function"][:2]
    ('erf', 'gelu')
    """
    return {_title(file.__doc__ or ""): tuple(entry.name for entry in file.ENTRIES) for file in _FILES}


def _title(docstring: str) -> str:
    title = docstring.splitlines()[0].rstrip(".").removeprefix("Activations ")
    return title[:1].upper() + title[1:]


def activation(name: str, parameters: Mapping[str, object] | None = None) -> Activation:
    """The activation of that name, with parameters other than the default ones where they are given.

    Raises `BadInput` for an unknown name, an unknown parameter, or a value that is not a finite rational
    or not positive where it must be.

    >>> activation("leaky_relu", {"a": "1/5"}).torch
    'torch.nn.LeakyReLU(0.2)'
    """
    if name not in ENTRIES:
        raise unknown_name("activation", name, names())
    return ENTRIES[name].activation(parameters) if parameters else _default(name)


@cache
def _default(name: str) -> Activation:
    """Kept, since an activation also keeps its pieces and its derivative once they are found."""
    return ENTRIES[name].activation({})
