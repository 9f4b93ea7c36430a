"""Small finite laws of a random vector, simplest first: what worlds are made of.

A law is a tuple of (probability, values). The families cover what the facts distinguish: constant,
independent, fully dependent, differently scaled, uncorrelated but dependent; symmetric and skew; with
and without an atom at zero. `stock` gives canonical ones for a search that should end with a simple
countermodel; `random_law` gives random rational ones for checking steps.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from random import Random

Scalar = tuple[tuple[Fraction, Fraction], ...]
Law = tuple[tuple[Fraction, tuple[Fraction, ...]], ...]


def scalar(*pairs: tuple[str | Fraction, int | Fraction]) -> Scalar:
    """A law on numbers from (probability, value) pairs."""
    return tuple((Fraction(p), Fraction(v)) for p, v in pairs)


SIGN = scalar(("1/2", 1), ("1/2", -1))
SKEW = scalar(("1/3", 2), ("2/3", -1))
HALF = scalar(("1/2", 0), ("1/2", 1))
ONE = scalar(("1", 1))
ZERO = scalar(("1", 0))
SCALARS = (ONE, SIGN, SKEW, HALF, ZERO)


def independent_copies(law: Scalar, size: int) -> Law:
    """Independent entries of one law."""
    return tuple(_joined(point) for point in product(law, repeat=size))


def _joined(point: tuple[tuple[Fraction, Fraction], ...]) -> tuple[Fraction, tuple[Fraction, ...]]:
    p = Fraction(1)
    for q, _ in point:
        p *= q
    return p, tuple(v for _, v in point)


def all_equal(law: Scalar, size: int) -> Law:
    """One draw, repeated in every entry."""
    return tuple((p, (v,) * size) for p, v in law)


def ascending(law: Scalar, size: int) -> Law:
    """Independent entries, the j-th scaled by j: variances differ."""
    return tuple(
        (p, tuple(v * (j + 1) for j, v in enumerate(values))) for p, values in independent_copies(law, size)
    )


def one_active(law: Scalar, size: int) -> Law:
    """One entry, chosen at random, is drawn and the rest are zero: uncorrelated if centred, yet dependent."""
    spots = range(size)
    return tuple(
        (p / size, tuple(v if j == spot else Fraction(0) for j in spots)) for spot in spots for p, v in law
    )


def shared_size(law: Scalar, size: int) -> Law:
    """Independent signs times one common size in {1, 2}: uncorrelated if the signs are fair, yet dependent."""
    half = Fraction(1, 2)
    return tuple(
        (half * p, tuple(c * v for v in values))
        for c in (1, 2)
        for p, values in independent_copies(law, size)
    )


FAMILIES: tuple[Callable[[Scalar, int], Law], ...] = (
    independent_copies,
    all_equal,
    ascending,
    one_active,
    shared_size,
)


def stock(size: int) -> tuple[Law, ...]:
    """Canonical laws of a vector of `size` entries, simplest first, without repeats."""
    laws = {merged(family(law, size)): None for family in FAMILIES for law in SCALARS}
    return tuple(sorted(laws, key=lambda law: (len(law), max(abs(v) for _, vs in law for v in vs))))


def merged(law: Law) -> Law:
    """The same law with equal values joined."""
    table: dict[tuple[Fraction, ...], Fraction] = {}
    for p, values in law:
        table[values] = table.get(values, Fraction(0)) + p
    return tuple((p, values) for values, p in table.items())


def random_law(size: int, rng: Random) -> Law:
    """A random rational law of a vector: a random family over a random scalar law."""
    return merged(rng.choice(FAMILIES)(random_scalar(rng), size))


def random_scalar(rng: Random) -> Scalar:
    """A random law on two or three rationals: symmetric, centred and skew, or neither."""
    a, b = (Fraction(rng.randint(1, 5), rng.randint(1, 4)) for _ in range(2))
    p = Fraction(rng.randint(1, 4), 5)
    kinds = (
        scalar((Fraction(1, 2), a), (Fraction(1, 2), -a)),
        scalar((p / 2, a), (1 - p, 0), (p / 2, -a)),
        scalar((b / (a + b), a), (a / (a + b), -b)),
        scalar((p, a), (1 - p, b)),
    )
    return rng.choices(kinds, weights=(6, 2, 3, 1))[0]
