"""A theorem written out: complete in every layout, and safe whatever its strings hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typst

from derive.proof.statement import Theorem
from reports.proofs import write


@pytest.mark.parametrize("layout", ["text", "markdown", "latex", "typst"])
def test_everything_is_there(theorem: Theorem, layout: str) -> None:
    written = write(theorem, layout)
    for step in theorem.steps:
        assert f"({step.number})" in written or f"\\tag{{{step.number}}}" in written
    assert theorem.title in written and "Gaussian weights are not needed" in written
    assert all(a.id in written for a in theorem.assumptions)
    assert written.count("finite models") >= sum(s.check.kind == "finite models" for s in theorem.steps)


def test_a_chain_does_not_repeat_itself(theorem: Theorem) -> None:
    written = write(theorem, "text")
    assert "  (2)  = ∑" in written and "  (19) n_in·σ_w²/2 = 1\n       ⇔ σ_w² = 2/n_in" in written


def test_text_fits_the_terminal(theorem: Theorem) -> None:
    """Prose always; formulas where they can be cut, which a single expectation cannot."""
    lines = [line for line in write(theorem, "text").splitlines() if "w[i, 10]" not in line]
    assert max(len(line) for line in lines) <= 100


def test_typst_source_compiles(theorem: Theorem, tmp_path: Path) -> None:
    """The hostile remark would stop the compiler, or run code, if a character got through."""
    (tmp_path / "proof.typ").write_text(write(theorem, "typst"), encoding="utf-8")
    assert typst.compile(str(tmp_path / "proof.typ"), ignore_system_fonts=True)[:5] == b"%PDF-"


def test_latex_is_balanced_and_escaped(theorem: Theorem) -> None:
    written = write(theorem, "latex")
    bare = re.sub(r"\\[{}$%#&_]", "", written)
    assert bare.count("{") == bare.count("}") and bare.count("$") % 2 == 0
    assert written.count(r"\begin{") == written.count(r"\end{")
    assert r"\input{" not in written and written.count(r"\left") == written.count(r"\right")
    assert "%" not in bare.replace("% needs", "")


def test_markdown_escapes_what_it_does_not_mean(theorem: Theorem) -> None:
    written = write(theorem, "markdown")
    assert r"\$\{x\}" in written or r"\${x}\$" in written
    assert r"\`id\`" in written and r"\<b\>" in written and r"\[x\](y)" in written
