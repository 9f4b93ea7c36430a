"""Balls for the auxiliary functions that reductions are stated in; they are no closed forms themselves."""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, acb_poly, arb, ctx

# A ball around the derivative of the given order (one entry for each argument) at the arguments.
Evaluator = Callable[[tuple[int, ...], tuple[arb, ...]], arb]


def ball(name: str, order: tuple[int, ...], arguments: tuple[arb, ...]) -> arb:
    """A ball around an auxiliary function, or its derivative of that order, at the working precision.

    "OwenT" is T(h, a) = 1/(2 pi) times the integral of exp(-h^2 (1 + t^2)/2)/(1 + t^2) over 0 < t < a
    (Owen 1956); "K" is K(v) = E[sigma'(z)], z ~ N(0, v), with sigma the logistic function. Raises `KeyError`
    for a name that is not known here.

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


def _logistic(order: tuple[int, ...], arguments: tuple[arb, ...]) -> arb:
    """K and its derivatives: d/dv E[g(z)] = E[g''(z)]/2, so that the n-th is E[sigma^(2n+1)(z)]/2^n, an
    even integrand, which is (1 - t^2) times a polynomial in t = tanh(z/2)."""
    (n,), (v,) = order, arguments
    factor, scale = _odd_derivative(n), 1 / (2 * arb.pi() * v).sqrt()

    def integrand(z: acb, analytic: bool) -> acb:
        t = (z / 2).tanh()
        return factor(t) * (1 - t * t) * (-z * z / (2 * v)).exp() * scale

    goal = ctx.prec + 8
    end = arb.min(arb(goal), (2 * v * goal).sqrt()).upper()
    size = sum((abs(c) for c in factor.coeffs()), arb(0))
    tail = size * arb.min(4 * (-end).exp(), (end / (2 * v).sqrt()).erfc())
    half = acb.integral(integrand, acb(0), acb(end), abs_tol=arb(2) ** -goal, eval_limit=100 * goal).real
    return (2 * half + arb(0, tail.upper())) / 2**n


def _odd_derivative(n: int) -> acb_poly:
    """sigma^(2n+1) over 1 - t^2 as a polynomial in t: sigma' = (1 - t^2)/4 and dt/dz = (1 - t^2)/2."""
    weight = acb_poly([1, 0, -1])
    half, factor = arb(1) / 2, acb_poly([arb(1) / 4])
    for _ in range(2 * n):
        factor = (weight * factor).derivative() * half
    return factor


_BALLS: dict[str, Evaluator] = {"OwenT": _owen, "K": _logistic}
