"""The term language of derivations: sympy expressions with inert heads of our own.

sympy.stats simplifies `Expectation(w[j]*w[k])` to `w[j]*w[k]` and factors nothing for abstract symbols,
so E, Var and Law are plain heads here: they print, they carry their argument, and only a named rule
(`derive.proof.rules`) or a finite world (`derive.proof.worlds`) gives them a meaning.

Random tensors are `Indexed` entries such as w[i, j] or, in a deep network, w[l, i, j]. A bare `w`, or
w[l] with the unit indices left out, stands for one representative entry, as in "n Var[w] = 1".
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp


class E(sp.Function):
    """Expectation, inert.

    >>> x = sp.IndexedBase("x"); j = sp.Symbol("j", integer=True)
    >>> E(2 * x[j])
    E(2*x[j])
    """

    nargs = 1
    is_real = True


class Var(sp.Function):
    """Variance, inert: E[X^2] - E[X]^2 once the rule of that name is applied."""

    nargs = 1
    is_real = True
    is_nonnegative = True


class Law(sp.Function):
    """The joint law of its arguments; `Eq(Law(z), Law(-z))` says that z is symmetric."""


class P(sp.Function):
    """The probability of an event, given as a relational."""

    nargs = 1
    is_real = True
    is_nonnegative = True


class Indep(sp.Function):
    """Independence of its arguments, each a tensor or a `Tuple` of tensors taken together."""


class ArgMin(sp.Function):
    """The place of the minimum of its first argument in its second, a positive number."""

    nargs = 2
    is_positive = True


@dataclass(frozen=True)
class Tensor:
    """A named random array, or the part of it in one layer, with the noun that English uses for it.

    >>> w = Tensor("w", 2, "weights")
    >>> w[sp.Symbol("i"), sp.Symbol("j")], w.entry
    (w[i, j], w)
    >>> Tensor("z", 1, "pre-activations", layer=sp.Symbol("l")).entry
    z[l]
    """

    name: str
    rank: int
    noun: str = field(compare=False)
    layer: sp.Expr | None = None

    def __getitem__(self, indices: sp.Expr | tuple[sp.Expr, ...]) -> sp.Indexed:
        """The entry at the given unit indices, the layer put in front."""
        units = indices if isinstance(indices, tuple) else (indices,)
        return sp.IndexedBase(self.name, real=True)[(*self._prefix, *units)]

    @property
    def _prefix(self) -> tuple[sp.Expr, ...]:
        return () if self.layer is None else (self.layer,)

    @property
    def entry(self) -> sp.Expr:
        """The representative entry: w, or w[l] in a deep network."""
        if self.layer is None:
            return sp.Symbol(self.name, real=True)
        return sp.IndexedBase(self.name, real=True)[self.layer]

    def at(self, layer: sp.Expr) -> Tensor:
        """The same tensor in another layer."""
        return Tensor(self.name, self.rank, self.noun, layer)


def index(name: str) -> sp.Symbol:
    """An index symbol: a positive integer."""
    return sp.Symbol(name, integer=True, positive=True)


def tensor_of(entry: sp.Indexed, layered: bool) -> tuple[str, sp.Expr | None]:
    """The (name, layer) of an entry such as w[i, j] (layered False) or w[l, i, j] (layered True)."""
    return str(entry.base.label), entry.indices[0] if layered else None
