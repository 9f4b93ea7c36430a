"""How fast the dense sampler is, beside the bare random numbers and beside the usual loop.

    python benchmarks/dense_sampler.py [--width 256] [--depth 50] [--nets 96] [--rounds 3]

Times, in one run and interleaved: torch's normal_ alone for as many numbers; our forward and backward pass with all
statistics, on one thread and on all that torch may use; and the usual loop (nn.Sequential, kaiming_normal_,
forward hooks, autograd) for the same networks. Prints nanoseconds per weight, the best of the rounds, and ratios.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch
from torch import nn

from derive.catalogue import activation
from verify.claim import Claim, layer_widths
from verify.measure import family, measure
from verify.problem import Problem, resolve
from verify.workers import one_thread_each


def bare(width: int, depth: int, nets: int) -> None:
    """The random numbers alone, into one layer's memory."""
    weights, stream = torch.empty(width, width), torch.Generator().manual_seed(0)
    for _ in range(nets * depth):
        weights.normal_(generator=stream)


def naive(width: int, depth: int, nets: int) -> None:
    """One network at a time: build, initialise, hook, forward, backward."""
    for _ in range(nets):
        squares: list[torch.Tensor] = []
        model = nn.Sequential(*(module for _ in range(depth) for module in hooked(width, squares)))
        output = model(torch.randn(1, width, requires_grad=True))
        output.backward(torch.randn_like(output))


def hooked(width: int, squares: list[torch.Tensor]) -> tuple[nn.Module, nn.Module]:
    """A linear layer with He's initialisation that records both second moments, and its ReLU."""
    linear = nn.utils.skip_init(nn.Linear, width, width, bias=False)
    nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
    linear.register_forward_hook(lambda _m, _i, out: squares.append(out.detach().square().mean()))
    linear.register_full_backward_hook(lambda _m, grad, _o: squares.append(grad[0].square().mean()))
    return linear, nn.ReLU()


def ours(problem: Problem, nets: int) -> None:
    """Our sampler with all that it measures, on as many workers as torch has threads."""
    with one_thread_each() as threads:
        measure(family(problem), problem, nets, workers=threads)


def seconds(task: Callable[[], None], threads: int) -> float:
    """The wall time of a task with torch on so many threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        start = time.perf_counter()
        task()
        return time.perf_counter() - start
    finally:
        torch.set_num_threads(before)


def main() -> None:
    """Time everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("width", 256), ("depth", 50), ("nets", 96), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    width, depth, nets = chosen.width, chosen.depth, chosen.nets
    claim = Claim(activation("relu"), widths=layer_widths(width, depth), device="cpu", sampler="dense")
    problem = resolve(claim)
    threads = torch.get_num_threads()
    tasks: dict[str, tuple[Callable[[], None], int]] = {
        "bare normal_": (lambda: bare(width, depth, nets), 1),
        "ours, 1 thread": (lambda: ours(problem, nets), 1),
        f"ours, {threads} threads": (lambda: ours(problem, nets), threads),
        "usual loop, 1 thread": (lambda: naive(width, depth, nets), 1),
        f"usual loop, {threads} threads": (lambda: naive(width, depth, nets), threads),
    }
    best = dict.fromkeys(tasks, float("inf"))
    for _ in range(chosen.rounds):
        best = {name: min(best[name], seconds(*task)) for name, task in tasks.items()}
    weights = nets * depth * width**2
    print(f"width {width}, depth {depth}, {nets} networks, {weights:.3g} weights, torch {torch.__version__}")
    for name, taken in best.items():
        ratio = taken / best["bare normal_"]
        print(f"{name:24}{1e9 * taken / weights:8.2f} ns/weight{ratio:8.2f} x bare")


if __name__ == "__main__":
    main()
