"""Rules of Gaussian layers: the law of a pre-activation given its inputs, and certified values."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from random import Random
from typing import Any

import sympy as sp

from derive.proof.facts import Fact
from derive.proof.rule import Context, RefusedError, Rule
from derive.proof.statement import Check
from derive.proof.terms import E, Tensor
from derive.proof.world import World

NORMAL = sp.Symbol("Z", real=True)
Q = sp.Symbol("q", positive=True)


@dataclass(frozen=True)
class GaussianGiven:
    """Given the inputs of the layer, its weights and biases are independent centred Gaussians."""

    weights: Tensor
    inputs: Tensor

    name = "Gaussian given the inputs"

    @property
    def statement(self) -> str:
        return (
            f"Given the {self.inputs.noun}, the {self.weights.noun} and biases are independent Gaussians of mean zero "
            "with variances g^2/n and v."
        )

    @property
    def formula(self) -> sp.Basic | None:
        return None

    def at(self, layer: sp.Expr) -> GaussianGiven:
        return self

    def holds(self, world: World) -> bool:
        """False: a finite law is not Gaussian."""
        return False


@dataclass(frozen=True)
class NoBias:
    """The layer has no bias: v = 0."""

    name = "no bias"

    @property
    def statement(self) -> str:
        return "The layer has no bias."

    @property
    def formula(self) -> sp.Basic:
        return sp.Eq(sp.Symbol("v"), 0)

    def at(self, layer: sp.Expr) -> NoBias:
        return self

    def holds(self, world: World) -> bool:
        """True: the worlds of this project have no bias unless they draw one."""
        return True


def gaussian_pre_activation(z: Tensor, fact: Fact) -> Rule:
    """E[h(z)] = E[h(sqrt(q) Z)] with q = v + g^2 |x|^2/n, given the inputs x."""

    def rewrite(term: Any, context: Context) -> Any:
        context.need(fact)
        table = {z.entry: sp.sqrt(Q) * NORMAL}
        return term.replace(lambda t: isinstance(t, E), lambda t: E(t.args[0].xreplace(table)))

    why = "A sum of independent Gaussians is Gaussian, here of variance q."
    return Rule("Gaussian pre-activation", why, rewrite, verify=check_isserlis)


def check_isserlis(_before: sp.Basic, _after: sp.Basic, seed: int = 0) -> Check:
    """E[(sum_j w_j x_j + b)^k] by summing over all pairings of factors, against (k - 1)!! q^(k/2), k <= 6."""
    return _isserlis(seed)


@cache
def _isserlis(seed: int) -> Check:
    rng = Random(f"isserlis {seed}")
    cases = [(k, _random_layer(rng)) for k in range(1, 7) for _ in range(3)]
    passed = all(_moment(k, *layer) == _double_factorial(k, _variance(*layer)) for k, layer in cases)
    detail = f"{len(cases)} moments up to order 6, by Isserlis' sum over pairings in exact arithmetic"
    return Check(passed, "algebra", len(cases), detail)


def _random_layer(rng: Random) -> tuple[list[Fraction], list[Fraction]]:
    """(coefficients, variances): two inputs and the constant 1 of the bias, at random rationals."""
    return [Fraction(rng.randint(-5, 5), 2), Fraction(rng.randint(1, 5), 3), Fraction(1)], [
        Fraction(rng.randint(1, 6), 5) for _ in range(3)
    ]


def _variance(coefficients: list[Fraction], variances: list[Fraction]) -> Fraction:
    return sum((c * c * s for c, s in zip(coefficients, variances, strict=True)), Fraction(0))


def _moment(k: int, coefficients: list[Fraction], variances: list[Fraction]) -> Fraction:
    """Expand the power over all words of length k; each word is a product of independent Gaussian moments."""
    total = Fraction(0)
    for word in product(range(len(coefficients)), repeat=k):
        term = Fraction(1)
        for j, (c, s) in enumerate(zip(coefficients, variances, strict=True)):
            term *= c ** word.count(j) * _pairings(word.count(j)) * s ** (word.count(j) // 2)
        total += term
    return total


def _pairings(k: int) -> int:
    """The number of ways to pair k things, counted recursively: 0 for odd k."""
    if k == 0:
        return 1
    return (k - 1) * _pairings(k - 2) if k > 1 else 0


def _double_factorial(k: int, q: Fraction) -> Fraction:
    return Fraction(0) if k % 2 else Fraction(int(sp.factorial2(k - 1))) * q ** (k // 2)


def _kept(term: Any, table: dict[sp.Basic, sp.Expr]) -> Any:
    """The numbers put in, and the statement kept as it reads where they make it plainly true or false."""
    if isinstance(term, sp.Eq):
        return sp.Eq(*(side.xreplace(table) for side in term.args), evaluate=False)
    if isinstance(term, sp.And):
        return sp.And(*(_kept(part, table) for part in term.args), evaluate=False)
    return term.xreplace(table)


def certified(table: dict[sp.Basic, sp.Expr], check: Check) -> Rule:
    """Put certified numbers for the expectations in `table`; `check` compares them with a second route."""

    def rewrite(term: Any, _: Context) -> Any:
        if not any(term.has(key) for key in table):
            raise RefusedError(f"{term} holds none of the certified expectations")
        return _kept(term, table)

    why = "By a rigorous enclosure in ball arithmetic; the digits shown are correct."
    return Rule("certified value", why, rewrite, relation="~=", verify=lambda _before, _after: check)
