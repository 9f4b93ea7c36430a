"""Laws, seeds and weights: what is drawn, and that it can be drawn again."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from verify.hardware import full_precision
from verify.laws import law
from verify.seeds import PURPOSES, generator, root, seed
from verify.weights import Weights, buffers

CPU = torch.device("cpu")


def test_no_two_draws_of_a_run_share_a_seed() -> None:
    """Not even in the 32 bits that torch's CPU generator uses."""
    words = root((0, 32, 1, 256, 256))
    low = [seed(words, 50, s, l, p) % 2**32 for s in range(400) for l in range(51) for p in PURPOSES]
    assert len(set(low)) == len(low)
    two = (torch.rand(4, generator=generator(CPU, value)) for value in (7, 7 + 2**32))
    assert torch.equal(*two), "torch now uses more than 32 bits: the low bits need not be counted any more"


@given(st.lists(st.integers(0, 2**40), min_size=1, max_size=6), st.integers(0, 2**40))
def test_every_part_of_the_key_counts(key: list[int], other: int) -> None:
    changed = [*key[:-1], other]
    assert (root(key) == root(changed)) == (key == changed)


def _weights(keep: bool) -> Weights:
    return Weights(law("normal"), buffers([3 * 40 * 50, 3 * 20 * 40], keep, torch.float32, CPU), keep)


def test_kept_and_redrawn_weights_give_the_same_bits() -> None:
    shapes, x = ((3, 40, 50), (3, 20, 40)), torch.randn(3, 50, 2, generator=torch.Generator().manual_seed(0))
    results = []
    for weights in (_weights(True), _weights(False)):
        streams = lambda layer: torch.Generator().manual_seed(layer)  # noqa: E731
        first = weights.forward(0, shapes[0], streams, x)
        second = weights.forward(1, shapes[1], streams, first)
        back = weights.backward(1, shapes[1], streams, second)
        results.append((second, back, weights.backward(0, shapes[0], streams, back)))
    assert all(torch.equal(a, b) for a, b in zip(*results, strict=True))


def test_the_user_s_matmul_precision_is_restored() -> None:
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium")
    try:
        with full_precision():
            assert torch.get_float32_matmul_precision() == "highest"
        assert torch.get_float32_matmul_precision() == "medium"
    finally:
        torch.set_float32_matmul_precision(before)
