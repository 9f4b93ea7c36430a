"""All ways in which an activation can be given: by name, as text, as a sympy expression, or from torch.

The grammar is loaded when something is not a plain name of the catalogue, so that names answer sooner.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import sympy as sp

from derive import catalogue
from derive.activation import Activation, X
from derive.decimals import rational
from derive.errors import BadInput, unknown_name

_REFERENCE = "given by the user"
_LONGEST_NAME = 80


def activation(thing: object, parameters: Mapping[str, object] | None = None) -> Activation:
    """The activation that is meant by a name of the catalogue, an expression in x as text or as sympy has it,
    an `Activation`, or an elementwise torch module or function; with the values of its parameters.

    Raises `BadInput` with one line for anything else, for bad syntax, unknown names, and functions that are
    undefined or not real somewhere.

    >>> activation("relu").expression
    Max(0, x)
    >>> activation("x*tanh(a*x)", {"a": "1/2"}).numeric()
    x*tanh(x/2)
    """
    given = {str(name): value for name, value in (parameters or {}).items()}
    if isinstance(thing, str):
        return _from_text(thing, given)
    if isinstance(thing, sp.Basic):
        return _from_sympy(thing, given)
    if isinstance(thing, Activation):
        return _given_already(thing, given)
    return _from_torch(thing, given)


def _from_text(text: str, given: Mapping[str, object]) -> Activation:
    stripped = text.strip()
    if stripped in catalogue.names():
        return catalogue.activation(stripped, given)
    from derive.grammar.named import catalogue_name, is_function

    named = catalogue_name(stripped)
    if named is not None:
        return catalogue.activation(named, given)
    _refuse_gated(stripped)
    word = re.fullmatch(r"[A-Za-z_]\w{0,79}", stripped)
    if word and stripped not in (*given, "x", "X", "e", "E", "pi") and not is_function(stripped):
        hint = "an expression in x can be given too, such as x*tanh(x)"
        raise BadInput(f"{unknown_name('activation', stripped, catalogue.names())}; {hint}")
    return _parsed(text, given, stripped)


def _refuse_gated(name: str) -> None:
    from derive.gated import gated_names

    if name.lower() in gated_names():
        raise BadInput(
            f"{name} is a gated unit, a function of two inputs, and this takes functions of one: "
            f"only `gainproof gain {name.lower()}` answers it"
        )


def _parsed(text: str, given: Mapping[str, object], name: str) -> Activation:
    from derive.grammar import parse
    from derive.grammar.parsing import symbol

    values = {key: rational(value, f"the parameter {key}") for key, value in given.items()}
    expression = parse(text, values)
    pairs = tuple((symbol(key, value), value) for key, value in values.items())
    return Activation(_short(name), expression, pairs, _REFERENCE, None)


def _short(name: str) -> str:
    """A name fit for a line: white space made one blank, cut where it is long.

    >>> _short("x +" + chr(10) + "  1")
    'x + 1'
    """
    flat = " ".join(name.split())
    return flat if len(flat) <= _LONGEST_NAME else flat[: _LONGEST_NAME - 4] + " ..."


def _from_sympy(expression: sp.Basic, given: Mapping[str, object]) -> Activation:
    """Written out and read again, so that what holds for text holds for sympy's expressions too."""
    variable = _variable(expression, given)
    text = str(expression.xreplace({variable: X}))
    return _parsed(text, given, text)


def _variable(expression: sp.Basic, given: Mapping[str, object]) -> sp.Symbol:
    free = [s for s in sorted(expression.free_symbols, key=str) if str(s) not in given]
    named_x = [s for s in free if str(s) == "x"]
    if len(free) == 1 or len(named_x) == 1:
        chosen: sp.Symbol = (named_x or free)[0]
        return chosen
    if not free:
        raise BadInput("the expression has no variable: an activation is a function of x; put x into it")
    listed = ", ".join(str(s) for s in free[:5])
    raise BadInput(f"which of {listed} is the variable? call it x, and give the others values as parameters")


def _given_already(thing: Activation, given: Mapping[str, object]) -> Activation:
    if given:
        raise BadInput("an Activation has its parameters already; give its name or expression instead")
    return thing


def _from_torch(thing: object, given: Mapping[str, object]) -> Activation:
    from derive.torch_names import from_torch, is_torch

    found = from_torch(thing) if is_torch(thing) else None
    if found is None:
        raise BadInput(_no_formula(thing))
    known, own = found
    return _from_text(known, {**own, **given})


def _no_formula(thing: object) -> str:
    what = getattr(thing, "__name__", type(thing).__name__)
    if isinstance(thing, type):
        return f"{what[:40]} is a class; give an instance of it, such as {what[:40]}()"
    if isinstance(thing, Callable):  # type: ignore[arg-type]
        hint = "verify.gain(function) estimates its gain by quadrature, without a bound"
        return f"{what[:40]} has no formula here, so nothing can be certified; give an expression in x, or {hint}"
    kinds = "a name, an expression in x, or an elementwise torch module"
    return f"an activation cannot be made of a {type(thing).__name__}; give {kinds}"
