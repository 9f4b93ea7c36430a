"""The term language of derivations: sympy expressions with inert heads of our own.

sympy.stats simplifies `Expectation(w[j]*w[k])` to `w[j]*w[k]` and factors nothing for abstract symbols,
so E, Var and Law are plain heads here: they print, they carry their argument, and only a named rule
(`derive.proof.rules`) or a finite world (`derive.proof.worlds`) gives them a meaning.

Random tensors are `Indexed` entries such as w[i, j]; sizes and indices are integer symbols.
"""

from __future__ import annotations

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
