"""Expressions that start with a minus sign, between options that do too."""

from __future__ import annotations

import pytest

from reports.arguments import sorted_words
from reports.cli import app

REPORT = ["report", "-o", "f.pdf", "--", "-softplus(x)"]

TABLE = [
    ("report -softplus(x) -o f.pdf", REPORT),
    ("report -o f.pdf -softplus(x)", REPORT),
    ("report -o f.pdf -- -softplus(x)", REPORT),
    ("report -o*x -o f.pdf", ["report", "-o", "f.pdf", "--", "-o*x"]),
    ("report -of.pdf -o*x", ["report", "-of.pdf", "--", "-o*x"]),
    ("report -h*x -o f.pdf", ["report", "-o", "f.pdf", "--", "-h*x"]),
    ("gain -x --json", ["gain", "--json", "--", "-x"]),
    ("gain -x --variance 1/4", ["gain", "--variance", "1/4", "--", "-x"]),
    ("gain -x --variance=1/4", ["gain", "--variance=1/4", "--", "-x"]),
    ("gain --variance -x -x", ["gain", "--variance", "-x", "--", "-x"]),
    ("gain --(x)", ["gain", "--", "--(x)"]),
    ("gain --wdth 3 relu", ["gain", "--wdth", "--", "3", "relu"]),
    ("gain -h", ["gain", "-h"]),
    ("gain --digits", ["gain", "--digits"]),
    ("--version", ["--version"]),
    ("gian -x", ["gian", "-x"]),
    ("", []),
]


@pytest.mark.parametrize(("typed", "expected"), TABLE, ids=[typed for typed, _ in TABLE])
def test_options_come_first(typed: str, expected: list[str]) -> None:
    assert sorted_words(typed.split(), app.commands) == expected


def test_an_argument_may_hold_anything() -> None:
    assert sorted_words(["gain", "--a b\nc", "-"], app.commands) == ["gain", "--", "--a b\nc", "-"]
