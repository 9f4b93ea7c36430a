"""The whole way, small: a plan is measured and typeset, and the PDF is read back."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO

import pytest
from pypdf import PdfReader

from derive import theorems_for
from reports.document import fans
from reports.figures import fans as fans_figure
from reports.making import Report, make
from reports.plan import Options, Outcome, Plan, Trial
from reports.plans import plan_for
from verify import Verdict, layer_widths, verify

QUICK = {"margin": 0.1, "confidence": 0.9, "seed": 4}


def measured(trial: Trial) -> Verdict:
    return verify(trial.claim)


@pytest.fixture(scope="module")
def xavier_plan() -> Plan:
    return plan_for(
        "xavier", Options(widths=(32, 16, 4), claim=QUICK, command="gainproof report xavier -o FILE.pdf")
    )


@pytest.fixture(scope="module")
def xavier(xavier_plan: Plan) -> Report:
    return make(xavier_plan, measured)


@pytest.fixture(scope="module")
def tanh() -> Report:
    return make(plan_for("tanh", Options(widths=layer_widths(24, 4), claim=QUICK)), measured)


def text_of(report: Report) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(report.pdf)).pages)


def test_the_study_says_what_it_must(xavier: Report) -> None:
    words = text_of(xavier)
    for phrase in (
        "Compromise",
        "Verdict",
        "Countermodels",
        "Negative control",
        "How to use it",
        "Provenance",
    ):
        assert phrase.lower() in words.lower()
    for factor in (
        "1.3333",
        "0.66667",
        "2.0000",
    ):  # 2 n/(n + m) of 32 -> 16 and its mirror; n/m under fan_out
        assert factor in words
    assert xavier.verdict == "confirmed" and xavier.document["verdict"] == "confirmed"


def test_the_picture_shows_both_directions(xavier_plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forward n_in/fan, backward n_out/fan, for 32 -> 16 -> 4."""
    drawn: list[list[fans_figure.Mode]] = []
    monkeypatch.setattr(fans_figure, "draw", lambda _shapes, *modes: drawn.extend(modes) or b"")
    fans.section(tuple(Outcome(trial, measured(trial)) for trial in xavier_plan.trials))
    forward, backward = ([list(mode.predicted) for mode in modes] for modes in drawn)
    assert forward == [[1, 1], [2, 4], [32 / 24, 16 / 10]] and backward == [
        [1 / 2, 1 / 4],
        [1, 1],
        [16 / 24, 4 / 10],
    ]


def test_the_pdf_is_a_document(xavier: Report) -> None:
    reader = PdfReader(BytesIO(xavier.pdf))
    assert reader.metadata is not None and "Xavier" in str(reader.metadata.title)
    sections = [entry["/Title"] for entry in reader.outline if not isinstance(entry, list)]
    assert sections[0] == "1 Derivation" and sections[-1].endswith("Provenance")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert f"{len(reader.pages)} / {len(reader.pages)}" in reader.pages[-1].extract_text()


def test_the_numbers_travel_with_it(xavier: Report) -> None:
    (attached,) = PdfReader(BytesIO(xavier.pdf)).attachments["attachment.json"]
    assert json.loads(attached) == json.loads(json.dumps(xavier.document))
    assert hashlib.sha256(attached).hexdigest()[:16] in text_of(xavier)


def test_the_same_data_gives_the_same_bytes(xavier_plan: Plan, xavier: Report) -> None:
    assert make(xavier_plan, measured).pdf == xavier.pdf


def test_tanh_is_told_honestly(tanh: Report) -> None:
    words = " ".join(text_of(tanh).split())
    assert "Without a bias no gain does" in words and "1.5925" in words and "1.4674" in words
    assert "0.150964" in words and "No gain without a bias serves both directions" in words
    assert [t["label"] for t in tanh.document["trials"]] == ["without bias", "with bias"]
    assert tanh.document["trials"][0]["claim"]["directions"] == ["forward"]
    assert tanh.document["trials"][1]["claim"]["directions"] == ["forward", "backward"]


def test_a_refutation_is_shown_as_one(xavier_plan: Plan) -> None:
    """A trial whose gain is wrong turns the badge, the table and the report's verdict."""
    from dataclasses import replace

    wrong = tuple(replace(t, claim=replace(t.claim, gain=1.5)) for t in xavier_plan.trials[:1])
    report = make(replace(xavier_plan, trials=wrong), measured)
    assert report.verdict == "refuted" and "refuted" in text_of(report).split("Derivation")[0]


@pytest.fixture(scope="module")
def mine() -> Report:
    return make(plan_for("-x*tanh(exp(x/2))", Options(widths=layer_widths(24, 4), claim=QUICK)), measured)


def test_an_expression_has_a_report(mine: Report) -> None:
    words = " ".join(text_of(mine).split())
    for phrase in (
        "Phases and fixed points",
        "No gain without a bias serves both directions for f at q = 1",
        "class Activation(nn.Module)",
        "torch.tanh(torch.exp(0.5 * x))",
        "No framework that was read publishes a constant for this function",
        "The edge of chaos",
    ):
        assert phrase.lower().replace("the edge", "edge") in words.lower(), phrase
    assert mine.verdict == "confirmed"
    assert [setting["label"] for setting in mine.document["phases"]] == ["without bias", "with bias"]
    assert mine.document["gain"]["published"][0]["framework"]


def test_a_report_on_an_expression_is_the_same_bytes_twice(mine: Report) -> None:
    plan = plan_for("-x*tanh(exp(x/2))", Options(widths=layer_widths(24, 4), claim=QUICK))
    assert make(plan, measured).pdf == mine.pdf


def test_what_no_gain_serves_still_has_a_report() -> None:
    report = make(plan_for("exp(x^2)", Options(claim=QUICK)), measured)
    words = " ".join(text_of(report).split())
    assert report.verdict == "nothing to measure" and report.document["trials"] == []
    assert "A moment is infinite from" in words and "Not feasible here" in words and "Verdict" not in words
    assert "How to use it" not in words


def test_an_unstable_fixed_point_is_told_on_the_first_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one theorem, as GELU's own take seconds to prove; where nets end and why is in its sections."""
    monkeypatch.setattr("reports.plans.activation.for_activation", lambda *_: theorems_for("symmetry"))
    report = make(plan_for("gelu", Options(widths=layer_widths(24, 4), claim=QUICK)), measured)
    first = PdfReader(BytesIO(report.pdf)).pages[0].extract_text()
    assert "is unstable" in first and "after 50 layers" in " ".join(first.split())
    words = " ".join(text_of(report).split())
    for phrase in (
        "exact without full weights",
        "Its intervals are a confidence sequence",
        "the same, predicted",
        "Mean log of q after 4 layers",
        "The backward claim assumes that the output gradient is",
    ):
        assert phrase.lower() in words.lower(), phrase
