"""Functions by name: those of the whitelist, and the activations of the catalogue."""

from __future__ import annotations

from functools import cache

import sympy as sp

from derive.activation import Activation, X
from derive.catalogue import activation, names
from derive.grammar.arithmetic import RefusedError
from derive.grammar.functions import CONDITIONS, CONSTANTS, FUNCTIONS, SPECIAL, Function


@cache
def called(name: str) -> Function | None:
    """The function of that name; None if there is none.

    >>> called("relu").build(X - 1)
    Max(0, x - 1)
    """
    if name in FUNCTIONS:
        return FUNCTIONS[name]
    entry = catalogue_name(name)
    found = activation(entry) if entry else None
    if not isinstance(found, Activation):
        return None
    formula = found.numeric()
    return Function(lambda u: _substituted(formula, u))


def _substituted(formula: sp.Expr, u: sp.Expr) -> sp.Expr:
    """The formula of u; of a Piecewise u branch by branch, so that no condition holds another one."""
    if not (formula.has(sp.Piecewise) and u.has(sp.Piecewise)):
        return formula.xreplace({X: u})
    if not isinstance(u, sp.Piecewise):
        raise RefusedError("it asks where something is positive that is itself given by conditions")
    return sp.Piecewise(*[(_substituted(formula, branch), condition) for branch, condition in u.args])


def catalogue_name(name: str) -> str | None:
    """The name in the catalogue that is meant, whatever its capitals and underscores.

    >>> catalogue_name("LeakyReLU"), catalogue_name("tanhh")
    ('leaky_relu', None)
    """
    return _by_letters().get(_letters(name))


@cache
def _by_letters() -> dict[str, str]:
    return {_letters(name): name for name in names()}


def _letters(name: str) -> str:
    return name.lower().replace("_", "")


def function_names() -> list[str]:
    """All names that can be called."""
    return sorted({*FUNCTIONS, *SPECIAL, *CONDITIONS, *names()})


def is_function(name: str) -> bool:
    """Whether a name stands for a function."""
    return name in FUNCTIONS or name in SPECIAL or name in CONDITIONS or catalogue_name(name) is not None


def is_taken(name: str) -> bool:
    """Whether a name cannot be that of a parameter; e and E can, pi cannot."""
    return is_function(name) or name in ("x", "X") or (name in CONSTANTS and name not in ("e", "E"))
