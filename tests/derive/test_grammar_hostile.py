"""Hostile and broken input: refused with one line, within two seconds, and nothing of it runs."""

from __future__ import annotations

import ast
import builtins
import os
import runpy
import subprocess
import time
from pathlib import Path
from typing import Any, NoReturn

import pytest

from derive.errors import BadInput
from derive.inputs import activation

HOSTILE = runpy.run_path(str(Path(__file__).with_name("hostile.py")))["HOSTILE"]
_PARSE_ONLY = ast.PyCF_ONLY_AST  # type: ignore[attr-defined]


def refusal(text: str) -> str:
    with pytest.raises(BadInput) as caught:
        activation(text)
    return str(caught.value)


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 200


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_refused_in_one_line_and_soon(text: str) -> None:
    start = time.perf_counter()
    message = refusal(text)
    assert time.perf_counter() - start < 2
    assert message.isprintable()
    assert len(message) < 400
    assert "unknown activation" in message or ", at character " in message


def test_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("x", "log(1 + x^2) if x > 0 else rellu(x)", "1/(x^2 - 2)"):
        with pytest.raises(BadInput):
            activation(f"{text} +")  # whatever is loaded at first use is loaded now
    assert activation("log(1 + x^2) + relu6(x)").name
    compiled = builtins.compile

    def compile_(source: Any, filename: Any, mode: str, flags: int = 0, **rest: Any) -> Any:
        assert flags & _PARSE_ONLY
        return compiled(source, filename, mode, flags, **rest)

    def tripped(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError("something was run")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(builtins, "compile", compile_)
    for owner, name in ((builtins, "eval"), (builtins, "exec"), (builtins, "open"), (os, "system")):
        monkeypatch.setattr(owner, name, tripped)
    monkeypatch.setattr(subprocess, "Popen", tripped)
    messages = [refusal(text) for text in HOSTILE]
    monkeypatch.undo()
    assert len(messages) == len(HOSTILE)
    assert not list(tmp_path.iterdir())
