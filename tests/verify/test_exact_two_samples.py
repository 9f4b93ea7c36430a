"""The exact samplers against full weights: two samples of the same law, statistic by statistic.

A test fails on correct code with probability FALSE_ALARM at most, if its seeds were drawn anew: each of its
Kolmogorov-Smirnov and binomial tests has an equal share of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import fisher_exact, ks_2samp

from verify.accumulate import Array
from verify.increments import Sample, sample
from verify.measure import family
from verify.network import Family, Shard, at_output, backward, forward
from verify.problem import Problem
from verify.samplers.choose import sampler
from verify.samplers.conditional import Inputs
from verify.samplers.dense import Full
from verify.samplers.haar import Orthogonal
from verify.samplers.method import method
from verify.shards import Cut
from verify.weights import Weights, buffers

Make = Callable[..., Problem]
NETS = 3000
SHARD = Shard(0, NETS)
DEAD = -100.0  # in place of log2 of zero
UNEQUAL = (5, 7, 3, 6, 4)
BIASED = {"bias_variance": 0.2, "gain": 1.3}
ONES = {"output_gradient": "ones"}


def drawn_by(case: Problem, kind: str) -> Sample:
    """NETS networks by the exact sampler of the claim or by full weights."""
    case = replace(case, claim=replace(case.claim, sampler=kind))
    widths = case.claim.widths
    sizes = tuple(a * b for a, b in pairwise(widths)) if kind == "dense" else ()
    with torch.inference_mode():
        return sampler(family(case), case, Cut(NETS, NETS, sizes, 1, True))(Shard(0, NETS))


def statistics(found: Sample) -> Iterator[tuple[str, Array]]:
    """Per layer, pooled over layers, and of both passes together; -inf (a dead net) becomes a number."""
    for name in ("forward", "backward", "ratio", "log_q", "log_gradient"):
        values = np.maximum(getattr(found, name), DEAD)
        yield from ((f"{name} {layer}", column) for layer, column in enumerate(values.T))
        filled = np.nan_to_num(values)
        yield f"pooled {name}", filled.sum(axis=1)
        yield f"neighbours' product of {name}", (filled[:, 1:] * filled[:, :-1]).sum(axis=1)
    sizes = np.maximum(found.log_q[:, -1], DEAD), np.maximum(found.log_gradient[:, 0], DEAD)
    yield "end of q + end of gradient", sizes[0] + sizes[1]
    yield "forward times backward", np.nan_to_num(found.forward * found.backward).sum(axis=1)


def smallest(a: Sample, b: Sample) -> tuple[float, str]:
    """The smallest p-value over all statistics, times their number, and where it is."""
    found = []
    for (name, left), (_, right) in zip(statistics(a), statistics(b), strict=True):
        kept = [values[np.isfinite(values)] for values in (left, right)]
        counts = [[len(values), NETS - len(values)] for values in kept]
        found.append((float(fisher_exact(counts).pvalue), f"count of {name}"))
        if min(len(values) for values in kept) > 10:
            rounded = [np.round(values, 4) for values in kept]  # what is equal but for rounding ties
            found.append((float(ks_2samp(*rounded, method="asymp").pvalue), name))
    p, name = min(found)
    return p * len(found), name


CASES: list[tuple[str, dict[str, Any]]] = [
    (name, {"widths": UNEQUAL, "batch": batch, **bias, **output})
    for name in ("relu", "prelu", "tanh", "gelu")
    for batch in (1, 3)
    for bias, output in (({}, {}), ({}, ONES), (BIASED, ONES))
] + [
    ("relu", {"widths": UNEQUAL, **BIASED}),
    ("relu", {"widths": (1, 2, 3, 2, 1, 3)}),
    ("prelu", {"widths": (1, 2, 3, 2, 1, 3)}),
    ("relu", {"widths": (1,) * 4, **ONES}),
    ("tanh", {"widths": (1, 2, 3, 2, 1, 3), **ONES}),
    ("tanh", {"widths": (2,) * 5, "batch": 3, **ONES}),
    ("relu", {"widths": (3,) * 5, "batch": 5, **ONES}),
    ("abs", {"widths": UNEQUAL, "mode": "fan_avg"}),
    ("identity", {"widths": UNEQUAL, "mode": "fan_out"}),
    ("relu", {"widths": UNEQUAL, "output_gradient": "loss"}),
    ("tanh", {"widths": UNEQUAL, "batch": 2, "output_gradient": "mse"}),
]
HAAR: list[tuple[str, dict[str, Any]]] = [
    ("relu", {"widths": (6,) * 5, **ONES}),
    ("relu", {"widths": UNEQUAL, "batch": 3, **ONES}),
    ("tanh", {"widths": UNEQUAL, **BIASED, **ONES}),
    ("gelu", {"widths": (6,) * 4, "batch": 2}),
    ("prelu", {"widths": (3, 4, 3, 2), "batch": 3, **ONES}),  # a complement thinner than the batch
    ("relu", {"widths": (2, 3, 1, 3), "batch": 4, **ONES}),
    ("tanh", {"widths": (1, 2, 3, 1, 1)}),
]


@pytest.mark.parametrize(("name", "fields"), CASES, ids=str)
def test_gaussian_networks_have_one_law(problem: Make, false_alarm: float, name: str, fields: Any) -> None:
    case = problem(name, direction="forward", **fields)
    assert method(case.claim) in ("conditional", "chain")
    p, where = smallest(drawn_by(case, "exact"), drawn_by(case, "dense"))
    assert p > false_alarm, where


@pytest.mark.parametrize(("name", "fields"), HAAR, ids=str)
def test_orthogonal_networks_have_one_law(problem: Make, false_alarm: float, name: str, fields: Any) -> None:
    case = problem(name, direction="forward", law="orthogonal", **fields)
    assert method(case.claim) == "haar"
    p, where = smallest(drawn_by(case, "exact"), drawn_by(case, "dense"))
    assert p > false_alarm, where


def _full(drawn: Family, shard: Shard) -> Full:
    sizes = [shard.nets * a * b for a, b in zip(drawn.widths, drawn.widths[1:], strict=False)]
    return Full(drawn, shard, Weights(drawn.law, buffers(sizes, True, drawn.dtype, drawn.device), True))


def _products(drawn: Family, matrices: Any) -> Array:
    """x.g at every layer's input, (nets, layers) from the last layer down: W and its transpose have to agree."""
    passed = forward(drawn, SHARD, matrices)
    top = at_output(drawn, SHARD, passed.output)
    found = []
    for step in backward(drawn, matrices, passed.layers, top):
        x, g = passed.layers[step.index].input, step.gradient
        product = (x.values.double() * g.values.double()).sum(dim=1)
        found.append((product * 2.0 ** (x.exponent + g.exponent))[:, 0])
    return torch.stack(found, dim=1).numpy()


@pytest.mark.parametrize("name", ["relu", "tanh", "gelu"])
@pytest.mark.parametrize(
    "fields", [{"batch": 1, **ONES}, {"batch": 3}, {"law": "orthogonal", "batch": 2, **ONES}]
)
def test_inputs_and_gradients_meet_alike(problem: Make, false_alarm: float, name: str, fields: Any) -> None:
    """The inner product of a layer's input with its gradient, which fresh weights would scatter about 0."""
    case = problem(name, widths=UNEQUAL, direction="forward", **fields)
    drawn, other = family(case), family(replace(case, claim=replace(case.claim, seed=1)))
    exact = Orthogonal if drawn.law.haar else Inputs
    a, b = _products(drawn, exact(drawn, SHARD)), _products(other, _full(other, SHARD))
    assert min(ks_2samp(x, y, method="asymp").pvalue for x, y in zip(a.T, b.T, strict=True)) > false_alarm


class Fresh:
    """The mistake: weights drawn anew for the backward pass, which knows nothing of W x."""

    def __init__(self, drawn: Family) -> None:
        again = replace(drawn, root=tuple(word ^ 1 for word in drawn.root))
        self.ahead, self.back = _full(drawn, SHARD), _full(again, SHARD)

    def forward(self, index: int, inputs: Any, scale: float) -> torch.Tensor:
        self.back.forward(index, inputs, scale)
        return self.ahead.forward(index, inputs, scale)

    def backward(self, *arguments: Any) -> Any:
        return self.back.backward(*arguments)


def _fresh(case: Problem) -> Sample:
    drawn = family(replace(case, claim=replace(case.claim, seed=2)))
    return sample(drawn, SHARD, Fresh(drawn), case)


def test_fresh_weights_in_the_backward_pass_are_caught_under_ones(problem: Make, false_alarm: float) -> None:
    """The control has power: the gradient's norm alone tells, at every width from 4 on."""
    for widths in ((4,) * 6, (8,) * 6):
        case = problem("relu", widths=widths, **ONES)
        gradient = [found.log_gradient[:, 0] for found in (_fresh(case), drawn_by(case, "exact"))]
        assert ks_2samp(*(np.maximum(g, DEAD) for g in gradient)).pvalue < false_alarm


def test_a_gaussian_output_gradient_hides_fresh_weights_of_relu(
    problem: Make, false_alarm: float, threshold: float
) -> None:
    """Norms of gradients have the same law with fresh weights: a control with them would have no power.

    In the words of `verify.samplers.chain`, for ReLU: V = kappa^2 + chi2_(K-1), and kappa ~ N(0, 1) at the output,
    so V is chi2_K. Then kappa^2/V is Beta(1/2, (K-1)/2) and independent of V, and times F ~ chi2_K, independent of
    both, it is chi2_1: kappa of the layer below is N(0, 1) again, independent of V. So the V of all layers are
    independent chi2_K, which is what fresh weights give. Only what joins both passes tells: x.g is conserved.
    """
    case = problem("relu", widths=(6,) * 5)
    wrong, right = _fresh(case), drawn_by(case, "exact")
    columns = zip(wrong.log_gradient.T[:-1], right.log_gradient.T[:-1], strict=True)
    assert min(ks_2samp(np.maximum(a, DEAD), np.maximum(b, DEAD)).pvalue for a, b in columns) > false_alarm
    drawn = family(case)
    kept, lost = (
        np.asarray(np.corrcoef(_products(drawn, matrices)[:, [0, -1]].T))[0, 1]
        for matrices in (Inputs(drawn, SHARD), Fresh(drawn))
    )
    assert kept > 0.999
    assert abs(lost) < threshold / NETS**0.5
