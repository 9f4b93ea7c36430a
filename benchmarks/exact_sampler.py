"""How much faster the exact samplers are than the usual loop, in one run.

    python benchmarks/exact_sampler.py [--rounds 5] [--threads 1] [--large]

For each case, interleaved over the rounds: the usual loop (nn.Sequential, kaiming_normal_, forward and backward
hooks, autograd) for as many networks as a tenth of a second or more takes, and our samplers with all increments and
trajectories, on as many workers as the loop has threads. Prints milliseconds per network, the best of the
rounds, and how many times faster each sampler is: the one that the claim gets, and the one that draws units where
that is the chain of norms. `--large` adds depth 1000 at width 4096, of which the loop passes ten layers.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import nn

from derive.catalogue import activation
from verify.claim import Claim, layer_widths
from verify.increments import Sample
from verify.measure import family
from verify.network import Shard
from verify.problem import Problem, resolve
from verify.samplers.choose import sampler
from verify.samplers.method import method
from verify.samplers.sampler import Sampler
from verify.shards import cut, nets_per_shard
from verify.workers import in_order

MODULES: dict[str, Callable[[], nn.Module]] = {"relu": nn.ReLU, "tanh": nn.Tanh}


@dataclass(frozen=True)
class Case:
    """A network, and how many of it the usual loop passes through per round.

    `timed_depth`: so many layers of the usual loop are timed, and scaled up.
    """

    name: str
    width: int
    depth: int
    inputs: int = 1
    loops: int = 6
    timed_depth: int | None = None


CASES = (
    Case("relu", 256, 50),
    Case("tanh", 256, 50),
    Case("relu", 512, 100, loops=2),
    Case("tanh", 512, 100, loops=2),
    Case("relu", 256, 50, inputs=16),
    Case("tanh", 256, 50, inputs=16),
)
LARGE = (Case("relu", 4096, 1000, loops=1, timed_depth=10), Case("tanh", 4096, 1000, loops=1, timed_depth=10))


def usual(case: Case, depth: int, nets: int) -> None:
    """One network at a time: build, initialise, hook, forward, backward."""
    for _ in range(nets):
        squares: list[torch.Tensor] = []
        layers = [module for _ in range(depth) for module in hooked(case, squares)]
        output = nn.Sequential(*layers)(torch.randn(case.inputs, case.width, requires_grad=True))
        output.backward(torch.randn_like(output))


def hooked(case: Case, squares: list[torch.Tensor]) -> tuple[nn.Module, nn.Module]:
    """A linear layer with Kaiming's initialisation that records both second moments, and its activation."""
    linear = nn.utils.skip_init(nn.Linear, case.width, case.width, bias=False)
    nn.init.kaiming_normal_(linear.weight, nonlinearity=case.name)
    linear.register_forward_hook(lambda _m, _i, out: squares.append(out.detach().square().mean()))
    linear.register_full_backward_hook(lambda _m, grad, _o: squares.append(grad[0].square().mean()))
    return linear, MODULES[case.name]()


def ours(case: Case, threads: int) -> dict[str, tuple[Callable[[], None], int]]:
    """By name: a task that draws two shards for each thread, and how many networks those are."""
    claim = Claim(
        activation(case.name), layer_widths(case.width, case.depth), batch=case.inputs, device="cpu"
    )
    claim = replace(claim, direction="forward")
    unit_by_unit = replace(claim, output_gradient="ones")  # what the chain cannot do
    claims = {method(c): c for c in (claim, unit_by_unit)}
    return {name: task(resolve(c), threads) for name, c in claims.items()}


def task(problem: Problem, threads: int) -> tuple[Callable[[], None], int]:
    """Two shards for each thread with the sampler that the claim gets, all increments taken."""
    nets, drawn = 2 * threads * nets_per_shard(problem.claim), family(problem)
    plan = cut(problem.claim, nets, threads)
    tools = [sampler(drawn, problem, plan) for _ in range(plan.workers)]

    def run() -> None:
        for _ in in_order(plan.shards(), tools, passed):
            pass

    return run, nets


def passed(shard: Shard, draw: Sampler) -> Sample:
    """One shard; nothing is recorded for autograd."""
    with torch.inference_mode():
        return draw(shard)


def seconds(run: Callable[[], None], threads: int) -> float:
    """The wall time of a task with torch on so many threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        start = time.perf_counter()
        run()
        return time.perf_counter() - start
    finally:
        torch.set_num_threads(before)


def compare(case: Case, rounds: int, threads: int) -> None:
    """Time one case and print its lines."""
    depth = min(case.depth, case.timed_depth or case.depth)
    loop = lambda: usual(case, depth, case.loops)  # noqa: E731
    tasks = {"usual loop": (loop, case.loops * depth / case.depth), **ours(case, threads)}
    best = dict.fromkeys(tasks, float("inf"))
    for _ in range(rounds):
        for name, (run, nets) in tasks.items():
            best[name] = min(best[name], seconds(run, threads if name == "usual loop" else 1) / nets)
    print(f"{case.name}, depth {case.depth}, width {case.width}, inputs {case.inputs}")
    for name, each in best.items():
        print(f"  {name:14}{1e3 * each:12.4f} ms a network{best['usual loop'] / each:10.1f} x")


def main() -> None:
    """Time all cases and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--large", action="store_true")
    chosen = parser.parse_args()
    print(f"torch {torch.__version__}, {chosen.threads} thread(s), best of {chosen.rounds} rounds")
    for case in CASES + (LARGE if chosen.large else ()):
        compare(case, chosen.rounds, chosen.threads)


if __name__ == "__main__":
    main()
