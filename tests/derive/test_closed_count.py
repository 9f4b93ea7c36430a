"""How many of 47 x 3 moments have a closed form at symbolic q, family by family."""

from __future__ import annotations

import runpy
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from derive.activation import Activation
from derive.moments.closed import RefusedError, search
from derive.moments.kinds import MONOMIALS
from derive.moments.trust import closed_form

_DATA = runpy.run_path(str(Path(__file__).with_name("closed_table.py")))
TABLE, VALUES = _DATA["TABLE"], _DATA["VALUES"]
KINDS = ("mean", "second", "derivative_second")


def _activation(name: str) -> Activation:
    expression = TABLE[name]
    parameters = tuple((symbol, VALUES[symbol]) for symbol in VALUES if expression.has(symbol))
    return Activation(name, expression, parameters, "", None)


def _family(name: str, kind: str) -> str:
    """The module whose family gives a closed form first, or "none"."""
    parts = tuple(_activation(name).pieces())
    for family in search._FAMILIES:
        try:
            found = family(parts, MONOMIALS[kind])
        except RefusedError:
            continue
        if found is not None and found.expression is not None:
            return family.__module__.split("closed.")[1].split(".")[0]
    return "none"


@cache
def _count() -> Counter[str]:
    """Closed forms by family, released ones only."""
    pairs = [(name, kind) for name in TABLE for kind in KINDS]
    forms = {pair: closed_form(_activation(pair[0]), MONOMIALS[pair[1]]) for pair in pairs}
    return Counter(_family(*pair) for pair, form in forms.items() if form.expression is not None)


def test_the_table_has_47_functions() -> None:
    assert len(TABLE) == 47


def test_at_least_100_of_141_have_a_closed_form() -> None:
    assert sum(_count().values()) >= 100


@pytest.mark.parametrize(
    ("family", "least"),
    [("polynomial", 45), ("gaussian", 45), ("symmetry", 9), ("rational", 10), ("root", 8)],
)
def test_every_family_has_its_share(family: str, least: int) -> None:
    assert _count()[family] >= least


@pytest.mark.parametrize("name", TABLE)
def test_no_form_is_caught_by_the_trust_rule(name: str) -> None:
    """Every form that a family gives is right: the rule is a net that has nothing to catch here."""
    for kind in KINDS:
        assert "withheld" not in (closed_form(_activation(name), MONOMIALS[kind]).reason or "")
