"""Imports: derive loads nothing heavy, and nothing from the packages above it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import derive

ROOT = Path(derive.__file__).parent
ABOVE = {"torch", "numpy", "scipy", "matplotlib", "typst", "click", "rich", "verify", "reports"}


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after a statement."""
    script = f"{statement}\nimport sys\nprint(' '.join({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT.parent
    )
    return set(done.stdout.split())


def test_importing_derive_loads_neither_sympy_nor_anything_above() -> None:
    assert not loaded_by("import derive") & (ABOVE | {"sympy", "flint"})


def test_using_derive_loads_nothing_from_above() -> None:
    used = "import derive; derive.gains(derive.activation('tanh'), 1); derive.stability; derive.Number"
    assert not loaded_by(used) & ABOVE


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_of_derive_imports_from_above(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert not imported & ABOVE


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_evaluated_from_text(path: Path) -> None:
    calls = {
        node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    }
    assert not calls & {"eval", "exec", "lambdify", "parse_expr"}
