"""A finite-width effect is told apart from a wrong theory, in words."""

from __future__ import annotations

import pytest

from derive import activation
from verify import Claim, layer_widths, verify

NARROW = Claim(activation("tanh"), layer_widths(8, 6), law="uniform", confidence=0.99)


@pytest.mark.parametrize(
    ("margin", "verdict", "words"),
    [
        (0.005, "refuted", "refuted at this width: "),
        (0.03, "confirmed", "confirmed with a finite-width effect: "),
    ],
)
def test_a_law_that_is_exact_in_the_limit_only(margin: float, verdict: str, words: str) -> None:
    """Uniform weights and tanh at width 8 are off by about 1% of the gain."""
    claim = Claim(**{**NARROW.__dict__, "margin": margin, "replicates": 4000})
    found = verify(claim)
    assert found.verdict == verdict
    assert found.sentence.startswith(words)
    assert found.to_json()["finite_width"]["exact"] == {"forward": False}


def test_what_is_exact_is_not_excused() -> None:
    found = verify(Claim(activation("relu"), layer_widths(8, 6), gain=1.6, margin=0.03, law="uniform"))
    assert found.verdict == "refuted"
    assert any(row.verdict == "refuted" and row.direction == "forward" for row in found.pooled)
    exact = verify(Claim(activation("tanh"), layer_widths(8, 6), gain=1.8, margin=0.03))
    assert exact.sentence == "refuted: the error of the gain is beyond the margin"
