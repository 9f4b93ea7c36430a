"""Weight laws written out, in every layout and as a report that claims what the law does, or that it fails."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
import typst
from pypdf import PdfReader

from derive.weights import weight_law, weight_law_names
from reports.cli import main
from reports.laws import write
from reports.laws.brief import law_line
from reports.making import make
from reports.plan import Options, Outcome
from reports.plans import plan_for
from verify import layer_widths, verify

Captured = pytest.CaptureFixture[str]
LAYOUTS = ("text", "markdown", "latex", "typst")
QUICK = {"margin": 0.1, "confidence": 0.9, "seed": 4}


@pytest.mark.parametrize("name", weight_law_names())
def test_every_law_is_written_in_every_layout(name: str) -> None:
    law = weight_law(name)
    for layout in LAYOUTS:
        written = write(law, layout)
        assert "Moments of one weight" in written and "torch" in written and "JAX" in written
        assert law.spelling.torch.splitlines()[0] in written
        for standing in law.meets:
            assert standing.theorem in written.replace("\\_", "_")


def test_latex_of_laws_is_balanced() -> None:
    for name in weight_law_names():
        written = write(weight_law(name), "latex")
        assert written.count(r"\begin{") == written.count(r"\end{")
        assert written.count(r"\left") == written.count(r"\right")


def test_typst_of_laws_compiles(tmp_path: Path) -> None:
    whole = "\n\n".join(write(weight_law(name), "typst") for name in weight_law_names())
    (tmp_path / "laws.typ").write_text(whole, encoding="utf-8")
    assert typst.compile(str(tmp_path / "laws.typ"), ignore_system_fonts=True)[:5] == b"%PDF-"


def test_text_fits_the_terminal_but_for_formulas_and_code() -> None:
    for name in weight_law_names():
        lines = write(weight_law(name), "text").splitlines()
        assert max(len(line) for line in lines if not line.startswith("      ")) <= 130


def test_moments_at_given_parameters() -> None:
    written = write(weight_law("student_t", {"nu": 7}), "text")
    assert "variance: Var[w] = ν/(ν − 2) = 7/5" in written and "= 5" in written
    assert "kurtosis: ∞" in write(weight_law("student_t", {"nu": 3}), "text")
    assert "variance: Var[w] = 1 − ⌈n_out·sparsity⌉/n_out" in write(weight_law("sparse"), "text")


def test_a_law_that_fails_brings_the_theorem_that_holds(capfd: Captured) -> None:
    assert main(["derive", "exponential", "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert [theorem["name"] for theorem in found["theorems"]] == ["skewed_weights"]
    assert found["law"]["moments"]["skewness"] == "2"


def test_the_list_names_laws_with_title_and_parameters(capfd: Captured) -> None:
    assert main(["list", "--json"]) == 0
    laws = {law["name"]: law for law in json.loads(capfd.readouterr().out)["laws"]}
    assert set(laws) == set(weight_law_names())
    assert laws["student_t"]["parameters"] == {"nu": "5"} and laws["student_t"]["title"] == "Student's t"


def test_a_line_on_a_law_that_is_not_in_the_catalogue() -> None:
    law = {"name": "mine", "kurtosis": None, "symmetric": False, "continuous": True}
    assert "nothing is derived of it" in law_line(law) and "kurtosis infinite" in law_line(law)


@pytest.mark.parametrize(
    ("name", "fails"), [("orthogonal", False), ("constant", True), ("zeros", True), ("torch_default", True)]
)
def test_a_report_claims_what_the_law_does(name: str, fails: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shown failure confirms the claim that the condition fails."""
    monkeypatch.setattr("reports.plans.law.instead", lambda _: ())  # its proof is tested elsewhere
    plan = plan_for(name, Options(widths=layer_widths(24, 3), claim=QUICK | {"replicates": 60}))
    (trial,) = plan.trials
    outcome = Outcome(trial, verify(trial.claim))
    assert trial.fails == fails
    assert outcome.verdict.verdict == ("refuted" if fails else "confirmed") and outcome.judged == "confirmed"


def test_a_failure_that_does_not_show_refutes_the_report() -> None:
    plan = plan_for("gpt2", Options(claim=QUICK))
    held = verify(plan_for("normal", Options(widths=layer_widths(24, 3), claim=QUICK)).trials[0].claim)
    assert held.verdict == "confirmed" and Outcome(plan.trials[0], held).judged == "refuted"


def test_the_report_of_a_law() -> None:
    plan = plan_for("uniform", Options(widths=layer_widths(24, 3), claim=QUICK))
    report = make(plan, lambda trial: verify(trial.claim))
    words = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(report.pdf)).pages).split())
    for phrase in (
        "The weight law uniform",
        "Which theorems hold for it",
        "Negative control",
        "full weights",
    ):
        assert phrase.lower() in words.lower()
    assert report.verdict == "confirmed" and report.document["law"]["name"] == "uniform"
