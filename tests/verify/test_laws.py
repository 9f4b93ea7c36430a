"""Weight laws as they are drawn: their moments, their shapes, and what a claim about each comes to."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import scipy.stats
import sympy as sp
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit
from torch import Tensor

from derive.catalogue import activation
from derive.errors import BadInput
from derive.weights import weight_law
from verify import Claim, custom_law, plan, verify
from verify.accumulate import Moments
from verify.laws import Law, independent, law, names
from verify.laws.matrices import delta_kernel
from verify.measure import Measurements
from verify.problem import Problem
from verify.verdict import Verdict
from verify.weights import Weights, buffers
from verify.workers import one_thread_each

FREE = [name for name in names() if name not in ("constant", "zeros")]
GIVEN = ("truncated_normal(cut=1/2)", "truncated_normal(cut=5)", "student_t(nu=12)", "sparse(sparsity=1/2)")
VARIANTS = [*FREE, *GIVEN]


def drawn(chosen: Law, *shape: int, seed: int = 1, dtype: torch.dtype = torch.float64) -> Tensor:
    return chosen.draw(torch.empty(shape, dtype=dtype), torch.Generator().manual_seed(seed))


def agrees(values: Tensor, expected: float, false_alarm: float) -> bool:
    """The mean of independent values against its expectation, by their own standard error and Student's t."""
    n = len(values)
    error = float(values.std()) / math.sqrt(n)
    t = float(stdtrit(n - 1, 1 - false_alarm / 2))
    return abs(float(values.mean()) - expected) <= t * error + 1e-12 * abs(expected)


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("shape", [(24, 40), (40, 24)])
def test_draws_have_the_derived_moments(name: str, shape: tuple[int, int], false_alarm: float) -> None:
    """Mean square 1, and odd and fourth moments as derived; a layer is one value, since its entries may depend."""
    chosen, (n_out, n_in), layers = law(name), shape, 400
    assert chosen.theory is not None
    theory = weight_law("orthogonal") if chosen.haar else chosen.theory
    w = drawn(chosen, layers, n_out, n_in)
    facts = theory.at(n_in, n_out)
    # The fourth moment's error needs an eighth moment, and the third's a sixth.
    heavy = name == "student_t"
    expected = {1: 0.0, 2: 1.0} if heavy else {1: 0.0, 2: 1.0, 3: facts.skewness, 4: facts.kurtosis}
    for power, value in expected.items():
        assert agrees((w**power).mean(dim=(1, 2)), float(value), false_alarm), power


@pytest.mark.parametrize("name", VARIANTS)
def test_what_a_law_says_of_itself_is_what_is_derived(name: str) -> None:
    chosen = law(name)
    assert chosen.name == name
    theory = chosen.theory
    assert theory is not None
    assert (chosen.symmetric, chosen.gaussian, chosen.iid) == (
        theory.symmetric,
        theory.gaussian,
        theory.independent,
    )
    if not chosen.haar:
        assert chosen.kurtosis == pytest.approx(float(theory.at(10**6, 10**6).kurtosis), rel=1e-5)
    distinct = len(torch.unique(drawn(chosen, 30, 40, 40)))
    assert (distinct > 0.99 * 30 * 1600) == (chosen.continuous or chosen.haar)


@pytest.mark.parametrize("name", ["normal", "truncated_normal", "student_t", "orthogonal", "sparse"])
def test_float32_and_float64_have_one_scale(name: str, false_alarm: float) -> None:
    squares = drawn(law(name), 200, 30, 30, dtype=torch.float32).double().square().mean(dim=(1, 2))
    deviation = abs(float(squares.mean()) - 1)
    assert agrees(squares, 1.0, false_alarm) or deviation < 1e-6  # orthogonal: rounding alone


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("truncated_normal", scipy.stats.truncnorm(-2, 2)),
        ("truncated_normal(cut=0.3)", scipy.stats.truncnorm(-0.3, 0.3)),
        ("truncated_normal(cut=4)", scipy.stats.truncnorm(-4, 4)),
        ("truncated_normal(cut=4.5)", scipy.stats.truncnorm(-4.5, 4.5)),
        ("student_t", scipy.stats.t(5)),
        ("student_t(nu=2.1)", scipy.stats.t(2.1)),
        ("student_t(nu=60)", scipy.stats.t(60)),
        ("exponential", scipy.stats.expon(-1)),
    ],
)
def test_the_whole_law_is_scipy_s(name: str, reference: Any, false_alarm: float) -> None:
    values = drawn(law(name), 10**5) * float(reference.std())
    assert scipy.stats.kstest(values.numpy(), reference.cdf).pvalue > false_alarm
    assert float(values.abs().max()) <= float(reference.support()[1]) * (1 + 1e-12)


@pytest.mark.parametrize("cut", [1.0, 5.0])
def test_a_truncated_normal_is_divided_by_the_spread_it_is_given(cut: float) -> None:
    """Beyond a cut of 4 the spread is too near 1 to be seen in draws."""
    one, half = (
        independent.truncated_normal(cut, spread)(torch.empty(9).double(), torch.Generator().manual_seed(1))
        for spread in (1.0, 0.5)
    )
    assert torch.allclose(half, 2 * one, rtol=1e-14)


def test_redrawing_ends_within_the_cut_and_gives_the_same_law(
    monkeypatch: pytest.MonkeyPatch, false_alarm: float
) -> None:
    """Where a cut is far out a second redraw is rare: here nearly every value takes some."""
    monkeypatch.setattr(independent, "_INVERTED", 0.0)
    values = independent.truncated_normal(0.5, 1.0)(
        torch.empty(20_000).double(), torch.Generator().manual_seed(1)
    )
    assert scipy.stats.kstest(values.numpy(), scipy.stats.truncnorm(-0.5, 0.5).cdf).pvalue > false_alarm


@given(
    st.fractions(Fraction(1, 100), 12), st.fractions(Fraction(21, 10), 100), st.fractions(0, Fraction(19, 20))
)
@settings(max_examples=12, derandomize=True, deadline=None)
def test_the_scale_is_1_at_any_parameter(cut: Fraction, nu: Fraction, share: Fraction) -> None:
    """The truncated and the sparse law by their mean square; t, whose tails may have no fourth moment, by its law."""
    with one_thread_each():
        truncated = drawn(law("truncated_normal", {"cut": cut}), 20_000, seed=5)
        assert agrees(truncated.square(), 1.0, 1e-7)
        thin = drawn(law("sparse", {"sparsity": share}), 100, 40, 20, seed=5)
        assert agrees(thin.square().mean(dim=(1, 2)), 1.0, 1e-7)
        heavy = drawn(law("student_t", {"nu": nu}), 20_000, seed=5) * math.sqrt(nu / (nu - 2))
        assert scipy.stats.kstest(heavy.numpy(), scipy.stats.t(float(nu)).cdf).pvalue > 1e-7


@pytest.mark.parametrize("shape", [(3, 20, 20), (3, 31, 12), (3, 12, 31), (2, 1, 1), (2, 4, 1)])
def test_orthogonal_matrices_are_orthogonal(shape: tuple[int, int, int]) -> None:
    w = drawn(law("orthogonal"), *shape)
    n_out, n_in = shape[1:]
    product = w.mT @ w if n_out >= n_in else w @ w.mT
    side = max(n_out, n_in)
    assert torch.allclose(product, side * torch.eye(min(n_out, n_in), dtype=w.dtype).expand_as(product))


@pytest.mark.parametrize("shape", [(3, 3), (4, 3), (3, 4)])
def test_orthogonal_matrices_are_haar(shape: tuple[int, int], false_alarm: float) -> None:
    """The law of U W is that of W for any orthogonal U: the moments of a corner, a trace and a rotated corner.

    QR alone, without the signs of R, makes the corner never positive.
    """
    w = drawn(law("orthogonal"), 4000, *shape)
    side = max(shape)
    turn = torch.linalg.qr(drawn(law("normal"), shape[0], shape[0], seed=9))[0]
    for values in (w[:, 0, 0], (turn @ w)[:, 0, 0], w[:, 1, 2], (turn @ w)[:, 2, 1]):
        assert agrees(values, 0.0, false_alarm)
        assert agrees(values**2, 1.0, false_alarm)
        assert agrees(values**4, 3 * side / (side + 2), false_alarm)
    # Off the moments of independent entries: E w_00^2 w_11^2 = N^2 (N + 1)/((N - 1) N (N + 2)).
    pair = side * (side + 1) / ((side - 1) * (side + 2))
    assert agrees(w[:, 0, 0] ** 2 * w[:, 1, 1] ** 2, pair, false_alarm)


def test_a_delta_kernel_is_the_matrix_at_every_position_and_keeps_norms() -> None:
    matrix = drawn(law("delta_orthogonal"), 8, 6) / math.sqrt(8)
    kernel = delta_kernel(matrix, 3)
    images = drawn(law("normal"), 2, 6, 5, 7)
    around = torch.nn.functional.pad(images, (1, 1, 1, 1), mode="circular")
    out = torch.nn.functional.conv2d(around, kernel)
    assert torch.allclose(out, torch.einsum("oi,bihw->bohw", matrix, images), rtol=1e-13, atol=1e-13)
    assert torch.allclose(out.square().sum(dim=1), images.square().sum(dim=1), rtol=1e-13)
    with pytest.raises(BadInput, match="no centre"):
        delta_kernel(matrix, 4)


@pytest.mark.parametrize(("share", "zeros"), [("1/10", 1), ("1/2", 4), ("0", 0), ("1/100", 1), ("7/8", 7)])
def test_sparse_columns_have_their_zeros_and_every_place_its_turn(
    share: str, zeros: int, false_alarm: float
) -> None:
    w = drawn(law("sparse", {"sparsity": share}), 500, 8, 5)
    assert bool(((w == 0).sum(dim=1) == zeros).all())
    counts = (w == 0).sum(dim=(0, 2)).numpy()
    assert zeros == 0 or scipy.stats.chisquare(counts).pvalue > false_alarm


def test_a_sparse_law_that_leaves_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="leaves none of the 3 weights"):
        drawn(law("sparse", {"sparsity": "9/10"}), 3, 5)


@pytest.mark.parametrize(
    "module",
    [torch.nn.Linear(75, 4000), torch.nn.Conv2d(3, 4000, 5)],
    ids=["Linear", "Conv2d"],
)
def test_torch_s_default_is_what_torch_draws(module: Any, false_alarm: float) -> None:
    """fan_in 75 both: the weights and biases lie within 1/sqrt(75), reach it, and have variance 1/225."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(11)
        module.reset_parameters()
    chosen = law("torch_default")
    assert chosen.fixed_std is not None
    assert chosen.fixed_bias_variance is not None
    bound = 75**-0.5
    for values, variance in (
        (module.weight, chosen.fixed_std(75, 4000) ** 2),
        (module.bias, chosen.fixed_bias_variance(75)),
    ):
        flat = values.detach().double().flatten()
        assert agrees(flat.square(), variance, false_alarm)
        assert 0.99 * bound < float(flat.abs().max()) <= bound * (1 + 1e-6)
    ours = chosen.draw_bias(torch.empty(10**5, dtype=torch.float64), torch.Generator().manual_seed(2))
    assert float(ours.abs().max()) * math.sqrt(chosen.fixed_bias_variance(75)) <= bound
    assert agrees(ours.square(), 1.0, false_alarm)


def _weights(chosen: Law, keep: bool) -> Weights:
    return Weights(
        chosen, buffers([3 * 40 * 50, 3 * 20 * 40], keep, torch.float32, torch.device("cpu")), keep
    )


@pytest.mark.parametrize("name", ["sparse", "orthogonal", "student_t", "truncated_normal(cut=6)", "custom"])
def test_kept_and_redrawn_weights_give_the_same_bits(name: str) -> None:
    chosen = custom_law(torch.nn.init.kaiming_uniform_) if name == "custom" else law(name)
    x = torch.randn(3, 50, 2, generator=torch.Generator().manual_seed(0))
    results = []
    for weights in (_weights(chosen, True), _weights(chosen, False)):
        streams = lambda layer: torch.Generator().manual_seed(layer)  # noqa: E731
        first = weights.forward(0, (3, 40, 50), streams, x)
        second = weights.forward(1, (3, 20, 40), streams, first)
        back = weights.backward(1, (3, 20, 40), streams, second)
        results.append((second, weights.backward(0, (3, 40, 50), streams, back)))
    assert all(torch.equal(a, b) for a, b in zip(*results, strict=True))


def _claim(name: str, chosen: str | Law, width: int = 64, depth: int = 8, **fields: Any) -> Claim:
    given: dict[str, Any] = {"margin": 0.02, **fields}
    return Claim(activation(name), widths=(width,) * (depth + 1), law=chosen, sampler="dense", **given)


def _whole(verdict: Verdict) -> dict[str, float]:
    return {row.direction: row.estimate for row in verdict.tests if row.layer is None}


@pytest.mark.parametrize(
    "name", ["uniform", "truncated_normal", "student_t(nu=9)", "rademacher", "orthogonal", "delta_orthogonal", "sparse"]
)  # fmt: skip
def test_relu_s_gain_holds_for_every_symmetric_law(name: str) -> None:
    assert verify(_claim("relu", name, 96, 6)).verdict == "confirmed"


@pytest.mark.parametrize("name", ["constant", "zeros", "gpt2", "torch_default"])
def test_laws_that_do_not_hold_the_signal_are_refuted(name: str) -> None:
    assert verify(_claim("relu", name, replicates=200)).verdict == "refuted"


def test_torch_s_default_loses_five_sixths_a_layer(
    problem: Callable[..., Problem], measured: Callable[[Problem, int], Measurements], threshold: float
) -> None:
    """(g/g*)^2 = (1/3)/2 a layer, against what is left of q beside a bias of variance v = 1/(3 n)."""
    n, nets = 48, 200
    posed = problem("relu", widths=(n,) * 6, law="torch_default", direction="forward")
    v = 1 / (3 * n)
    assert posed.ratio("forward") == pytest.approx([1 / 6 / (1 - v)] * 5)
    assert posed.bias_variances == pytest.approx([v] * 5)
    found: Moments = measured(posed, nets).increments["forward"]
    error = (found.variance / nets) ** 0.5
    assert bool((abs(found.mean - 1) < threshold * error).all())
    with pytest.raises(BadInput, match="fixes the gain"):
        problem("relu", widths=(n,) * 6, law="torch_default", gain=1.0)
    with pytest.raises(BadInput, match="fixes the bias variance"):
        problem("relu", widths=(n,) * 6, law="torch_default", bias_variance=0.5)


def test_relu_s_half_fails_under_skewed_weights_and_the_linear_case_stands() -> None:
    """Mean zero is enough for x and not for max(0, x).

    To first order in 1/sqrt(n) a skewness c of z adds 2 c/(3 sqrt(2 pi)) to the factor (Edgeworth), and z has
    2 (2/sqrt(2 pi)) 2^(3/2)/sqrt(n) of it from the second layer on: 10.6% at n = 128, 7.5% at 256.
    """
    n, depth = 128, 12
    skew = 2 * (2 / math.sqrt(2 * math.pi)) * 2**1.5 / math.sqrt(n)
    first_order = 2 * skew / (3 * math.sqrt(2 * math.pi)) * (depth - 1) / depth
    skewed = verify(_claim("relu", "exponential", n, depth, direction="forward"))
    assert skewed.verdict == "refuted"
    whole = next(row for row in skewed.tests if row.layer is None)
    # The skewness of x itself comes in at second order, about 1.2/n here; 3/n leaves room for it.
    assert abs(whole.estimate - 1 - first_order) < 6 * whole.standard_error + 3 / n
    assert verify(_claim("identity", "exponential", n, 6)).verdict == "confirmed"


def test_an_infinite_fourth_moment_cannot_be_planned_for() -> None:
    with pytest.raises(BadInput, match="infinite fourth moment"):
        plan(_claim("relu", "student_t(nu=4)"))
    assert plan(_claim("relu", "student_t(nu=4.5)")).replicates > 1


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("student_t(7)", "write it like"),
        ("student_t(nu=7", "write it like"),
        ("student_t(nu=1)", "no variance"),
        ("norml", "did you mean 'normal'"),
        ("normal(nu=7)", "no parameter"),
    ],
)
def test_names_that_cannot_be_read(name: str, word: str) -> None:
    with pytest.raises(BadInput, match=word):
        law(name)


def he(w: Tensor) -> Tensor:
    """A user's own initialiser, of the kind that takes no generator."""
    return torch.nn.init.kaiming_normal_(w)


def test_a_callable_is_held_to_the_claim_at_its_own_scale() -> None:
    assert verify(_claim("relu", custom_law(he))).verdict == "confirmed"
    halved = custom_law(lambda w, generator: w.normal_(0, w.shape[1] ** -0.5, generator=generator), "lecun")
    found = verify(_claim("relu", halved))
    assert found.verdict == "refuted"
    assert all(0.45 < estimate < 0.55 for estimate in _whole(found).values())
    assert verify(_claim("identity", halved)).verdict == "confirmed"


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("relu", {"gain": 3.0}, "its own scale, so the gain 3.0"),
        ("sigmoid", {"direction": "forward"}, "degree 1 only"),
    ],
)
def test_what_a_callable_s_own_scale_leaves_untold_is_refused(
    name: str, fields: dict[str, Any], words: str
) -> None:
    """No gain but its own is drawn, and f(z)^2 tells the variance of z for degree 1 alone."""
    with pytest.raises(BadInput, match=words):
        verify(_claim(name, custom_law(he), **fields))


@pytest.mark.parametrize(
    ("name", "direction", "words"),
    [("identity", "backward", "no gradient"), ("sigmoid", "forward", "degree 1")],
)
def test_zero_weights_confirm_nothing(name: str, direction: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        verify(_claim(name, law("zeros"), direction=direction))


def test_the_global_generator_is_left_as_it_was() -> None:
    before = torch.get_rng_state()
    chosen = custom_law(he)
    one, same, other = (drawn(chosen, 2, 8, 8, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert not torch.equal(one[0], one[1])


def _slow(w: Tensor) -> None:
    """Draws twice from the global generator, with time for another thread in between."""
    w[:1].normal_()
    time.sleep(0.002)
    w[1:].normal_()


def test_threads_do_not_share_draws_of_a_callable() -> None:
    chosen = custom_law(_slow)
    alone = [drawn(chosen, 2, 5, 5, seed=seed) for seed in range(8)]
    together: dict[int, Tensor] = {}

    def work(seed: int) -> None:
        together[seed] = drawn(chosen, 2, 5, 5, seed=seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(torch.equal(together[seed], alone[seed]) for seed in range(8))


def test_a_callable_that_draws_from_both_generators_is_repeatable() -> None:
    """torch.nn.init.sparse_ takes a generator, and the places of its zeros from the global one."""
    chosen = custom_law(lambda w, generator=None: torch.nn.init.sparse_(w, 0.25, generator=generator))
    assert torch.equal(drawn(chosen, 2, 8, 6), drawn(chosen, 2, 8, 6))


def _first_row(w: Tensor) -> None:
    w[0].normal_()


def _once_random() -> Callable[[Tensor], Tensor]:
    own = torch.Generator().manual_seed(3)
    return lambda w: w.normal_(generator=own)


@pytest.mark.parametrize(
    ("fill", "word"),
    [
        (lambda w: None, "left the tensor as it was"),
        (torch.randn_like, "returned something else"),
        (lambda w: w[:, :3].normal_(), "returned something else"),
        (lambda w: w.normal_().log(), "returned something else"),
        (lambda w: w.fill_(math.nan), "not finite"),
        (lambda w: w.normal_().div_(0), "not finite"),
        (torch.nn.init.dirac_, "failed on a .* tensor"),
        (lambda: None, "failed on a"),
        (lambda w: w.mul_(2).add_(1), "other weights at the same seed"),
        (_first_row, "other weights at the same seed"),
        (_once_random(), "other weights at the same seed"),
    ],
    ids=["nothing", "new", "view", "log", "nan", "inf", "raises", "no argument", "keeps", "part", "own generator"],
)  # fmt: skip
def test_callables_that_cannot_be_a_law(fill: Callable[..., Any], word: str) -> None:
    with pytest.raises(BadInput, match=word) as caught:
        custom_law(fill, "mine")
    assert "\n" not in str(caught.value)
    assert "mine" in str(caught.value)


def test_a_callable_s_name_and_kurtosis() -> None:
    assert custom_law(he).name == "he"
    assert custom_law(he).kurtosis == 3.0
    assert custom_law(he, "ours", kurtosis=1.8).kurtosis == 1.8
    assert replace(_claim("relu", custom_law(he))).weights.as_given


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
@pytest.mark.parametrize("name", VARIANTS)
def test_laws_on_a_gpu(name: str, false_alarm: float) -> None:
    device = torch.device("cuda")
    stream = torch.Generator(device=device).manual_seed(1)
    w = law(name).draw(torch.empty(400, 24, 40, device=device), stream)
    squares = w.double().square().mean(dim=(1, 2)).cpu()
    assert agrees(squares, 1.0, false_alarm) or abs(float(squares.mean()) - 1) < 1e-6


def test_a_kurtosis_is_a_number_for_every_law() -> None:
    assert all(isinstance(law(name).kurtosis, float) for name in names())
    assert sp.oo == weight_law("student_t", {"nu": 3}).kurtosis
    assert math.isinf(law("student_t(nu=3)").kurtosis)
