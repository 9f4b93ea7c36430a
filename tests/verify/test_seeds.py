"""The verdicts that the README shows hold over twenty seeds each; run with -m slow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from scipy.stats import binom

import derive
from verify import Claim, layer_widths, verify

SEEDS = 20
# A planned run confirms a true claim with probability at least this.
CONFIRMS = 0.9999
FALSE_ALARM = 1e-6

CLAIMS: list[tuple[str, dict[str, Any]]] = [
    ("relu", {}),
    ("gelu", {}),
    ("tanh", {"direction": "both"}),
    ("selu", {"widths": layer_widths(256, 200)}),
    ("x*tanh(exp(x/2))", {}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "fields"), CLAIMS, ids=lambda v: v if isinstance(v, str) else "")
def test_a_true_claim_is_confirmed_at_every_seed(name: str, fields: dict[str, Any]) -> None:
    """But for one in ten thousand: more misses than the binomial quantile allow mean that the plan is wrong."""
    found = [verify(Claim(derive.activation(name), seed=seed, **fields)).verdict for seed in range(SEEDS)]
    assert found.count("refuted") <= binom.isf(FALSE_ALARM, SEEDS, 0.001)
    assert SEEDS - found.count("confirmed") <= binom.isf(FALSE_ALARM, SEEDS, 1 - CONFIRMS)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "fields"), CLAIMS, ids=lambda v: v if isinstance(v, str) else "")
def test_a_gain_off_by_twice_the_margin_is_refuted_at_every_seed(name: str, fields: dict[str, Any]) -> None:
    gains = derive.gains(derive.activation(name), 1)
    right = gains.pair if fields.get("direction") == "both" else None
    gain = float(gains.forward if right is None else right.gain)
    bias = None if right is None else float(right.bias_variance)
    claim = Claim(derive.activation(name), gain=1.01 * gain, bias_variance=bias, **fields)
    found = [verify(replace(claim, seed=seed)).verdict for seed in range(SEEDS)]
    assert SEEDS - found.count("refuted") <= binom.isf(FALSE_ALARM, SEEDS, 1 - CONFIRMS)
