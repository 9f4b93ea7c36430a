"""The README: its Python runs as printed, its commands exist, its set-up lines are the ones that CI runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
COMMANDS = re.findall(r"^gainproof (\w+)", README, re.MULTILINE)


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_python_runs_and_prints_what_its_comments_say(number: int) -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", PYTHON[number]],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    promised = re.findall(r"print\(.*?\)\s+# ([\w.()]+)", PYTHON[number])
    printed = ran.stdout.splitlines()
    for words in promised:
        assert any(line.startswith(words.rstrip(".")) for line in printed), (words, printed)


def test_there_are_python_snippets() -> None:
    assert len(PYTHON) >= 3


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_every_command_has_help(command: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "reports.cli", command, "--help"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert ran.returncode == 0
    assert ran.stdout


def test_set_up_is_two_lines_between_the_marks_that_ci_reads() -> None:
    block = README.split("<!-- ci:begin -->")[1].split("<!-- ci:end -->")[0]
    lines = [line for line in block.splitlines() if line and not line.startswith("```")]
    assert lines == [
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/gainproof report relu -o relu.pdf",
        ".venv/bin/pip install '.[test]' && .venv/bin/python -m pytest -n 2",
    ]


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert targets
    assert [t for t in targets if "://" not in t and not (ROOT / t).exists()] == []
