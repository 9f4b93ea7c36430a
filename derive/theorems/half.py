"""The factor of a positively homogeneous activation: 1/2 for ReLU, (1 + a^2)/2 for PReLU, 1 for x and |x|.

He et al. 2015, between eq. 7 and eq. 8, and eq. 15. Only the symmetry of z is used, not its law.
"""

from __future__ import annotations

import sympy as sp

from derive.activation import Activation
from derive.activation import X as VARIABLE
from derive.proof.derivation import Chain, Proof
from derive.proof.facts import Fact, NoAtom, Symmetric
from derive.proof.layout import Defined, Drawn, Layout, Size
from derive.proof.rule import Rule
from derive.proof.rules.expectation import linearity
from derive.proof.rules.functions import apply_function, by_sign, reflect, unfold
from derive.proof.rules.logic import cite
from derive.proof.statement import Setting, Theorem
from derive.proof.terms import E, Tensor
from derive.proof.theorem import Heading, finish
from derive.theorems.names import FPRIME, ONE, F, I, M, X, Z


def parameters(activation: Activation) -> tuple[sp.Symbol, ...]:
    """The symbols that stay in the derivation."""
    return tuple(symbol for symbol, _ in activation.parameters)


def functions(activation: Activation) -> dict[str, sp.Expr | None]:
    """f and f' for the finite worlds."""
    return {"f": activation.expression, "fprime": activation.derivative}


def needs_symmetry(activation: Activation) -> bool:
    """False where f^2 is the same polynomial on both sides of zero already, as for x and |x|."""
    assert activation.degree_one is not None
    right, left = activation.degree_one
    return bool(sp.expand(right**2 - left**2) != 0)


def output(z: Tensor, x: Tensor) -> Defined:
    """x_i = f(z_i)."""
    return Defined(x[I], F(z[I]), ((I, ONE, M),))


def second(proof: Proof, activation: Activation, z: Tensor = Z, x: Tensor = X) -> Chain:
    """E[x_i^2] = c E[z_i^2]."""
    chain = proof.chain(E(x[I] ** 2)).by(unfold(output(z, x)), _put_in("f", activation.expression))
    if needs_symmetry(activation):
        chain.by(reflect((z,)), by_sign(z))
    elif not chain.end.args[0].is_polynomial(z[I]):
        chain.by(by_sign(z))
    return chain if chain.end == E(z[I] ** 2) else chain.by(linearity)


def derivative_second(proof: Proof, activation: Activation, z: Tensor = Z) -> Chain:
    """E[f'(z_i)^2] = c."""
    chain = proof.chain(E(FPRIME(z[I]) ** 2)).by(_put_in("fprime", activation.derivative))
    if needs_symmetry(activation):
        chain.by(reflect((z,)))
    if squared_slope_varies(activation):
        chain.by(by_sign(z, NoAtom(z)))
    return chain.by(linearity)


def one_size_of_slope(activation: Activation) -> bool:
    """Whether f' changes its sign and not its size, as for |x|: then delta^2 is c^2 g^2 whatever f' depends on."""
    return bool(activation.derivative.has(VARIABLE)) and not squared_slope_varies(activation)


def squared_slope_varies(activation: Activation) -> bool:
    """Whether f'^2 is written with its argument; for |x| it is the same number everywhere, zero included."""
    return bool((activation.derivative**2).has(VARIABLE))


def put_in_derivative(activation: Activation) -> Rule:
    """Replace f' by its expression."""
    return _put_in("fprime", activation.derivative)


def _put_in(name: str, body: sp.Expr) -> Rule:
    label = (
        "f is the activation of the setting."
        if name == "f"
        else "f' is its derivative, as back-propagation takes it."
    )
    return apply_function(name, body, VARIABLE, label)


def second_facts(activation: Activation, z: Tensor) -> tuple[Fact, ...]:
    """What `second` uses."""
    return (Symmetric(z),) if needs_symmetry(activation) else ()


def derivative_facts(activation: Activation, z: Tensor) -> tuple[Fact, ...]:
    """What `derivative_second` uses."""
    atom = (NoAtom(z),) if squared_slope_varies(activation) else ()
    return second_facts(activation, z) + atom


def scratch(activation: Activation, facts: tuple[Fact, ...]) -> Proof:
    """A proof about one pre-activation of the given symmetry."""
    return Proof(
        Layout(
            (Size({"m": 1}), Size({"m": 2})),
            (Drawn(Z, (M,)),),
            (output(Z, X),),
            parameters(activation),
            functions(activation),
            ((I, ONE, M),),
        ),
        facts,
    )


def constant(activation: Activation) -> sp.Expr:
    """c in E[f(z)^2] = c E[z^2], as the derivation gives it."""
    chain = second(scratch(activation, second_facts(activation, Z)), activation)
    return sp.factor(chain.end / E(Z[I] ** 2))


def by_second(activation: Activation, z: Tensor, x: Tensor, at: sp.Expr = I) -> Rule:
    """Cite the theorem: E[x_i^2] = c E[z_i^2]."""
    equation = sp.Eq(E(x[at] ** 2), constant(activation) * E(z[at] ** 2), evaluate=False)
    return cite(f"second moment of {activation.label}", equation, second_facts(activation, z))


def derivative_constant(activation: Activation) -> sp.Expr:
    """c in E[f'(z)^2] = c, as the derivation gives it."""
    return derivative_second(scratch(activation, derivative_facts(activation, Z)), activation).end


def by_derivative(activation: Activation, z: Tensor, at: sp.Expr) -> Rule:
    """Cite the theorem: E[f'(z)^2] = c at the entry `at`."""
    equation = sp.Eq(E(FPRIME(at) ** 2), derivative_constant(activation), evaluate=False)
    return cite(f"squared derivative of {activation.label}", equation, derivative_facts(activation, z))


def forward_factor(activation: Activation) -> Theorem:
    """E[f(z)^2] = c E[z^2] for symmetric z."""
    proof = scratch(activation, second_facts(activation, Z))
    chain = second(proof, activation)
    return finish(proof, _heading(activation, "second moment", chain.end), chain.equation)


def backward_factor(activation: Activation) -> Theorem:
    """E[f'(z)^2] = c for symmetric z without an atom at zero."""
    proof = scratch(activation, derivative_facts(activation, Z))
    chain = derivative_second(proof, activation)
    return finish(proof, _heading(activation, "squared derivative", chain.end), chain.equation)


def _heading(activation: Activation, what: str, _: sp.Basic) -> Heading:
    forward = what == "second moment"
    summary = (
        "Whatever the law of a symmetric pre-activation, the two sides of zero carry half of its second moment each."
        if forward
        else "The two sides of zero have probability one half each as soon as zero itself has none."
    )
    return Heading(
        f"{'forward' if forward else 'backward'}_factor",
        f"The {what} of {activation.label}",
        summary if needs_symmetry(activation) else "No assumption on the pre-activation is needed.",
        setting(activation),
    )


def setting(activation: Activation) -> tuple[Setting, ...]:
    """The definition of the activation, with the second moment of z finite."""
    symbol = sp.Symbol("x", real=True)
    return (
        Setting(
            "The activation acts on each unit; E[z^2] is finite.",
            sp.Eq(F(symbol), activation.expression, evaluate=False),
        ),
    )
