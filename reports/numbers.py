"""Numbers as a person types them: 0.25, 1/4, 2.5e-3. Exact, finite, and nothing else."""

from __future__ import annotations

import re
from fractions import Fraction

from derive.errors import BadInput

_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,200}(?:\.[0-9]{0,200})?|\.[0-9]{1,200})(?:[eE][+-]?[0-9]{1,3})?")
_QUOTIENT = re.compile(r"[+-]?[0-9]{1,200}/[0-9]{1,200}")


def exact(text: str, option: str) -> Fraction:
    """The number that `text` spells, exactly; `option` names it in the error.

    Raises `BadInput` for anything but a decimal or a quotient of whole numbers: no nan, inf, hex or names.

    >>> exact("0.25", "--variance") == exact("1/4", "--variance") == Fraction(1, 4)
    True
    """
    bare = text.strip()
    if not (_DECIMAL.fullmatch(bare) or _QUOTIENT.fullmatch(bare)):
        raise BadInput(f"{option} {text[:40]!r} is not a finite number: write one such as 0.25 or 1/4")
    if "/" in bare and int(bare.split("/")[1]) == 0:
        raise BadInput(f"{option} {text[:40]!r} divides by zero: write a finite number")
    return Fraction(bare)


def positive(text: str, option: str) -> Fraction:
    """A number above zero."""
    value = exact(text, option)
    if value <= 0:
        raise BadInput(f"{option} {text[:40]!r} is not above zero, which it must be: give a positive number")
    return value


def finite(text: str, option: str) -> float:
    """A number as a float; `BadInput` where no finite float is near it."""
    try:
        return float(exact(text, option))
    except OverflowError:
        raise BadInput(
            f"{option} {text[:40]!r} is too large for a floating-point number: give a smaller one"
        ) from None


def widths(text: str) -> tuple[int, ...]:
    """Widths as typed: "256" for all layers or "784,256,10" from the input to the output.

    >>> widths("784,256,10")
    (784, 256, 10)
    """
    return _sizes(
        text, f"--width {text[:40]!r} is not a width: write 256, or 784,256,10 from input to output"
    )


def sweep_widths(text: str) -> tuple[int, ...]:
    """The widths of a sweep as typed, each a network's: "64,128,256".

    >>> sweep_widths("64,128")
    (64, 128)
    """
    return _sizes(text, f"--sweep {text[:40]!r} is not a list of widths: write some such as 64,128,256,512")


def _sizes(text: str, otherwise: str) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(re.fullmatch(r" *[0-9]{1,9} *", part) for part in parts):
        raise BadInput(otherwise)
    return tuple(int(part) for part in parts)


def parameters(pairs: list[str], option: str = "--param") -> dict[str, Fraction]:
    """The values of --param options, or of another option of the kind, each "name=value".

    >>> parameters(["a=1/4"])
    {'a': Fraction(1, 4)}
    """
    values: dict[str, Fraction] = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not name or not value:
            raise BadInput(f"{option} {pair[:40]!r} is not NAME=VALUE: write for example {option} a=1/4")
        if name in values:
            raise BadInput(f"{option} gives {name[:40]!r} twice: give it once")
        values[name] = exact(value, f"{option} {name[:40]}")
    return values
