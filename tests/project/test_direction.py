"""One direction: derive -> verify -> reports, in what each room imports and in what an import loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = {
    "derive": {"torch", "matplotlib", "typst", "rich", "click", "verify", "reports"},
    "verify": {"matplotlib", "typst", "rich", "click", "reports"},
}
NOT_LOADED = {"derive": ("torch", "numpy", "matplotlib"), "verify": ("matplotlib", "typst")}


def imported(source: str) -> set[str]:
    """The top-level names of all modules that a source file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", FORBIDDEN)
def test_no_file_imports_against_the_direction(room: str) -> None:
    files = list((ROOT / room).rglob("*.py"))
    assert files
    found = {str(f.relative_to(ROOT)): imported(f.read_text()) & FORBIDDEN[room] for f in files}
    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize("room", NOT_LOADED)
def test_an_import_stays_light(room: str) -> None:
    code = f"import sys, {room}; print([m for m in {NOT_LOADED[room]!r} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("room", ("derive", "verify", "reports"))
def test_nothing_evaluates_text(room: str) -> None:
    """No call of eval, exec, sympify or lambdify: what a user typed never becomes code."""
    for file in (ROOT / room).rglob("*.py"):
        calls = [n.func for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.Call)]
        plain = {f.id for f in calls if isinstance(f, ast.Name)}
        methods = {
            f.attr for f in calls if isinstance(f, ast.Attribute)
        }  # Poly.eval and the like are harmless
        assert not plain & {"eval", "exec", "compile", "sympify", "lambdify", "parse_expr"}, file
        assert not methods & {"sympify", "lambdify", "parse_expr"}, file
