"""The exact samplers by themselves: pivots, bits, precision, depth, and which claims get one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import beta, binom, chi2, chisquare, ks_2samp, kstest

from derive.catalogue import activation
from derive.errors import BadInput
from verify.claim import Claim
from verify.increments import Sample
from verify.measure import Measurements, family, measure
from verify.network import Shard
from verify.problem import Problem, resolve
from verify.samplers.chain import chain
from verify.samplers.choose import kind, sampler
from verify.samplers.haar import _root
from verify.samplers.method import method, sampling
from verify.samplers.single import single
from verify.shards import Cut, nets_per_shard

Make = Callable[..., Problem]
FIELDS = ("forward", "backward", "ratio", "log_q", "log_gradient")


def _draw(case: Problem, nets: int) -> Sample:
    with torch.inference_mode():
        return sampler(family(case), case, Cut(nets, nets, (), 1, True))(Shard(0, nets))


# Pivots.


@pytest.mark.parametrize("fields", [{}, {"output_gradient": "ones"}], ids=str)
def test_pivots_of_gaussian_networks_are_chi_squared(problem: Make, false_alarm: float, fields: Any) -> None:
    """For the identity, A n_out ~ chi2_n_out and B d ~ chi2_d, d = n_in - 1: by the chain, and unit by unit."""
    found = _draw(problem("identity", widths=(7, 9, 6, 8), **fields), 4000)
    for layer, (n_in, n_out) in enumerate(((7, 9), (9, 6), (6, 8))):
        assert kstest(n_out * found.forward[:, layer], chi2(n_out).cdf).pvalue > false_alarm
        assert kstest((n_in - 1) * found.backward[:, layer], chi2(n_in - 1).cdf).pvalue > false_alarm


def test_blocks_of_orthogonal_matrices_keep_or_cut_norms(problem: Make, false_alarm: float) -> None:
    """|W x|^2 = m |x|^2 where no row is cut; else the share is that of n_out of m coordinates of a direction."""
    found = _draw(problem("identity", widths=(5, 8, 8, 3), law="orthogonal"), 4000)
    np.testing.assert_allclose(found.forward[:, :2], 1, rtol=1e-5)
    share = found.forward[:, 2] * 3 / 8
    assert kstest(share, beta(3 / 2, 5 / 2).cdf).pvalue > false_alarm
    np.testing.assert_allclose(found.ratio[:, 1], 1, rtol=1e-4)  # a square orthogonal W keeps gradients too


def test_the_live_units_of_the_chain_are_binomial(problem: Make, false_alarm: float) -> None:
    """A ReLU layer's count of live units, which no other statistic shows alone: B = (2 K/n) T, at n_in = 1 T is 1."""
    found = _draw(problem("relu", widths=(1, 12), direction="forward"), 20000)
    counts = np.bincount(np.rint(found.backward[:, 0] * 6).astype(int), minlength=13)
    expected = binom(12, 0.5).pmf(np.arange(13)) * len(found.backward)
    merged = [np.array([v[:3].sum(), *v[3:10], v[10:].sum()]) for v in (counts, expected)]
    assert chisquare(*merged).pvalue > false_alarm


@pytest.mark.parametrize("name", ["relu", "prelu", "abs", "identity"])
def test_the_chain_has_the_law_of_units(problem: Make, false_alarm: float, name: str) -> None:
    """Many networks of four units, where the angle between x's two parts counts for most."""
    case, nets = problem(name, widths=(4, 4, 3, 4)), 40_000
    other = family(replace(case, claim=replace(case.claim, seed=1)))
    with torch.inference_mode():
        a, b = (draw(Shard(0, nets)) for draw in (chain(family(case), case), single(other, case, nets)))
    pairs = [
        [np.maximum(getattr(found, field)[:, layer], -100) for found in (a, b)]
        for field, layers in (("log_q", (1, 2, 3)), ("log_gradient", (0, 1, 2)))
        for layer in layers
    ]
    p_values = [ks_2samp(*pair, method="asymp").pvalue for pair in pairs]
    assert min(p_values) * len(p_values) > false_alarm


def test_a_frame_in_a_thin_complement_keeps_inner_products() -> None:
    """Five gradients in a complement of two dimensions: their inner products are those of five columns of two."""
    stream = torch.Generator().manual_seed(2)
    plane, columns = (torch.randn(s, generator=stream, dtype=torch.float64) for s in ((3, 7, 2), (3, 2, 5)))
    columns[0, :, 0] = 0  # a gradient that is zero
    rest = torch.linalg.qr(plane)[0] @ columns
    root = _root(rest, 2)
    assert root.shape == (3, 2, 5)
    torch.testing.assert_close(root.mT @ root, rest.mT @ rest)


# The same bytes.

BYTES: list[tuple[str, dict[str, Any]]] = [
    ("relu", {"widths": (64,) * 21}),
    ("tanh", {"widths": (96,) * 5, "bias_variance": 0.1, "gain": 1.2}),
    ("relu", {"widths": (96,) * 4, "batch": 3}),
    ("tanh", {"widths": (64,) * 4, "law": "orthogonal"}),
]


@pytest.mark.parametrize(("name", "fields"), BYTES, ids=str)
def test_workers_and_memory_change_no_bit(problem: Make, name: str, fields: Any) -> None:
    case = problem(name, direction="forward", **fields)
    nets = 2 * nets_per_shard(case.claim) + 10
    generous = replace(case, claim=replace(case.claim, memory_mib=8192))
    runs = [measure(family(c), c, nets, workers=w) for c, w in ((case, 1), (case, 2), (generous, 3))]
    assert len({run.digest for run in runs}) == 1
    assert len(runs[0].digests) == 3


def test_the_way_of_drawing_is_part_of_the_seed(problem: Make) -> None:
    cases = [
        problem("relu", sampler=s, output_gradient=g)
        for s, g in ((None, "gaussian"), (None, "ones"), ("dense", "ones"))
    ]
    assert [method(case.claim) for case in cases] == ["chain", "conditional", "dense"]
    assert len({family(case).root for case in cases}) == 3


# Precision.


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("relu", {"output_gradient": "ones"}),
        ("tanh", {}),
        ("gelu", {"batch": 3}),
        ("tanh", {"law": "orthogonal"}),
    ],
    ids=str,
)
def test_float32_and_float64_agree_on_the_same_numbers(
    problem: Make, monkeypatch: pytest.MonkeyPatch, name: str, fields: Any
) -> None:
    """With float32's random numbers in both, what remains is rounding: 20 layers of a few 2^-24 each."""
    plain = torch.Tensor.normal_

    def single_precision(values: torch.Tensor, *, generator: torch.Generator) -> torch.Tensor:
        drawn = torch.empty(values.shape, dtype=torch.float32)
        return values.copy_(plain(drawn, generator=generator))

    monkeypatch.setattr(torch.Tensor, "normal_", single_precision)
    case = problem(name, widths=(64,) * 21, direction="forward", **fields)
    twice = replace(case, claim=replace(case.claim, dtype="float64"))
    drawn = family(case)
    both = []
    for problem_, family_ in ((case, drawn), (twice, replace(drawn, dtype=torch.float64))):
        with torch.inference_mode():
            both.append(sampler(family_, problem_, Cut(50, 50, (), 1, True))(Shard(0, 50)))
    for field in ("forward", "backward", "log_q", "log_gradient"):
        np.testing.assert_allclose(getattr(both[0], field), getattr(both[1], field), rtol=0, atol=2e-4)


# Depth.

DEEP = (8,) * 10_001


@pytest.mark.parametrize("gain", [2**0.5, *(pytest.param(g, marks=pytest.mark.slow) for g in (1.0, 3.0))])
def test_a_chain_of_ten_thousand_layers_stays_finite(problem: Make, threshold: float, gain: float) -> None:
    """Absolute values: per layer log2 q gains the mean of log2(g^2 chi2_n/n), whatever the gain."""
    found = _draw(problem("abs", widths=DEEP, gain=gain), 100)
    assert all(np.isfinite(getattr(found, name)).all() for name in FIELDS)
    for logs, layers in ((found.log_q, slice(0, None)), (found.log_gradient, slice(None, None, -1))):
        steps = np.diff(logs[:, layers], axis=1) - np.log2(gain**2)
        draws = np.log2(chi2(8).rvs(200_000, random_state=1) / 8)
        mean = steps.mean(axis=1)
        error = np.hypot(mean.std() / 10, draws.std() / len(draws) ** 0.5)
        assert abs(mean.mean() - draws.mean()) < threshold * error


@pytest.mark.parametrize("gain", [3.0, *(pytest.param(g, marks=pytest.mark.slow) for g in (1.0, 2**0.5))])
def test_a_relu_chain_of_ten_thousand_layers_has_no_nan(problem: Make, gain: float) -> None:
    """Width 64: nets die with probability 2^-64 a layer, so none does; typical norms fall far below any float."""
    found = _draw(problem("relu", widths=(64,) * 10_001, gain=gain), 20)
    assert all(np.isfinite(getattr(found, name)).all() for name in FIELDS)
    assert not found.past_range.any()
    change = np.median(found.log_q[:, -1] - found.log_q[:, 0]) / 10_000 - np.log2(gain**2 / 2)
    assert -0.08 < change < -0.03  # -2.5/64/ln 2 = -0.056


@pytest.mark.parametrize(
    ("gain", "depth"),
    [(3.0, 2000), *(pytest.param(g, 10_000, marks=pytest.mark.slow) for g in (2**0.5, 1.0, 3.0))],
)
def test_units_of_deep_networks_stay_finite(problem: Make, gain: float, depth: int) -> None:
    """Degree 1 unit by unit: exact rescaling at every layer, in both passes."""
    found = _draw(problem("prelu", widths=DEEP[: depth + 1], gain=gain, output_gradient="ones"), 5)
    assert all(np.isfinite(getattr(found, name)).all() for name in FIELDS)


@pytest.mark.parametrize(("gain", "first"), [(1.0, True), (3.0, True), (None, False)])
def test_the_first_layer_past_the_range_is_named(problem: Make, gain: float | None, first: bool) -> None:
    """GELU cannot be rescaled: at gain 1 signals vanish, at gain 3 they explode; increments end there, as nan."""
    case = problem("gelu", widths=(32,) * (301 if first else 11), gain=gain, direction="forward")
    found = measure(family(case), case, 20)
    past = np.flatnonzero(found.past_range)
    assert bool(len(past)) is first
    counts = found.increments["forward"].count
    assert counts[: past[0] if first else None].min() == 20
    assert not first or counts[past[-1]] < 20


def test_gradients_of_tanh_survive_any_depth(problem: Make) -> None:
    """At gain 3 they grow by some bits a layer: far out of float32's range, which their exponents do not mind."""
    found = _draw(problem("tanh", widths=(16,) * 501, gain=3.0, direction="forward"), 10)
    assert not found.past_range.any()
    assert all(np.isfinite(getattr(found, name)).all() for name in FIELDS)
    assert found.log_gradient[:, 0].min() > 150


# Choice.


def test_who_gets_which_sampler() -> None:
    relu, tanh = activation("relu"), activation("tanh")
    assert [kind(Claim(relu)), kind(Claim(relu, law="uniform"))] == ["exact", "dense"]
    assert method(Claim(relu)) == "chain"
    for fields in ({"batch": 2}, {"output_gradient": "loss"}, {"bias_variance": 0.1}):
        assert method(Claim(relu, **fields)) == "conditional"
    assert [method(Claim(tanh)), method(Claim(tanh, law="orthogonal"))] == ["conditional", "haar"]
    assert method(Claim(relu, sampler="dense")) == "dense"
    assert (
        len(
            {sampling(Claim(f, law=law)) for f in (relu, tanh) for law in ("normal", "orthogonal", "uniform")}
        )
        == 4
    )


def test_an_exact_sampler_for_another_law_is_refused() -> None:
    claim = Claim(activation("relu"), law="rademacher", sampler="exact")
    with pytest.raises(
        BadInput, match=r"no exact sampler for the law rademacher: .* use --sampler dense"
    ) as caught:
        kind(claim)
    assert "\n" not in str(caught.value)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize(
    "fields", [{}, {"output_gradient": "ones"}, {"batch": 3}, {"law": "orthogonal"}], ids=str
)
def test_both_samplers_agree_on_cuda(
    two_sided: Callable[..., float], false_alarm: float, fields: Any
) -> None:
    found: list[Measurements] = []
    for name in ("exact", "dense"):
        case = resolve(Claim(activation("relu"), widths=(32,) * 9, device="cuda", sampler=name, **fields))
        found.append(measure(family(case), case, 4000))
    for direction in ("forward", "backward"):
        a, b = (run.increments[direction] for run in found)
        error = np.sqrt(a.variance / a.count + b.variance / b.count)
        for distance, scale in zip(a.mean - b.mean, error, strict=True):
            assert two_sided(1 + distance, scale, 1e9) > false_alarm
