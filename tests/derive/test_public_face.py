"""The public names of derive, written out: adding or losing one is a decision, not an accident."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import derive

PUBLIC = {
    "Activation",
    "BadInput",
    "FiniteWidth",
    "Gains",
    "Missing",
    "Moments",
    "Number",
    "Pair",
    "Q",
    "Stability",
    "Theorem",
    "WeightLaw",
    "X",
    "activation",
    "finite_width",
    "gains",
    "kind",
    "moment",
    "moments",
    "names",
    "slope",
    "stability",
    "theorem_names",
    "theorems_for",
    "weight_law",
    "weight_law_names",
}


def test_the_names_are_there() -> None:
    assert set(derive.__all__) == PUBLIC
    assert set(dir(derive)) >= set(derive.__all__)
    assert len(derive.__all__) == len(set(derive.__all__))


@pytest.mark.parametrize("name", sorted(derive.__all__))
def test_every_public_name_resolves_and_is_documented(name: str) -> None:
    public = getattr(derive, name)
    assert public is not None
    if callable(public):
        assert public.__doc__


@pytest.mark.parametrize("name", ["activation", "finite_width", "gains", "moments", "stability"])
def test_a_function_is_not_hidden_by_the_module_of_its_name(name: str) -> None:
    script = f"import derive.{name}\nfrom derive import {name}\nassert callable({name} and derive.{name})"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(derive.__file__).parent.parent)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = derive.nothing
