"""The activations that have a name here: data, apart from the engine that works on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sympy as sp

from derive.activation import Activation, X
from derive.decimals import rational
from derive.errors import BadInput, unknown_name

_A = sp.Symbol("a", real=True)
_SIGMOID = 1 / (1 + sp.exp(-X))

# In `torch`, {a} stands for the value of the parameter a.
_ENTRIES = (
    Activation("identity", X, (), "the linear case", "torch.nn.Identity()"),
    Activation("relu", sp.Max(0, X), (), "Nair and Hinton 2010", "torch.nn.ReLU()"),
    Activation(
        "leaky_relu",
        sp.Max(0, X) + _A * sp.Min(0, X),
        ((_A, sp.Rational(1, 100)),),
        "Maas, Hannun and Ng 2013",
        "torch.nn.LeakyReLU({a})",
    ),
    Activation(
        "prelu",
        sp.Max(0, X) + _A * sp.Min(0, X),
        ((_A, sp.Rational(1, 4)),),
        "He, Zhang, Ren and Sun 2015, equation 1",
        "torch.nn.PReLU(init={a})",
    ),
    Activation("tanh", sp.tanh(X), (), "LeCun, Bottou, Orr and Mueller 1998", "torch.nn.Tanh()"),
    Activation("sigmoid", _SIGMOID, (), "Rumelhart, Hinton and Williams 1986", "torch.nn.Sigmoid()"),
    Activation(
        "scaled_sigmoid", 4 * (_SIGMOID - sp.Rational(1, 2)), (), "Glorot and Bengio 2010, section 3", None
    ),
)


def names() -> tuple[str, ...]:
    """The names that `activation` knows.

    >>> names()[:2]
    ('identity', 'relu')
    """
    return tuple(entry.name for entry in _ENTRIES)


def activation(name: str, parameters: Mapping[str, object] | None = None) -> Activation:
    """The activation of that name, with parameters other than the default ones where they are given.

    Raises `BadInput` for an unknown name, an unknown parameter, or a value that is not a finite rational.

    >>> activation("leaky_relu", {"a": sp.Rational(1, 5)}).torch
    'torch.nn.LeakyReLU(0.2)'
    """
    found = next((entry for entry in _ENTRIES if entry.name == name), None)
    if found is None:
        raise unknown_name("activation", name, names())
    given = dict(parameters or {})
    values = tuple(
        (symbol, _value(symbol.name, given.pop(symbol.name, value))) for symbol, value in found.parameters
    )
    _refuse_unknown(found, given)
    return replace(found, parameters=values, torch=_torch(found.torch, values))


def _value(name: str, given: object) -> sp.Rational:
    return rational(given, f"the parameter {name}")


def _refuse_unknown(found: Activation, unknown: Mapping[str, object]) -> None:
    if unknown:
        known = ", ".join(symbol.name for symbol, _ in found.parameters) or "none"
        raise BadInput(f"{found.name} has no parameter {next(iter(unknown))!r}: it has {known}; leave it out")


def _torch(template: str | None, values: tuple[tuple[sp.Symbol, sp.Expr], ...]) -> str | None:
    return template and template.format(**{symbol.name: repr(float(value)) for symbol, value in values})
