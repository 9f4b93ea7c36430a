"""Exact rationals in and out of decimal text: every rounding is known and none goes the wrong way."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from math import log10

import sympy as sp
from flint import arb

from derive.errors import BadInput

# Limits that keep every power of an input well inside what Python turns into decimal digits.
_LONGEST, _STEEPEST = 250, 300
_NUMBER = re.compile(r"[+-]?(\d+/\d+|(\d+\.?\d*|\.\d+)(e(?P<exponent>[+-]?\d{1,3}))?)", re.IGNORECASE)


def fraction(value: sp.Rational | arb | int) -> Fraction:
    """The exact value of a rational, or of a ball of radius zero, as a Fraction.

    >>> fraction(arb("0.75")), fraction(sp.Rational(1, 3))
    (Fraction(3, 4), Fraction(1, 3))
    """
    if isinstance(value, arb):
        mantissa, exponent = value.man_exp()
        return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    number = sp.Rational(value)
    return Fraction(int(number.p), int(number.q))


def rational(value: object, what: str) -> sp.Rational:
    """A finite rational from an int, a Fraction, a sympy rational, a float (as it prints) or decimal text.

    Raises `BadInput` naming `what` for anything else, and beyond 250 characters or 10^300.

    >>> rational("1/4", "the variance"), rational(0.1, "the variance")
    (1/4, 1/10)
    """
    text = repr(value) if isinstance(value, float) else str(value).strip()
    if len(text) > _LONGEST:
        raise BadInput(
            f"{what} {text[:12]}... has {len(text)} digits: give a number between 1e-200 and 1e200"
        )
    match = _NUMBER.fullmatch(text)
    if match is None or abs(int(match["exponent"] or 0)) > _STEEPEST or re.search(r"/0+$", text):
        raise BadInput(
            f"{what} is {text[:40]!r}, which is not a rational number; write it like 2, 0.5 or 1/4"
        )
    number = Fraction(text)
    return sp.Rational(number.numerator, number.denominator)


def exponent10(value: Fraction) -> int:
    """The e with 10^e <= |value| < 10^(e+1), for value not 0.

    >>> exponent10(Fraction(999, 1000)), exponent10(Fraction(1000))
    (-1, 3)
    """
    top, bottom = abs(value.numerator), value.denominator
    guess = int((top.bit_length() - bottom.bit_length() - 1) * log10(2)) - 1
    while abs(value) >= Fraction(10) ** (guess + 1):
        guess += 1
    return guess


def exact_decimal(value: Fraction, digits: int) -> str | None:
    """The value in decimal if that is exact within so many significant digits, else None.

    >>> exact_decimal(Fraction(1, 8), 5), exact_decimal(Fraction(1, 3), 5)
    ('0.125', None)
    """
    if value == 0:
        return "0"
    text, shown = rounded(value, Fraction(0), digits)
    if shown != value:
        return None
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def rounded(value: Fraction, spread: Fraction, digits: int) -> tuple[str, Fraction]:
    """The value to `digits` significant digits, fewer where a ball of that spread warrants fewer, and what
    the text stands for exactly.

    >>> rounded(Fraction(2, 3), Fraction(0), 5)
    ('0.66667', Fraction(66667, 100000))
    >>> rounded(Fraction(2, 3), Fraction(1, 100), 5)[0]
    '0.667'
    """
    last = exponent10(value) - digits + 1 if value else -digits
    last = max(last, exponent10(spread) - 1) if spread else last
    units = round(value / Fraction(10) ** last)
    decimal = Decimal((int(units < 0), tuple(map(int, str(abs(units)))), last))
    text = format(decimal, "f") if -8 - digits < last <= 0 else str(decimal).lower()
    return text, units * Fraction(10) ** last


def magnitude_up(value: Fraction) -> str:
    """A positive rational rounded up to one significant digit; "0" for 0.

    >>> magnitude_up(Fraction(31, 1000)), magnitude_up(Fraction(95, 10)), magnitude_up(Fraction(0))
    ('4e-2', '1e1', '0')
    """
    if value == 0:
        return "0"
    exponent = exponent10(value)
    leading = -(-value // Fraction(10) ** exponent)
    return f"{leading}e{exponent}" if leading < 10 else f"1e{exponent + 1}"
