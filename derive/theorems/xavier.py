"""Xavier: the two linear conditions conflict unless fan_in = fan_out, and what 2/(n + m) is the optimum of.

Glorot and Bengio 2010, eq. 10-12. They offer 2/(n + m) "as a compromise"; here is which one it is.
"""

from __future__ import annotations

import sympy as sp

from derive.catalogue import activation
from derive.proof.derivation import Proof
from derive.proof.layout import Layout
from derive.proof.rules.logic import solve_for, statement
from derive.proof.rules.optimum import crossing, minimise
from derive.proof.statement import Check, Setting, Theorem
from derive.proof.terms import ArgMin, Var
from derive.proof.theorem import Heading, finish
from derive.theorems import he
from derive.theorems.names import M, N, W

V = sp.Symbol("v", positive=True)
FORWARD, BACKWARD = N * V, M * V


def conditions() -> tuple[sp.Eq, sp.Eq]:
    """Var[w] = 1/n and Var[w] = 1/m, as the linear theorems give them."""
    identity = activation("identity")
    return he.forward_root(identity), he.backward_root(identity)


def conflict() -> Theorem:
    """Both conditions hold for one Var[w] iff n = m."""
    proof = Proof(Layout((), ()), ())
    forward, backward = conditions()
    both = sp.And(forward, backward, evaluate=False)
    meet = statement(
        lambda term: sp.Eq(*(side.rhs for side in term.args), evaluate=False),
        "eliminate Var[w]",
        "Two expressions of one number are equal.",
        relation="=>",
        verify=_check_elimination,
    )
    chain = proof.chain(both).by(meet, solve_for(N))
    return finish(proof, CONFLICT, chain.end)


def _check_elimination(before: sp.Basic, after: sp.Basic) -> Check:
    """At sizes 1..5 the statement after holds exactly where some Var[w] satisfies the statement before."""
    sizes = [(n, m) for n in range(1, 6) for m in range(1, 6)]
    passed = all(_possible(before, n, m) == bool(after.xreplace({N: n, M: m})) for n, m in _integers(sizes))
    return Check(passed, "algebra", len(sizes), "decided at all widths up to 5 by solving for Var[w]")


def _integers(sizes: list[tuple[int, int]]) -> list[tuple[sp.Integer, sp.Integer]]:
    return [(sp.Integer(n), sp.Integer(m)) for n, m in sizes]


def _possible(before: sp.Basic, n: sp.Integer, m: sp.Integer) -> bool:
    at = before.xreplace({N: n, M: m, Var(W.entry): V})
    return bool(sp.solve([side.lhs - side.rhs for side in at.args], V)) if isinstance(at, sp.And) else True


def compromise() -> Theorem:
    """v = 2/(n + m), by five characterisations."""
    proof = Proof(Layout((), ()), ())
    mean = proof.chain(sp.Eq((FORWARD + BACKWARD) / 2, 1, evaluate=False)).by(solve_for(V))
    proof.chain(sp.Eq(FORWARD - 1, 1 - BACKWARD, evaluate=False)).by(solve_for(V))
    worst = sp.Max(sp.Abs(FORWARD - 1), sp.Abs(BACKWARD - 1))
    proof.chain(ArgMin(worst, V)).by(crossing(FORWARD - 1, BACKWARD - 1))
    proof.chain(ArgMin(_weighted(), V)).by(minimise())
    proof.chain(ArgMin(_divergence(FORWARD) + _divergence(BACKWARD), V)).by(minimise())
    a, b = sp.symbols("a b", positive=True)
    harmonic = statement(
        lambda t: sp.cancel(t.xreplace({a: 1 / N, b: 1 / M})), "harmonic mean of 1/n and 1/m", "a = 1/n and b = 1/m.",
        relation="=", given=((a, 1 / N), (b, 1 / M)),
    )  # fmt: skip
    proof.chain(2 * a * b / (a + b)).by(harmonic)
    return finish(proof, COMPROMISE, mean.end, mean.end)


def other_compromises() -> Theorem:
    """Three optima that are not 2/(n + m)."""
    proof = Proof(Layout((), ()), ())
    proof.chain(ArgMin((FORWARD - 1) ** 2 + (BACKWARD - 1) ** 2, V)).by(minimise())
    logs = proof.chain(ArgMin(sp.log(FORWARD) ** 2 + sp.log(BACKWARD) ** 2, V)).by(minimise())
    proof.chain(ArgMin(_reverse(FORWARD) + _reverse(BACKWARD), V)).by(minimise())
    return finish(proof, OTHERS, sp.Eq(logs.start, logs.end, evaluate=False))


def _weighted() -> sp.Expr:
    return N * (V - 1 / N) ** 2 + M * (V - 1 / M) ** 2


def _divergence(factor: sp.Expr) -> sp.Expr:
    """KL(N(0, s) || N(0, 1)) = (s - 1 - log s)/2."""
    return (factor - 1 - sp.log(factor)) / 2


def _reverse(factor: sp.Expr) -> sp.Expr:
    """KL(N(0, 1) || N(0, s)) = (1/s - 1 + log s)/2."""
    return (1 / factor - 1 + sp.log(factor)) / 2


LINEAR = (
    Setting("A linear layer has fan_in n and fan_out m; v = Var[w]."),
    Setting("It multiplies the second moment of the signal by n v and that of the gradient by m v."),
)
CONFLICT = Heading(
    "xavier_conflict",
    "The conflict: both directions at once need n = m",
    "The forward condition asks for Var[w] = 1/n and the backward one for 1/m: a layer that changes width fails one.",
    LINEAR,
)
COMPROMISE = Heading(
    "xavier_compromise",
    "The compromise: what 2/(n + m) is the optimum of",
    "Glorot and Bengio's variance makes the two factors average to one, and so the errors equal and opposite; it "
    "is the minimax choice, a weighted least-squares one, and the one of least information lost.",
    LINEAR,
    (
        "The first line is the mean factor; then equal and opposite errors, the minimax error, least squares in v with "
        "weights n and m, the sum of the divergences KL(N(0, n v) || N(0, 1)), and the harmonic mean.",
    ),
)
OTHERS = Heading(
    "xavier_others",
    "What 2/(n + m) is not",
    "Other sensible objectives have other optima: unweighted least squares of the factors, least squares of their "
    "logarithms (the geometric mean of 1/n and 1/m) and the reversed divergence (their arithmetic mean).",
    LINEAR,
    (
        "All of them agree where n = m. Between n and m they differ by a bounded factor, and none ends the conflict.",
    ),
)
