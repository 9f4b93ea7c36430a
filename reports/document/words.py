"""Small phrases about measurements, in one wording for the whole document."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from reports.verdicts import gain_error

if TYPE_CHECKING:
    from verify import TestRow

TONES = {"confirmed": "good", "refuted": "bad", "inconclusive": "open", "nothing to measure": "open"}
FEW = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def count(number: int, noun: str) -> str:
    """A number with its noun, spelled out up to twelve.

    >>> count(1, "layer"), count(3, "layer"), count(240, "network")
    ('one layer', 'three layers', '240 networks')
    """
    shown = FEW[number] if 0 <= number < len(FEW) else str(number)
    return f"{shown} {noun}{'' if number == 1 else 's'}"


def percent(value: float, places: int = 2) -> str:
    """A signed percentage with a real minus sign.

    >>> percent(-0.251), percent(0.0)
    ('−0.25%', '+0.00%')
    """
    return f"{value:+.{places}f}%".replace("-", "−")


def plain_percent(share: float) -> str:
    """A share as a percentage without needless digits.

    >>> plain_percent(0.999), plain_percent(0.005)
    ('99.9%', '0.5%')
    """
    return f"{100 * share:.6g}%"


def error(row: TestRow) -> str:
    """The error of the gain that a test found."""
    return percent(gain_error(row.estimate))


def error_interval(bounds: Sequence[float]) -> str:
    """The interval of the error of the gain."""
    low, high = (percent(gain_error(end)) for end in bounds)
    return f"{low} to {high}"


def capital(sentence: str) -> str:
    """The sentence with a capital letter, unless it starts with a variable or an option's name.

    >>> capital("one layer"), capital("q is held"), capital("fan_in, forward")
    ('One layer', 'q is held', 'fan_in, forward')
    """
    first, _, _ = sentence.partition(" ")
    return sentence if len(first) < 2 or "_" in first else sentence[:1].upper() + sentence[1:]


def listed(items: Sequence[str]) -> str:
    """Items joined as in a sentence.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else list(items))


def network(widths: Sequence[int]) -> str:
    """The shape of a network in a sentence.

    >>> network([256] * 51), network([784, 256, 10])
    ('50 layers of 256 units', 'widths 784, 256, 10')
    """
    runs = [(width, len(list(same))) for width, same in groupby(widths)]
    if len(runs) == 1:
        return f"{runs[0][1] - 1} layers of {runs[0][0]} units"
    return f"widths {', '.join(str(width) for width in widths)}"


def decimal(value: float, digits: int = 6) -> str:
    """A number in a sentence, with a real minus sign."""
    if not math.isfinite(value):
        return "not finite"
    return f"{value:.{digits}g}".replace("-", "−")
