"""Which program, libraries and source produced a result: what a reader needs to run it again."""

from __future__ import annotations

import platform
import subprocess
from importlib import metadata
from pathlib import Path

LIBRARIES = ("sympy", "python-flint", "numpy", "torch", "matplotlib", "typst")


def version(distribution: str) -> str:
    """The installed version, or "not installed" for a package that runs from its source tree."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "not installed"


def versions() -> dict[str, str]:
    """The versions of Python, of this package and of the libraries that its numbers depend on."""
    return {
        "gainproof": version("gainproof"),
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }


def commit() -> str | None:
    """The commit that this runs from, "+" added where tracked files differ; None outside git."""
    here = Path(__file__).resolve().parent
    head = _git(here, "rev-parse", "--short=12", "HEAD")
    if head is None or not _git(here, "ls-files", Path(__file__).name):
        return None
    return head + ("+" if _git(here, "status", "--porcelain", "--untracked-files=no", "..") else "")


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=5, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
