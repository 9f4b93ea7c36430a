"""No gain without a bias, without a number: where E f = 0 the Gaussian Poincare inequality excludes one.

Chernoff 1981: Var f(sqrt(q) Z) <= q E f'(sqrt(q) Z)^2 for absolutely continuous f, with equality for affine f
only. In the orthonormal Hermite polynomials, f = sum a_k h_k, it reads sum_{k>=1} a_k^2 <= sum_{k>=1} k a_k^2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from random import Random

import sympy as sp

from derive.activation import X as VARIABLE
from derive.phase.no_go import poincare_applies
from derive.proof.derivation import Proof
from derive.proof.facts import Fact
from derive.proof.rule import Context, Rule
from derive.proof.rules.gaussian import Q
from derive.proof.statement import Check, Countermodel, Setting, Theorem
from derive.proof.terms import E, Var
from derive.proof.theorem import Heading, finish
from derive.proof.world import World
from derive.theorems.gaussian import AT, NOTHING, SECOND, SLOPE
from derive.theorems.gaussian_setup import Setup
from derive.theorems.names import F

_SAMPLES = 12
_DEGREE = 5


@dataclass(frozen=True)
class OfActivation:
    """A fact about the function f itself."""

    name: str
    statement: str
    formula: sp.Basic | None = None

    def at(self, layer: sp.Expr) -> OfActivation:
        return self

    def holds(self, world: World) -> bool:
        """False: a finite world says nothing about f."""
        return False


CENTRED = OfActivation("centred", "E f(sqrt(q) Z) = 0.", sp.Eq(E(F(AT)), 0, evaluate=False))
CONTINUOUS = OfActivation("continuous", "f is continuous, and smooth but for finitely many kinks.")
CURVED = OfActivation("not affine", "f is not of the form a x + b.")


def applies(s: Setup) -> bool:
    """Whether E f = 0 exactly, f is continuous and not affine, and a backward gain exists."""
    return poincare_applies(s.activation, s.q) is not None


def no_go(s: Setup) -> Theorem:
    """E f^2 < q E f'^2, so that no gain without a bias serves both directions."""
    proof = Proof(NOTHING, (CENTRED, CONTINUOUS, CURVED))
    chain = proof.chain(SECOND).by(_variance())
    chain.by(_poincare())
    named: dict[Fact, Countermodel] = {CENTRED: _parabola(), CONTINUOUS: _sign(), CURVED: _line(s.q)}
    conclusion = sp.Lt(SECOND, Q * SLOPE, evaluate=False)
    return finish(proof, _heading(s), conclusion, None, named)


def _variance() -> Rule:
    def rewrite(term: sp.Basic, context: Context) -> sp.Basic:
        context.need(CENTRED)
        return term.xreplace({SECOND: Var(F(AT))})

    why = "E f^2 = Var f + (E f)^2, and E f = 0."
    return Rule("variance of a centred variable", why, rewrite, check="algebra", verify=_check_variance)


def _poincare() -> Rule:
    def rewrite(term: sp.Basic, context: Context) -> sp.Basic:
        context.need(CONTINUOUS)
        context.need(CURVED)
        return term.xreplace({Var(F(AT)): Q * SLOPE})

    why = (
        "With f = sum a_k h_k in Hermite polynomials, Var f = sum a_k^2 and "
        "q E f'^2 = sum k a_k^2 over k >= 1, equal only where a_k = 0 for k >= 2."
    )
    return Rule(
        "Gaussian Poincare inequality", why, rewrite, relation="<", check="algebra", verify=_check_poincare
    )


def _check_variance(_before: sp.Basic, _after: sp.Basic) -> Check:
    """Random polynomials made centred, in exact Gaussian moments."""
    polynomials = [_centred(p) for p in _polynomials()]
    passed = all(_mean(_times(p, p)) == _variance_of(p) for p in polynomials)
    return Check(
        passed, "algebra", len(polynomials), f"{len(polynomials)} polynomials with exact Gaussian moments"
    )


def _check_poincare(_before: sp.Basic, _after: sp.Basic) -> Check:
    """Random polynomials of degree 2 to 5, and the line, where the two sides are equal."""
    curved = [p for p in _polynomials() if any(p[2:])]
    strict = all(_variance_of(p) < _mean(_times(_slope(p), _slope(p))) for p in curved)
    line = [Fraction(0), Fraction(3, 2)]
    equal = _variance_of(line) == _mean(_times(_slope(line), _slope(line)))
    detail = f"{len(curved)} polynomials with exact Gaussian moments at q = 1, and equality for a line"
    return Check(strict and equal, "algebra", len(curved) + 1, detail)


Polynomial = list[Fraction]  # coefficients, the constant first


def _polynomials(seed: int = 0) -> list[Polynomial]:
    rng = Random(f"poincare {seed}")
    return [[Fraction(rng.randint(-6, 6), 4) for _ in range(2 + k % _DEGREE)] for k in range(_SAMPLES)]


def _mean(p: Polynomial) -> Fraction:
    return sum((c * _moment(k) for k, c in enumerate(p)), Fraction(0))


def _moment(k: int) -> int:
    """E Z^k = (k - 1)(k - 3)...1 for even k, 0 for odd k."""
    return 0 if k % 2 else 1 if k == 0 else (k - 1) * _moment(k - 2)


def _times(a: Polynomial, b: Polynomial) -> Polynomial:
    product = [Fraction(0)] * (len(a) + len(b) - 1)
    for i, left in enumerate(a):
        for j, right in enumerate(b):
            product[i + j] += left * right
    return product


def _slope(p: Polynomial) -> Polynomial:
    return [k * c for k, c in enumerate(p)][1:] or [Fraction(0)]


def _centred(p: Polynomial) -> Polynomial:
    return [p[0] - _mean(p), *p[1:]]


def _variance_of(p: Polynomial) -> Fraction:
    return _mean(_times(p, p)) - _mean(p) ** 2


def _parabola() -> Countermodel:
    words = "f = x^2 + 2 at q = 1, which is not centred: E f^2 against q E f'^2"
    return Countermodel("named law", words, sp.Integer(11), sp.Integer(4))


def _sign() -> Countermodel:
    words = "f = sign(x) at q = 1, which jumps: E f^2 against q E f'^2, f' being 0 almost everywhere"
    return Countermodel("named law", words, sp.Integer(1), sp.Integer(0))


def _line(q: sp.Rational) -> Countermodel:
    return Countermodel("named law", f"f = x at q = {q}, a line: E f^2 against q E f'^2", q, q)


def _heading(s: Setup) -> Heading:
    setting = (
        Setting("Z is standard normal and q > 0; f has a mean square and its derivative as well."),
        Setting(
            "The activation acts on each unit.", sp.Eq(F(VARIABLE), s.activation.expression, evaluate=False)
        ),
    )
    summary = (
        "A centred activation that bends loses less signal than gradient: E f^2 < q E f'^2, so the gain that holds the "
        "signal makes gradients grow, and no gain without a bias serves both."
    )
    title = f"No single gain, by the Gaussian Poincare inequality, for {s.activation.label} at q = {s.q}"
    return Heading("no_go_poincare", title, summary, setting)
