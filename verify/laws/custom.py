"""A weight law that the user gives as a callable, as it stands in their code."""

from __future__ import annotations

import inspect
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from derive.errors import BadInput
from verify.laws.law import Law

if TYPE_CHECKING:
    from torch import Generator, Tensor

# Of unequal sides, so that a callable that mixes them up is seen.
_PROBE = (24, 16)


def custom_law(
    fill: Callable[..., Any],
    name: str | None = None,
    kurtosis: float | None = None,
    symmetric: bool = True,
    continuous: bool = True,
) -> Law:
    """The law of the weights that `fill(w)` puts into a tensor w (n_out, n_in), in place, as torch.nn.init does.

    The weights are drawn at the scale that `fill` gives them; a claim asserts that their variance is
    gain^2 / fan, for the gain that theory gives: f must be of degree 1, and no gain is taken. `fill` gets
    `generator=` if it takes one; torch's global generator is seeded for the call in any case and put back
    afterwards, one call at a time. `kurtosis`, E w^4 / (E w^2)^2, is for the planning of
    replicates, and a Gaussian's 3 where it is not given; `symmetric` and `continuous` are the caller's word.

    Raises `BadInput` for a callable that fails, returns something else than w, leaves w or a part of it as it
    was, puts in what is not finite, or is not repeatable at the same seed of torch's generator.

    >>> import torch
    >>> def he(w):
    ...     return torch.nn.init.kaiming_normal_(w)
    >>> custom_law(he).name
    'he'
    """
    found = _Callable(fill, _name(fill) if name is None else name, _takes_generator(fill))
    _refuse_unfit(found)
    return Law(
        found.name,
        kurtosis=3.0 if kurtosis is None else kurtosis,
        draw=found.draw,
        symmetric=symmetric,
        continuous=continuous,
        iid=False,
        as_given=True,
    )


@dataclass(frozen=True)
class _Callable:
    """A user's callable; the lock keeps two threads from seeding torch's global generator for it at once."""

    fill: Callable[..., Any]
    name: str
    takes_generator: bool
    lock: Any = field(default_factory=threading.Lock, compare=False, repr=False)

    def draw(self, weights: Tensor, generator: Generator) -> Tensor:
        """Fill the matrices of weights (..., n_out, n_in) one after the other."""
        given = {"generator": generator} if self.takes_generator else {}
        for matrix in weights.view(-1, *weights.shape[-2:]):
            # Also for one that takes a generator: torch.nn.init.sparse_ does, and draws from the global one too.
            with self.lock, _seeded(generator):
                self._filled(matrix, **given)
        if not bool(weights.isfinite().all()):
            raise self.refused("put in what is not finite; give one that fills with finite numbers")
        return weights

    def _filled(self, matrix: Tensor, **generator: Generator) -> None:
        try:
            result = self.fill(matrix, **generator)
        except BadInput:
            raise
        except Exception as error:
            told = " ".join(str(error).split())[:120]
            raise self.refused(f"failed on a {tuple(matrix.shape)} tensor: {told}") from error
        if result is not None and not _same(result, matrix):
            raise self.refused(
                "returned something else than the tensor that it was given; fill that one in place"
            )

    def refused(self, what: str) -> BadInput:
        """The error that says what the callable did."""
        return BadInput(f"the weight law {self.name} {what}")


def _refuse_unfit(found: _Callable) -> None:
    """Fill twice at one seed, from two different contents: what comes out must be the same, and finite."""
    import torch

    before = [torch.full(_PROBE, value) for value in (0.0, 1.0)]
    after = [found.draw(t.clone(), torch.Generator().manual_seed(1)) for t in before]
    if all(torch.equal(a, b) for a, b in zip(after, before, strict=True)):
        raise found.refused("left the tensor as it was; fill it in place, as torch.nn.init's functions do")
    if not torch.equal(*after):
        raise found.refused(
            "gave other weights at the same seed: it keeps some of what the tensor held, or draws from elsewhere "
            "than torch's generator; use neither"
        )


def _same(result: object, matrix: Tensor) -> bool:
    import torch

    kept = isinstance(result, torch.Tensor) and result.shape == matrix.shape
    return kept and result.data_ptr() == matrix.data_ptr()  # type: ignore[attr-defined]


@contextmanager
def _seeded(generator: Generator) -> Iterator[None]:
    """torch's global generators, of the CPU and the generator's device, at a seed from it, and then as before."""
    import torch

    seed = torch.empty((), dtype=torch.int64, device=generator.device).random_(generator=generator)
    everyone = [torch.default_generator]
    if generator.device.type == "cuda":
        everyone.append(torch.cuda.default_generators[generator.device.index or 0])
    kept = [other.get_state() for other in everyone]
    try:
        for other in everyone:
            other.manual_seed(int(seed))
        yield
    finally:
        for other, state in zip(everyone, kept, strict=True):
            other.set_state(state)


def _takes_generator(fill: Callable[..., Any]) -> bool:
    try:
        known = inspect.signature(fill).parameters
    except (TypeError, ValueError):
        return False
    return "generator" in known


def _name(fill: Callable[..., Any]) -> str:
    """A callable's own name, as a word."""
    return re.sub(r"\W", "", getattr(fill, "__name__", type(fill).__name__))[:40] or "custom"
