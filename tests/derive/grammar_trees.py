"""Random expressions as trees of tuples, how they are written, and what they are worth by mpmath.

The value and the derivative come from a walk of our own over the tree with dual numbers (value, slope), so
neither the grammar nor sympy has a part in them.
"""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Any

import mpmath as mp

Tree = tuple[Any, ...]
Dual = tuple[Any, Any]

SMOOTH = (
    *("tanh", "sigmoid", "erf", "atan", "sin", "cos", "softplus", "silu", "gelu", "asinh"),
    *("exp", "Phi", "phi", "sinh", "erfc", "log1p_square", "sqrt_square", "softsign"),
)
SWITCHES = ("abs", "relu", "heaviside", "sign")
LITERALS = ("1", "2", "3", "1/2", "0.3", "1.702", "0.044715", "2.5e-1", "pi", "5")


def grow(rng: Random, depth: int = 3) -> Tree:
    """A random tree that has x in it."""
    while True:
        tree = _grow(rng, depth)
        if _has_x(tree):
            return tree


def _grow(rng: Random, depth: int) -> Tree:
    kind = rng.randrange(12) if depth else rng.randrange(2)
    if kind < 2:
        return ("number", rng.choice(LITERALS)) if kind == 0 and depth < 3 else ("x",)
    first = _grow(rng, depth - 1)
    if kind < 6:
        return (rng.choice(SWITCHES if kind == 5 else SMOOTH), first)
    if kind == 6:
        return ("^", first, rng.randint(1, 3))
    second = _grow(rng, depth - 1)
    if kind == 8:
        line = ("-", ("x",), ("number", rng.choice(LITERALS)))
        return ("where", rng.choice(("<", "<=", ">", ">=")), line, first, second)
    return (rng.choice(("max", "min") if kind == 7 else "+-**/"), first, second)


def _has_x(tree: Tree) -> bool:
    return tree[0] == "x" or any(isinstance(part, tuple) and _has_x(part) for part in tree)


def text(tree: Tree) -> str:
    """The tree as a person might write it."""
    head, *parts = tree
    if head == "x":
        return "x"
    if head == "number":
        return f"({parts[0]})" if "/" in parts[0] else str(parts[0])
    if head == "^":
        return f"({text(parts[0])})^{parts[1]}"
    if head == "where":
        sign, left, then, otherwise = parts
        return f"where({text(left)} {sign} 0, {text(then)}, {text(otherwise)})"
    return _called(head, [text(part) for part in parts])


def _called(head: str, written: list[str]) -> str:
    if head in "+-*/":
        return f"({written[0]} {head} {written[1]})"
    special = {"log1p_square": "log(1 + ({})^2)", "sqrt_square": "sqrt(1 + ({})**2)"}
    return special.get(head, f"{head}({{}})").format(", ".join(written))


def worth(tree: Tree, x: Any, choices: list[int]) -> Dual:
    """Value and slope at x; the way that each switch went is added to `choices`.

    Raises ZeroDivisionError where a quotient has none.
    """
    head, *parts = tree
    if head == "x":
        return mp.mpf(x), mp.mpf(1)
    if head == "number":
        return _literal(parts[0]), mp.mpf(0)
    if head == "where":
        return _where(parts, x, choices)
    if head == "^":
        u, du = worth(parts[0], x, choices)
        return u ** parts[1], parts[1] * u ** (parts[1] - 1) * du
    operands = [worth(part, x, choices) for part in parts]
    if len(operands) == 1:
        return _of_one(head, operands[0], choices)
    return _of_two(head, *operands, choices)


def _literal(written: str) -> Any:
    if written == "pi":
        return +mp.pi
    top, _, bottom = written.partition("/")
    return mp.mpf(top) / mp.mpf(bottom or 1)


def _where(parts: list[Any], x: Any, choices: list[int]) -> Dual:
    sign, left, then, otherwise = parts
    u = worth(left, x, choices)[0]
    first = {"<": u < 0, "<=": u <= 0, ">": u > 0, ">=": u >= 0}[sign]
    choices.append(int(first))
    return worth(then if first else otherwise, x, choices)


def _of_two(head: str, first: Dual, second: Dual, choices: list[int]) -> Dual:
    (u, du), (v, dv) = first, second
    if head in ("max", "min"):
        wins = u >= v if head == "max" else u <= v
        choices.append(int(wins))
        return (u, du) if wins else (v, dv)
    if head == "/":
        choices.append(int(v > 0))  # a quotient that changes sign blows up there
        return u / v, (du * v - u * dv) / v**2
    return {"+": (u + v, du + dv), "-": (u - v, du - dv), "*": (u * v, du * v + u * dv)}[head]


def _of_one(head: str, argument: Dual, choices: list[int]) -> Dual:
    u, du = argument
    if head in SWITCHES:
        choices.append(int(mp.sign(u)))
        s = mp.sign(u)
        return {
            "abs": (abs(u), s * du),
            "relu": (max(u, mp.mpf(0)), du if u > 0 else mp.mpf(0)),
            "heaviside": ((1 + s) / 2, mp.mpf(0)),
            "sign": (s, mp.mpf(0)),
        }[head]
    if head == "softsign":
        choices.append(int(u > 0))
    value, slope = _smooth(head, u)
    return value, slope * du


def _smooth(head: str, u: Any) -> Dual:
    normal = mp.exp(-u * u / 2) / mp.sqrt(2 * mp.pi)
    below = mp.erfc(-u / mp.sqrt(2)) / 2
    logistic = 1 / (1 + mp.exp(-u)) if u > 0 else mp.exp(u) / (1 + mp.exp(u))
    bell = 2 / mp.sqrt(mp.pi) * mp.exp(-u * u)
    table = {
        "tanh": lambda: (mp.tanh(u), mp.sech(u) ** 2),
        "sigmoid": lambda: (logistic, logistic * (1 - logistic)),
        "erf": lambda: (mp.erf(u), bell),
        "erfc": lambda: (mp.erfc(u), -bell),
        "atan": lambda: (mp.atan(u), 1 / (1 + u * u)),
        "sin": lambda: (mp.sin(u), mp.cos(u)),
        "cos": lambda: (mp.cos(u), -mp.sin(u)),
        "sinh": lambda: (mp.sinh(u), mp.cosh(u)),
        "exp": lambda: (mp.exp(u), mp.exp(u)),
        "asinh": lambda: (mp.asinh(u), 1 / mp.sqrt(1 + u * u)),
        "softplus": lambda: (max(u, mp.mpf(0)) + mp.log1p(mp.exp(-abs(u))), logistic),
        "silu": lambda: (u * logistic, logistic + u * logistic * (1 - logistic)),
        "gelu": lambda: (u * below, below + u * normal),
        "Phi": lambda: (below, normal),
        "phi": lambda: (normal, -u * normal),
        "log1p_square": lambda: (mp.log1p(u * u), 2 * u / (1 + u * u)),
        "sqrt_square": lambda: (mp.sqrt(1 + u * u), u / mp.sqrt(1 + u * u)),
        "softsign": lambda: (u / (1 + abs(u)), 1 / (1 + abs(u)) ** 2),
    }
    return table[head]()


def borders(tree: Tree, reach: float = 12.0, steps: int = 600) -> list[Any]:
    """Where a switch turns, by bisection between the points of a grid."""

    def ways(x: Any) -> tuple[int, ...]:
        choices: list[int] = []
        worth(tree, x, choices)
        return tuple(choices)

    grid = [mp.mpf(reach) * (2 * k + mp.mpf("0.37")) / (2 * steps) for k in range(-steps, steps)]
    seen = [ways(x) for x in grid]
    found = []
    for (left, before), (right, after) in pairwise(zip(grid, seen, strict=True)):
        if before != after:
            low, high = left, right
            while high - low > mp.eps * 8 * max(1, abs(low)):
                middle = (low + high) / 2
                low, high = (middle, high) if ways(middle) == before else (low, middle)
            found.append(high)
    return found


MARKS = (2, 5, 10, 20, 30, 40, 50, 60, 80, 120, 160, 240, 320)


def moment(tree: Tree, kind: str) -> tuple[Any, Any]:
    """E f, E f^2 or E f'^2 under N(0, 1) by adaptive quadrature between the kinks, and its error estimate.

    It goes as far out as the integrand matters. Raises OverflowError where that is beyond 320.
    """

    def integrand(x: Any) -> Any:
        value, slope = worth(tree, x, [])
        power = {"mean": value, "second": value * value, "derivative_second": slope * slope}[kind]
        return power * mp.npdf(x)

    far = [max(abs(integrand(mp.mpf(mark))), abs(integrand(-mp.mpf(mark)))) for mark in MARKS]
    small = max(far) * mp.mpf(10) ** -30
    last = next((k for k, size in enumerate(far) if k > 4 and max(far[k:]) <= small), None)
    if last is None:
        raise OverflowError("the integrand matters too far out")
    marks = MARKS[: last + 1]
    ends = sorted({mp.mpf(0), *map(mp.mpf, marks), *(-mp.mpf(mark) for mark in marks), *borders(tree)})
    value, error = mp.quad(integrand, ends, error=True, maxdegree=7)
    return value, error + 1000 * mp.eps * max(far)  # an odd integrand cancels


def monster(rng: Random, names: list[str], depth: int) -> str:
    """Anything in anything: functions of the wrong number of values, towers, conditions on conditions."""
    if depth == 0:
        return rng.choice(["x", "x", "2", "0.1", "1e100", "10^20", "pi", "e", "7/3", "12345678901234567890"])
    a, b, c, d = (monster(rng, names, depth - 1) for _ in range(4))
    shape = rng.choice(
        [
            *["{name}({a})"] * 3,
            "({a})^({b})",
            "({a})^{power}",
            "{extreme}({a}, {b}, {c})",
            "where({a} {sign} {b}, {c}, {d})",
            *["({a} {operator} {b})"] * 2,
        ]
    )
    return shape.format(
        **{"a": a, "b": b, "c": c, "d": d, "name": rng.choice(names), "power": rng.randint(-3, 60)},
        **{"extreme": rng.choice(["max", "min"]), "sign": rng.choice(["<", ">", "==", "!=", "<="])},
        operator=rng.choice("+-*/"),
    )
