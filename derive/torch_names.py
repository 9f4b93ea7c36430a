"""torch's modules and functions by the names of their classes and attributes; torch itself is not loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from derive.errors import BadInput
from derive.grammar.functions import FUNCTIONS
from derive.grammar.named import catalogue_name

_HOMES = ("torch.nn.modules.activation", "torch.nn.modules.linear")


class Counterpart(NamedTuple):
    """A name of the catalogue, and which attribute of the module holds each of its parameters."""

    name: str
    attributes: Mapping[str, str] = {}


_MODULES: Mapping[str, Counterpart] = {
    "LeakyReLU": Counterpart("leaky_relu", {"a": "negative_slope"}),
    "PReLU": Counterpart("prelu", {"a": "weight"}),
    "RReLU": Counterpart("rrelu", {"a": "lower", "b": "upper"}),
    "Hardtanh": Counterpart("hardtanh", {"a": "min_val", "b": "max_val"}),
    "Hardshrink": Counterpart("hardshrink", {"c": "lambd"}),
    "Softshrink": Counterpart("softshrink", {"c": "lambd"}),
    "Threshold": Counterpart("threshold", {"t": "threshold", "c": "value"}),
    "ELU": Counterpart("elu", {"a": "alpha"}),
    "CELU": Counterpart("celu", {"a": "alpha"}),
    "Softplus": Counterpart("softplus", {"b": "beta"}),
}

# torch.sinc is sin(pi x)/(pi x), not what the catalogue calls sinc.
_OTHER_MEANING: Mapping[str, str] = {"sinc": "sinc(pi*x)"}


def is_torch(thing: object) -> bool:
    """Whether a thing is an instance of a torch activation module, or one of torch's own functions."""
    return _is_module(thing) or _is_function(thing)


def _is_module(thing: object) -> bool:
    return type(thing).__module__ in _HOMES


def _is_function(thing: object) -> bool:
    home = getattr(thing, "__module__", None)
    kinds = ("function", "builtin_function_or_method")
    return type(thing).__name__ in kinds and isinstance(home, str) and home.partition(".")[0] == "torch"


def from_torch(thing: object) -> tuple[str, dict[str, object]] | None:
    """A name of the catalogue or an expression, and the values of its parameters; None where the module or
    the function is not known here."""
    return _from_module(thing) if _is_module(thing) else _from_function(thing)


def _from_module(module: object) -> tuple[str, dict[str, object]] | None:
    kind = type(module).__name__
    if kind == "GELU" and getattr(module, "approximate", "none") == "tanh":
        return "gelu_tanh", {}
    name = catalogue_name(kind)
    counterpart = _MODULES.get(kind, Counterpart(name) if name else None)
    if counterpart is None:
        return None
    return counterpart.name, {key: _number(module, where) for key, where in counterpart.attributes.items()}


def _number(module: object, attribute: str) -> object:
    """An attribute as a number: a learned one is a tensor, whose entries must be equal."""
    held = getattr(module, attribute)
    if not hasattr(held, "item"):
        return held
    lowest, highest = held.min().item(), held.max().item()
    if lowest != highest:
        raise BadInput(
            f"this {type(module).__name__} holds different values of {attribute}; give one at a time"
        )
    return lowest


def _from_function(function: object) -> tuple[str, dict[str, object]] | None:
    name = str(getattr(function, "__name__", "")).removeprefix("special_")
    unary = name in FUNCTIONS and FUNCTIONS[name].least == 1 == FUNCTIONS[name].most
    known = _OTHER_MEANING.get(name) or catalogue_name(name) or (f"{name}(x)" if unary else None)
    return (known, {}) if known else None
