"""Balls for the auxiliary functions that reductions are stated in; they are no closed forms themselves."""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, arb

# A ball around the derivative of the given order (one entry for each argument) at the arguments.
Evaluator = Callable[[tuple[int, ...], tuple[arb, ...]], arb]


def ball(name: str, order: tuple[int, ...], arguments: tuple[arb, ...]) -> arb:
    """A ball around an auxiliary function, or its derivative of that order, at the working precision.

    "OwenT" is T(h, a) = 1/(2 pi) times the integral of exp(-h^2 (1 + t^2)/2)/(1 + t^2) over 0 < t < a
    (Owen 1956). Raises `KeyError` for a name that is not known here.

    >>> from flint import ctx
    >>> with ctx.workprec(64):
    ...     ball("OwenT", (0, 0), (arb(1), arb(1))).str(10, radius=False)
    '0.06674188217'
    """
    return _BALLS[name](order, arguments)


def is_known(name: str) -> bool:
    """Whether there is a ball for a function of that name."""
    return name in _BALLS


def _owen(order: tuple[int, ...], arguments: tuple[arb, ...]) -> arb:
    if any(order):
        raise KeyError("derivatives of OwenT are elementary: write them out")
    h, a = arguments

    def integrand(t: acb, analytic: bool) -> acb:
        return (-acb(h * h) * (1 + t * t) / 2).exp() / (1 + t * t)

    return acb.integral(integrand, acb(0), acb(a)).real / (2 * arb.pi())


_BALLS: dict[str, Evaluator] = {"OwenT": _owen}
