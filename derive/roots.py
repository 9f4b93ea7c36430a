"""Certified roots: a sign change proves that there is one, interval Newton that it is the only one near.

The functions are evaluated in ball arithmetic throughout: they take a ball of arguments, and the ball that
they return holds every value there. (Moore, Kearfott and Cloud 2009, chapter 8.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log10

from flint import arb, ctx

# A function of (argument, digits): a ball around its values over the ball of arguments.
Balls = Callable[[arb, int], arb]

_ROUGH = 8  # digits of the search, before anything is certified
_NEAR = 0.02  # the relative size of a Newton step that ends the search
_NARROWINGS = 12
_STEPS = 60


@dataclass(frozen=True)
class Root:
    """A root: a ball that holds it, and the interval in which it was shown to be the only one."""

    ball: arb
    alone: tuple[float, float]


class NoRootError(Exception):
    """No root could be certified; the message says why."""


def certified_root(value: Balls, slope: Balls, low: arb, high: arb, rising: bool, digits: int) -> Root:
    """The root in (low, high), to so many digits; the function is known to change its sign there, upwards
    or not.

    Raises `NoRootError` where the slope cannot be told from 0 near the root.

    >>> root = certified_root(lambda x, _: x * x - 2, lambda x, _: 2 * x, arb(1), arb(2), True, 20)
    >>> root.ball.overlaps(arb(2).sqrt()), bool(root.ball.rad() < arb("1e-19")), root.alone[0] < 1.41
    (True, True, True)
    """
    with ctx.workdps(digits + 20):
        return newton(value, slope, approximate_root(value, slope, low, high, rising), digits)


def approximate_root(value: Balls, slope: Balls, low: arb, high: arb, rising: bool) -> arb:
    """A point near a sign change, by Newton steps kept inside the bracket; nothing is certified."""
    at = (low * high).sqrt().mid() if low > 0 else ((low + high) / 2).mid()
    for _ in range(_STEPS):
        here = value(at, _ROUGH).mid()
        low, high = (at, high) if (here < 0) == rising else (low, at)
        step = (here / slope(at, _ROUGH)).mid()
        to = (at - step).mid()
        if low <= to <= high and abs(step) < abs(at) * _NEAR:
            return to
        at = to if low < to < high else ((low + high) / 2).mid()
    return at


def newton(value: Balls, slope: Balls, guess: arb, digits: int) -> Root:
    """The one root near a guess: an interval that a Newton step maps into itself holds exactly one."""
    for narrowing in range(2, _NARROWINGS):
        around = arb(guess, (abs(guess) * arb(2) ** (-2 * narrowing)).upper())
        image = _image(value, slope, around, _ROUGH)
        if image is not None and around.contains_interior(image):
            alone = (float(around.lower()), float(around.upper()))
            return Root(_sharpened(value, slope, image, digits), alone)
    raise NoRootError("the slope cannot be told from 0 near the root, so it may be double")


def _image(value: Balls, slope: Balls, around: arb, digits: int) -> arb | None:
    """The Newton step of an interval. The slope is worth no more digits than the interval has."""
    worth = int(around.rel_accuracy_bits() * log10(2)) + 3
    steep = slope(around, min(worth, digits))
    if steep.contains(0):
        return None
    centre = arb(around.mid())
    return centre - value(centre, digits) / steep


def _sharpened(value: Balls, slope: Balls, around: arb, digits: int) -> arb:
    """Newton steps, with as many digits each time as the step can use; every step keeps the root."""
    while not around.rad() < arb(10) ** (-digits) * around.abs_lower():
        known = int(around.rel_accuracy_bits() * log10(2))
        image = _image(value, slope, around, min(2 * known + 3, digits + 3))
        if image is None or not image.rad() < around.rad():
            raise NoRootError(f"the root is known to a radius of {float(around.rad()):.1e} and no better")
        around = image.intersection(around)
    return around


def sign_change(value: Balls, low: arb, high: arb, rising: bool, digits: int) -> arb:
    """A ball that holds a root in (low, high), by the signs at its ends alone: there may be more than one.

    Raises `NoRootError` where no ends near the root have signs that can be told.

    >>> found = sign_change(lambda x, _: x.exp() - 3, arb(1), arb(2), True, 12)
    >>> found.overlaps(arb(3).log()), bool(found.rad() < arb("1e-11"))
    (True, True)
    """
    with ctx.workdps(digits + 20):
        guess = _regula_falsi(value, low, high, rising, digits + 2)
        for power in range(digits, 2, -2):
            around = arb(guess, (abs(guess) * arb(10) ** (-power)).upper())
            first, last = value(arb(around.lower()), digits + 3), value(arb(around.upper()), digits + 3)
            if (first < 0 < last) if rising else (last < 0 < first):
                return around
    raise NoRootError("the signs on both sides of the root cannot be told")


def _regula_falsi(value: Balls, low: arb, high: arb, rising: bool, digits: int) -> arb:
    """The Illinois rule on the centres of balls (Dowell and Jarratt 1971); nothing is certified."""
    below, above = value(low, digits).mid(), value(high, digits).mid()
    side, close = 0, arb(10) ** (-digits)
    middle, last = low, high
    for _ in range(_STEPS):
        last, middle = middle, ((low * above - high * below) / (above - below)).mid()
        here = value(middle, digits).mid()
        if here == 0 or abs(middle - last) < close * abs(middle):
            break
        if (here > 0) == rising:
            high, above, below, side = middle, here, below / 2 if side > 0 else below, 1
        else:
            low, below, above, side = middle, here, above / 2 if side < 0 else above, -1
    return middle
