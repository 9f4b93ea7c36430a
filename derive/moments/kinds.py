"""The moments that the theory asks for: each is E of one monomial in z, f(z) and f'(z), z ~ N(0, q)."""

from __future__ import annotations

from typing import Literal, NamedTuple

import sympy as sp

from derive.errors import unknown_name

Kind = Literal[
    "mean",
    "second",
    "derivative_second",
    "fourth",
    "derivative_fourth",
    "slope",
    "derivative_second_tilted",
    "linear",
    "derivative_second_weighted",
    "derivative_linear",
    "product_second",
]

Q = sp.Symbol("q", positive=True)


class Monomial(NamedTuple):
    """f(z)^f * f'(z)^d * z^z / q^q, by its exponents."""

    f: int
    d: int
    z: int
    q: int


MONOMIALS: dict[str, Monomial] = {
    "mean": Monomial(1, 0, 0, 0),
    "second": Monomial(2, 0, 0, 0),
    "derivative_second": Monomial(0, 2, 0, 0),
    "fourth": Monomial(4, 0, 0, 0),
    "derivative_fourth": Monomial(0, 4, 0, 0),
    "slope": Monomial(1, 1, 1, 0),
    "derivative_second_tilted": Monomial(0, 2, 2, 1),
    "linear": Monomial(1, 0, 1, 0),
    "derivative_second_weighted": Monomial(0, 2, 2, 0),
    "derivative_linear": Monomial(0, 1, 1, 0),
    "product_second": Monomial(2, 2, 0, 0),
}


def monomial(kind: str) -> Monomial:
    """The monomial of a kind; raises `BadInput` for a kind that there is not."""
    if kind not in MONOMIALS:
        raise unknown_name("moment", kind, MONOMIALS)
    return MONOMIALS[kind]


def spoken(powers: Monomial) -> str:
    """The moment as people write it.

    >>> spoken(Monomial(0, 2, 0, 0)), spoken(Monomial(1, 1, 1, 0))
    ("E f'^2", "E[z f f']")
    """
    names = (("z", powers.z), ("f", powers.f), ("f'", powers.d))
    factors = [name if power == 1 else f"{name}^{power}" for name, power in names if power]
    return f"E {factors[0]}" if len(factors) == 1 else f"E[{' '.join(factors)}]"
