"""The functions that an expression may call: data. What is not listed is not called.

`needs` says of each partial function what its argument must be; beside these names, every activation of
the catalogue is a function of one argument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

import sympy as sp

Kind = Literal["positive", "nonnegative", "nonzero"]


class Rule(NamedTuple):
    """Where a function is defined: `of` its arguments must be `kind`."""

    kind: Kind
    of: Callable[..., sp.Expr] = lambda u: u


class Function(NamedTuple):
    """What builds a function, how many arguments it takes, and where it is defined."""

    build: Callable[..., sp.Expr]
    needs: tuple[Rule, ...] = ()
    least: int = 1
    most: int = 1


_POSITIVE, _NONNEGATIVE, _NONZERO = Rule("positive"), Rule("nonnegative"), Rule("nonzero")
_WITHIN_ONE = Rule("nonnegative", lambda u: 1 - u**2)
_INSIDE_ONE = Rule("positive", lambda u: 1 - u**2)
_COS, _SIN = Rule("nonzero", sp.cos), Rule("nonzero", sp.sin)

_WHOLE_LINE: Mapping[str, Callable[[sp.Expr], sp.Expr]] = {
    **{"exp": sp.exp, "expm1": lambda u: sp.exp(u) - 1},
    **{"sin": sp.sin, "cos": sp.cos, "sinc": sp.sinc, "Si": sp.Si},
    **{"sinh": sp.sinh, "cosh": sp.cosh, "tanh": sp.tanh, "sech": sp.sech},
    **{"atan": sp.atan, "arctan": sp.atan, "asinh": sp.asinh, "arcsinh": sp.asinh},
    **{"erf": sp.erf, "erfc": sp.erfc, "erfi": sp.erfi},
    **dict.fromkeys(("abs", "Abs", "fabs", "absolute"), sp.Abs),
    **dict.fromkeys(("sign", "sgn"), sp.sign),
    **dict.fromkeys(("square", "sq"), lambda u: u**2),
    **dict.fromkeys(("sigmoid", "logistic", "expit"), lambda u: 1 / (1 + sp.exp(-u))),
    **dict.fromkeys(("Phi", "normcdf", "ndtr"), lambda u: (1 + sp.erf(u / sp.sqrt(2))) / 2),
    **dict.fromkeys(("phi", "normpdf"), lambda u: sp.exp(-(u**2) / 2) / sp.sqrt(2 * sp.pi)),
    "relu": lambda u: sp.Max(0, u),
    "cbrt": lambda u: sp.sign(u) * sp.Abs(u) ** sp.Rational(1, 3),
    "step": sp.Heaviside,
}

_PARTIAL: Mapping[str, Function] = {
    **dict.fromkeys(("log", "ln"), Function(sp.log, (_POSITIVE,))),
    "log1p": Function(lambda u: sp.log(1 + u), (Rule("positive", lambda u: 1 + u),)),
    "log2": Function(lambda u: sp.log(u) / sp.log(2), (_POSITIVE,)),
    "log10": Function(lambda u: sp.log(u) / sp.log(10), (_POSITIVE,)),
    "sqrt": Function(sp.sqrt, (_NONNEGATIVE,)),
    "tan": Function(sp.tan, (_COS,)),
    "sec": Function(sp.sec, (_COS,)),
    "cot": Function(sp.cot, (_SIN,)),
    "csc": Function(sp.csc, (_SIN,)),
    "coth": Function(sp.coth, (_NONZERO,)),
    "csch": Function(sp.csch, (_NONZERO,)),
    **dict.fromkeys(("asin", "arcsin"), Function(sp.asin, (_WITHIN_ONE,))),
    **dict.fromkeys(("acos", "arccos"), Function(sp.acos, (_WITHIN_ONE,))),
    **dict.fromkeys(("acosh", "arccosh"), Function(sp.acosh, (Rule("nonnegative", lambda u: u - 1),))),
    **dict.fromkeys(("atanh", "arctanh"), Function(sp.atanh, (_INSIDE_ONE,))),
}

_SEVERAL: Mapping[str, Function] = {
    **dict.fromkeys(("max", "Max", "maximum"), Function(sp.Max, (), 2, 8)),
    **dict.fromkeys(("min", "Min", "minimum"), Function(sp.Min, (), 2, 8)),
    **dict.fromkeys(("clip", "clamp"), Function(lambda u, low, high: sp.Max(low, sp.Min(high, u)), (), 3, 3)),
    **dict.fromkeys(("heaviside", "Heaviside"), Function(sp.Heaviside, (), 1, 2)),
}

FUNCTIONS: Mapping[str, Function] = {
    **{name: Function(build) for name, build in _WHOLE_LINE.items()},
    **_PARTIAL,
    **_SEVERAL,
}

# Names with a meaning of their own in `derive.grammar.building` and `derive.grammar.conditions`.
SPECIAL = ("pow", "Pow", "Piecewise", "where")
CONDITIONS = ("Eq", "Ne", "Lt", "Le", "Gt", "Ge", "And", "Or", "Not")

CONSTANTS: Mapping[str, sp.Expr] = {"pi": sp.pi, "e": sp.E, "E": sp.E}

# Names that sympy or a person might write, and why they have no value here.
NO_VALUE: Mapping[str, str] = {
    **dict.fromkeys(
        ("oo", "inf", "infinity", "Inf", "zoo"), "infinity is not a number here; write a finite one"
    ),
    **dict.fromkeys(("nan", "NaN"), "nan is not a number; write a finite one"),
    **dict.fromkeys(("I", "j", "i"), "the imaginary unit is refused; an activation is a real function"),
}
