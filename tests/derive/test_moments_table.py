"""Balls of many functions against mpmath: another evaluator, another quadrature, split where f is not smooth."""

from __future__ import annotations

from itertools import pairwise

import mpmath
import pytest
import sympy as sp
from flint import acb, arb, ctx

from derive.activation import X
from derive.kinks import pieces
from derive.moments import operations
from derive.moments.enclosure import enclosure
from derive.moments.kinds import MONOMIALS
from derive.moments.program import compile_program, value
from derive.moments.removable import bridged

R, A = sp.Rational, sp.Abs(X)
SIGMOID, SOFTPLUS = 1 / (1 + sp.exp(-X)), sp.log(1 + sp.exp(X))
GELU = X * (1 + sp.erf(X / sp.sqrt(2))) / 2

FUNCTIONS: dict[str, sp.Expr] = {
    "gelu": GELU,
    "gelu_tanh": X * (1 + sp.tanh(sp.sqrt(2 / sp.pi) * (X + R(44715, 1000000) * X**3))) / 2,
    "silu": X * SIGMOID,
    "swish": X / (1 + sp.exp(-R(3, 2) * X)),
    "mish": X * sp.tanh(SOFTPLUS),
    "softplus": sp.log(1 + sp.exp(3 * X)) / 3,
    "logsigmoid": sp.log(SIGMOID),
    "elu": sp.Piecewise((X, X > 0), (sp.exp(X) - 1, True)),
    "celu": sp.Max(0, X) + sp.Min(0, 2 * (sp.exp(X / 2) - 1)),
    "tanhshrink": X - sp.tanh(X),
    "softsign": X / (1 + A),
    "snake": X + sp.sin(X) ** 2,
    "squareplus": (X + sp.sqrt(X**2 + 4)) / 2,
    "tanhexp": X * sp.tanh(sp.exp(X)),
    "invented": X * sp.tanh(sp.exp(X / 2)),
    "x_gauss": X * sp.exp(-(X**2)),
    "gompertz": sp.exp(-sp.exp(X)),
    "log_square": sp.log(1 + X**2),
    "log_modulus": sp.log(1 + A),
    "x_log": X * sp.log(A),
    "root_cube": A ** R(3, 2),
    "power_self": A**A,
    "exp_modulus": sp.exp(A),
    "exp_square": sp.exp(X**2 / 20),
    "gudermann": sp.atan(sp.sinh(X)),
    "atan": 2 * sp.atan(X) / sp.pi,
    "asinh": sp.asinh(X),
    "acosh": sp.acosh(1 + X**2),
    "asin_tanh": sp.asin(sp.tanh(X)),
    "smoothstep": sp.Piecewise((0, X < -1), (1, X > 1), ((X + 1) ** 2 * (2 - X) / 4, True)),
    "either_side": sp.Piecewise((X, (X < -1) | (X > 2)), (X**3, True)),
    "tanh_cubed": sp.tanh(X) ** 3,
    "sinc": sp.sin(X) / X,
    "sinc_head": sp.sinc(X),
    "expm1_ratio": (sp.exp(X) - 1) / X,
    "tanh_ratio": sp.tanh(X) / X,
    "bernoulli": X / (sp.exp(X) - 1),
    "x_coth": X * sp.coth(X),
    "versine_ratio": (1 - sp.cos(X)) / X**2,
    "logcosh": sp.log(sp.cosh(X)),
    "serf": X * sp.erf(SOFTPLUS),
    "logish": X * sp.log(1 + SIGMOID),
    "phish": X * sp.tanh(GELU),
    "smish": X * sp.tanh(sp.log(1 + SIGMOID)),
    "pflu": X * (1 + X / sp.sqrt(1 + X**2)) / 2,
    "sine_integral": sp.Si(X),
    "erfcx": sp.Piecewise((sp.exp(X**2) * sp.erfc(X), X > 0), (1 - X, True)),
    "kink_unplaced": sp.Max(sp.tanh(X), X / 3),
}
QUOTIENT_NAMES = {"sinc", "expm1_ratio", "tanh_ratio", "bernoulli", "x_coth", "versine_ratio"}
VARIANCES = ("1/4", "1", "4")
KINDS = ("mean", "second", "derivative_second")


_CUT = sp.nsolve(sp.tanh(X) - X / 3, 3, prec=60)  # tanh x < x/3 exactly for -cut < x < 0 and x > cut

# The pieces of those whose kinks have no closed form, as worked out by hand.
PARTS = {
    "celu": [(-sp.oo, 0, 2 * (sp.exp(X / 2) - 1)), (0, sp.oo, X)],
    "kink_unplaced": [
        (-sp.oo, -_CUT, sp.tanh(X)),
        (-_CUT, 0, X / 3),
        (0, _CUT, sp.tanh(X)),
        (_CUT, sp.oo, X / 3),
    ],
}


def cases() -> list[object]:
    """Every function with every kind, at one of the variances each; the rest is for the slow run."""
    return [
        pytest.param(name, kind, q, marks=() if (i + j) % 3 == k else pytest.mark.slow)
        for i, name in enumerate(FUNCTIONS)
        for j, kind in enumerate(KINDS)
        for k, q in enumerate(VARIANCES)
    ]


def integral(name: str, kind: str, q: sp.Rational) -> mpmath.mpf:
    """The moment by mpmath's tanh-sinh rule, which does not mind algebraic ends."""
    f, powers = FUNCTIONS[name], MONOMIALS[kind]
    parts = PARTS[name] if name in PARTS else pieces(f, X)
    width = mpmath.sqrt(mpmath.mpf(q.p) / q.q)
    marks = [mpmath.mpf(k) * width for k in (-40, -24, -16, -9, -5, -3, -1, 0, 1, 3, 5, 9, 16, 24, 40)]
    total = mpmath.mpf(0)
    for low, high, g in parts:
        height, slope = (sp.lambdify(X, h, "mpmath") for h in (g, sp.diff(g, X)))
        start = marks[0] if low == -sp.oo else mpmath.mpmathify(sp.N(low, 70))
        stop = marks[-1] if high == sp.oo else mpmath.mpmathify(sp.N(high, 70))
        ends = [start, *[m for m in marks if start < m < stop], stop]

        def weighted(z: mpmath.mpf, height=height, slope=slope) -> mpmath.mpf:  # type: ignore[no-untyped-def]
            monomial = height(z) ** powers.f if powers.f else slope(z) ** powers.d
            return mpmath.re(monomial) * mpmath.npdf(z, 0, width)

        rule = "gauss-legendre" if name in QUOTIENT_NAMES else "tanh-sinh"  # its nodes keep off 0/0
        total += sum((mpmath.quad(weighted, pair, method=rule) for pair in pairwise(ends)), mpmath.mpf(0))
    return total


@pytest.mark.parametrize(("name", "kind", "variance"), cases())
def test_the_ball_contains_the_integral(name: str, kind: str, variance: str) -> None:
    q = R(variance)
    ball = enclosure(FUNCTIONS[name], MONOMIALS[kind], q, 30)
    assert ball.rad() <= arb("1e-30") * arb.max(arb(1), abs(ball))
    with mpmath.workdps(50 if name in QUOTIENT_NAMES else 34), ctx.workdps(60):
        middle = mpmath.mpf(ball.mid().str(50, radius=False))
        assert abs(middle - integral(name, kind, q)) < mpmath.mpf(10) ** -20 * (1 + abs(middle))


@pytest.mark.parametrize("name", ["gelu", "mish", "softsign", "x_log", "sinc", "asinh", "gudermann", "serf"])
def test_a_hundred_digits_agree_with_thirty(name: str) -> None:
    few, many = (enclosure(FUNCTIONS[name], MONOMIALS["second"], R(1), digits) for digits in (30, 100))
    assert few.contains(many)
    assert many.rad() < arb("1e-100") * many


QUOTIENTS = [
    (sp.sin(X) / X, mpmath.sin, 1),
    ((sp.exp(X) - 1) / X, mpmath.expm1, 1),
    ((1 - sp.cos(X)) / X**2, lambda z: 1 - mpmath.cos(z), 2),
    ((X - sp.sin(X)) / X**3, lambda z: z - mpmath.sin(z), 3),
]


@pytest.mark.parametrize(("function", "above", "order"), QUOTIENTS, ids=[str(row[0]) for row in QUOTIENTS])
def test_a_quotient_is_enclosed_on_boxes_across_its_point(function, above, order) -> None:  # type: ignore[no-untyped-def]
    program = compile_program([bridged(function)], X)
    box = program.run(acb(arb(0, 0.25), arb(0, 0.25)), program.ready(), True)[0]
    assert box.is_finite()
    with mpmath.workdps(40):
        for z in (mpmath.mpc(0.2, 0.1), mpmath.mpc(-0.2, 0.2), mpmath.mpc(0.001, 0), mpmath.mpc(0, -0.24)):
            inside = above(z) / z**order
            ball = acb(arb(str(inside.real), "1e-20"), arb(str(inside.imag), "1e-20"))
            assert box.contains(ball)


@pytest.mark.parametrize("function", [1 / X, sp.cos(X) / X, sp.exp(X) / X**2, (sp.exp(X) - 1) / X**2])
def test_a_true_pole_is_not_bridged(function: sp.Expr) -> None:
    assert not bridged(function).has(operations.Quotient)


@pytest.mark.parametrize("offset", [R(1, 50), R(1, 4), R(1, 1000)], ids=str)
def test_a_dropped_flag_would_be_caught(offset: sp.Rational, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a square root that ignores `analytic` does not see its branch points at +- i sqrt(offset)."""
    f = sp.sqrt(X**2 + offset)
    right = _over_the_middle(f)
    primitive = (X * f + offset * sp.asinh(X / sp.sqrt(offset))) / 2
    assert right.overlaps(2 * value(primitive.subs(X, 1)).real)
    assert right.rad() < 1e-10
    monkeypatch.setattr(operations, "_rational_power", _without_flag)
    assert not _over_the_middle(f).overlaps(right)


def _over_the_middle(function: sp.Expr) -> arb:
    program = compile_program([function], X)
    return acb.integral(lambda z, flag: program.run(z, program.ready(), flag)[0], -1, 1).real


def _without_flag(exponent: sp.Rational) -> operations.Operation:
    whole = exponent.is_Integer
    return lambda analytic, z: z ** int(exponent) if whole else z.sqrt()
