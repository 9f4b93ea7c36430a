"""Shards side by side: one thread of arithmetic each, results in order.

torch draws random numbers on one thread, and its own threads stall on the small products between draws when
a machine is busy. So each worker computes on one thread, which also makes every result independent of how
many there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TypeVar

import torch

Task = TypeVar("Task")
Tool = TypeVar("Tool")
Result = TypeVar("Result")


def in_order(
    tasks: Iterable[Task], tools: Sequence[Tool], work: Callable[[Task, Tool], Result]
) -> Iterator[Result]:
    """work(task, tool) for every task, in the order of the tasks; each tool is used by one thread at a time.

    Torch is left at one thread: see `one_thread_each`. At most two tasks per tool are in flight. Leaving
    the iterator early waits for those that run.

    >>> with one_thread_each():
    ...     list(in_order(range(5), ["a", "b"], lambda number, tool: number**2))
    [0, 1, 4, 9, 16]
    """
    free: SimpleQueue[Tool] = SimpleQueue()
    for tool in tools:
        free.put(tool)

    def job(task: Task) -> Result:
        tool = free.get()
        try:
            return work(task, tool)
        finally:
            free.put(tool)

    waiting: deque[Future[Result]] = deque()
    # OpenMP and MKL count threads per calling thread, so each worker has to be told.
    with ThreadPoolExecutor(len(tools), initializer=torch.set_num_threads, initargs=(1,)) as pool:
        try:
            for task in tasks:
                if len(waiting) == 2 * len(tools):
                    yield waiting.popleft().result()
                waiting.append(pool.submit(job, task))
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


@contextmanager
def one_thread_each() -> Iterator[int]:
    """Let torch compute on one thread per caller; then as the user had it, which is what `with` gives."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield before
    finally:
        torch.set_num_threads(before)
