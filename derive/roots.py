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

_ROUGH = 8  # digits at first
_APART = 1e-6  # of the first two points of the secant rule
_NARROWINGS = 12
_STEPS = 20


@dataclass(frozen=True)
class Root:
    """A root: a ball that holds it, and the interval in which it was shown to be the only one."""

    ball: arb
    alone: tuple[float, float]


class NoRootError(Exception):
    """No root could be certified; the message says why."""


def newton(value: Balls, slope: Balls, guess: arb, digits: int) -> Root:
    """The one root near a guess, to so many digits: an interval that a Newton step maps into itself holds
    exactly one. The guess has to be within a few percent. Raises `NoRootError` where no interval is, as
    where the slope cannot be told from 0.

    >>> with ctx.workdps(40):
    ...     root = newton(lambda x, _: x * x - 2, lambda x, _: 2 * x, arb("1.4"), 20)
    >>> root.ball.overlaps(arb(2).sqrt()), bool(root.ball.rad() < arb("1e-19")), root.alone[0] < 1.41
    (True, True, True)
    """
    for narrowing in range(2, _NARROWINGS):
        around = arb(guess, (abs(guess) * arb(2) ** (-2 * narrowing)).upper())
        image = _image(value, slope, around, _ROUGH)
        if image is not None and around.contains_interior(image):
            alone = (float(around.lower()), float(around.upper()))
            return Root(_sharpened(value, slope, image, digits), alone)
    raise NoRootError("no Newton step near it can be certified: the root may be double, or not there")


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


def sign_change(value: Balls, guess: float, rising: bool, digits: int) -> arb:
    """A ball that holds a root near a guess, by the signs at its ends alone: there may be more than one.

    The guess is improved by the secant rule first. Raises `NoRootError` where no ends near it have the signs
    that they should.

    >>> found = sign_change(lambda x, _: x.exp() - 3, 1.0986, True, 12)
    >>> found.overlaps(arb(3).log()), bool(found.rad() < arb("1e-11"))
    (True, True)
    """
    with ctx.workdps(digits + 20):
        near = _secant(value, arb(guess), digits + 3)
        for power in range(digits, 2, -2):
            around = arb(near, (abs(near) * arb(10) ** (-power)).upper())
            first, last = (value(arb(end), digits + 3) for end in (around.lower(), around.upper()))
            if (first < 0 < last) if rising else (last < 0 < first):
                return around
    raise NoRootError("the signs on both sides of the root cannot be told")


def _secant(value: Balls, guess: arb, digits: int) -> arb:
    """The secant rule on the centres of balls; nothing is certified."""
    last, at = guess * (1 + _APART), guess
    before = value(arb(last.mid()), digits).mid()
    for _ in range(_STEPS):
        here = value(at, digits).mid()
        if here == before:
            break
        last, at, before = at, (at - here * (at - last) / (here - before)).mid(), here
        if abs(at - last) < abs(at) * arb(10) ** (-digits):
            break
    return at
