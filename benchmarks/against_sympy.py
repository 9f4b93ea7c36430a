"""What plain sympy answers of the moments that gainproof answers, and how much longer it takes.

    python benchmarks/against_sympy.py [--kind second] [--limit 20] [--workers 2] [--only NAME,NAME]

For each activation of the catalogue, at q = 1 and with its default parameters, the moment is asked of gainproof (closed
form and certified ball), of sympy.integrate over the line against the density, and of sympy.stats.E. Every question
has a process of its own and `limit` seconds; a result that still holds an integral is no answer. Prints each row, how
many each answers in closed form, the median ratio of times where both do, and any answer that disagrees with the ball.
"""

from __future__ import annotations

import argparse
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import NamedTuple

import sympy as sp
from flint import arb

from derive.activation import X
from derive.catalogue import activation, names
from derive.moments import moment
from derive.moments.kinds import monomial
from derive.number import Number


class Answer(NamedTuple):
    """Whether it is a closed form, after how many seconds, and its value as a float (nan if none)."""

    closed: bool
    seconds: float
    value: float


NONE = Answer(False, float("inf"), float("nan"))


def ours(name: str, kind: str) -> Answer:
    """gainproof, from the expression to the tested closed form and the ball."""
    start = time.perf_counter()
    found = moment(activation(name), kind, 1)  # type: ignore[arg-type]
    taken = time.perf_counter() - start
    return Answer(found.exact is not None, taken, float(found)) if isinstance(found, Number) else NONE


def integrated(name: str, kind: str) -> Answer:
    """sympy.integrate over the line."""
    density = sp.exp(-(X**2) / 2) / sp.sqrt(2 * sp.pi)
    return _asked(lambda: sp.integrate(_monomial(name, kind) * density, (X, -sp.oo, sp.oo)))


def expected(name: str, kind: str) -> Answer:
    """sympy.stats.E of a standard normal."""
    from sympy.stats import E, Normal

    z = Normal("z", 0, 1)
    return _asked(lambda: E(_monomial(name, kind).subs(X, z)))


PEERS = {"sympy.integrate": integrated, "sympy.stats.E": expected}


def _monomial(name: str, kind: str) -> sp.Expr:
    found, powers = activation(name), monomial(kind)
    slope = found.derivative.subs(found.values)
    return found.numeric() ** powers.f * slope**powers.d * X**powers.z


def _asked(question) -> Answer:  # type: ignore[no-untyped-def]
    start = time.perf_counter()
    found = question()
    taken = time.perf_counter() - start
    unsolved = found.has(sp.Integral, sp.Sum, X) or bool(found.free_symbols)
    return NONE if unsolved else Answer(True, taken, float(found.evalf(20)))


def limited(peer: str, name: str, kind: str, limit: float) -> Answer:
    """The answer of a process of its own, or none within the limit."""
    context = get_context("spawn")
    reader, writer = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(writer, peer, name, kind), daemon=True)
    process.start()
    writer.close()
    try:
        return reader.recv() if reader.poll(limit) else NONE
    except EOFError:  # it raised
        return NONE
    finally:
        process.kill()
        process.join()


def _send(writer: Connection, peer: str, name: str, kind: str) -> None:
    writer.send(PEERS.get(peer, ours)(name, kind))


def _ask_all(task: tuple[str, str, float]) -> dict[str, Answer]:
    name, kind, limit = task
    return {peer: limited(peer, name, kind, limit) for peer in ("gainproof", *PEERS)}


def main() -> None:
    """Ask everybody and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", default="second")
    parser.add_argument("--limit", type=float, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    asked = [name for name in chosen.only.split(",") if name] or list(names())
    with ThreadPoolExecutor(chosen.workers) as pool:
        table = dict(
            zip(asked, pool.map(_ask_all, [(n, chosen.kind, chosen.limit) for n in asked]), strict=True)
        )
    for name, answers in table.items():
        print(f"{name:24}" + "".join(f"{_shown(answer):>20}" for answer in answers.values()))
    for peer in ("gainproof", *PEERS):
        closed = [answers for answers in table.values() if answers[peer].closed]
        both = [a[peer].seconds / a["gainproof"].seconds for a in closed if a["gainproof"].closed]
        wrong = [
            name for name, a in table.items() if a[peer].closed and not _agrees(name, chosen.kind, a[peer])
        ]
        ratio = f", median {statistics.median(both):.1f} x our time on {len(both)}" if both else ""
        print(
            f"{peer}: {len(closed)} of {len(table)} in closed form{ratio}; outside the ball: {wrong or 'none'}"
        )


def _shown(answer: Answer) -> str:
    return f"{1e3 * answer.seconds:.1f} ms" if answer.closed else "no closed form"


def _agrees(name: str, kind: str, answer: Answer) -> bool:
    """Whether a float lies in the certified ball, widened by the float's own rounding."""
    found = moment(activation(name), kind, 1)  # type: ignore[arg-type]
    rounding = arb(0, abs(answer.value) * 2.0**-50)
    return isinstance(found, Number) and bool((arb(answer.value) + rounding).overlaps(found.ball))


if __name__ == "__main__":
    main()
