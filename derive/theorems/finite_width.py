"""Finite width: the increments of a Gaussian net with f of degree 1, and what depth makes of their spread.

Given the input and without a bias q[l+1] = A[l] q[l], where A[l] averages f(Z)^2 over independent standard normal
Z: Hanin 2018, "Which neural net architectures give rise to exploding and vanishing gradients?", has the same
growth in sum 1/n; here with its constant, E f^4/(E f^2)^2 - 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy as sp

from derive.activation import Activation
from derive.activation import X as VARIABLE
from derive.proof.derivation import Chain, Proof
from derive.proof.facts import Fact, Independent, Symmetric
from derive.proof.facts.units import StandardNormal, UnitsIndependent
from derive.proof.layout import Defined, Drawn, Layout, Size
from derive.proof.rule import Context, Rule
from derive.proof.rules.expectation import factor, linearity, variance_definition
from derive.proof.rules.functions import apply_function, by_sign, reflect, unfold
from derive.proof.rules.logic import (
    by_line,
    by_statement,
    induction,
    premise,
    solve_for,
    statement,
)
from derive.proof.rules.sums import collapse, square_of_sum
from derive.proof.rules.units import (
    equal_terms,
    normal_is_symmetric,
    normal_moments,
    pairs_of_units,
    same_law,
    sum_of_sums,
)
from derive.proof.statement import Check, Countermodel, Setting, Theorem
from derive.proof.terms import E, Indep, Law, Tensor, Var
from derive.proof.theorem import Heading, finish
from derive.theorems import half
from derive.theorems.names import DEPTH, LAYER, ONE, WIDTH, F, I, K

GAIN = sp.Symbol("g", positive=True)
SCALE = Tensor("q", 0, "scales of the layers")
INCREMENT = Tensor("A", 0, "increments")
NORMALISED = Tensor("Z", 1, "normalised pre-activations")
QL, AL, ZL = SCALE.at(LAYER), INCREMENT.at(LAYER), NORMALISED.at(LAYER)
FIRST, LAST = SCALE.at(ONE).entry, SCALE.at(DEPTH).entry
UNITS, NORMAL = UnitsIndependent(ZL), StandardNormal(ZL)
SECOND, FOURTH = E(F(ZL.entry) ** 2), E(F(ZL.entry) ** 4)

AVERAGE = Defined(
    AL.entry,
    GAIN**2 / WIDTH[LAYER] * sp.Sum(F(ZL[I]) ** 2, (I, 1, WIDTH[LAYER])),
    ((LAYER, ONE, DEPTH - 1),),
)
STEP = Defined(SCALE.at(LAYER + 1).entry, AL.entry * QL.entry, ((LAYER, ONE, DEPTH - 1),))
SIZES = tuple(Size({"L": len(widths) + 1}, (0, *widths)) for widths in ((1,), (2,), (3,), (1, 2)))


def layout(activation: Activation) -> Layout:
    """Worlds of the chain of scales: q[1] and the normalised pre-activations drawn, the rest computed."""
    drawn = (Drawn(SCALE.at(ONE), ()), Drawn(NORMALISED, (WIDTH[LAYER],), (LAYER, ONE, DEPTH - 1)))
    ranges = ((LAYER, ONE, DEPTH - 1), (I, ONE, WIDTH[LAYER]), (K, ONE, WIDTH[LAYER]))
    constants = (*half.parameters(activation), GAIN)
    return Layout(SIZES, drawn, (AVERAGE, STEP), constants, half.functions(activation), ranges)


def finite_width(activation: Activation) -> Theorem:
    """Var[A] = kappa/n[l] and Var[q[L]] = q[1]^2 (prod_l (1 + kappa/n[l]) - 1) for f of degree 1."""
    proof = Proof(layout(activation), (UNITS, NORMAL))
    proof.chain(F(sp.sqrt(QL.entry) * ZL[I]) ** 2).by(_homogeneous(activation))
    below = sp.Tuple(AL.entry, QL.entry)
    proof.chain(UNITS.formula).by(_function_of_units(below)).gives(Independent(((AL,), (QL,))))
    mean, square = _increment(proof)
    means, squares = _deep(proof, mean, 1), _deep(proof, square, 2)
    values = _values(proof, activation)
    numbers = (*_numbers(values), _gain(proof, values[0]))
    kappa = _increments_variance(proof, mean, square, numbers)
    total = _total(proof, means, squares, numbers)
    return finish(proof, _heading(activation, kappa), total.equation, None, _countermodels(values, kappa))


def _increment(proof: Proof) -> tuple[Chain, Chain]:
    """E[A] and E[A^2] in moments of f(Z)."""
    mean = proof.chain(E(AL.entry)).by(unfold(AVERAGE), linearity, linearity, same_law(ZL), equal_terms)
    square = proof.chain(E(AL.entry**2)).by(
        unfold(AVERAGE), square_of_sum(K), linearity, linearity, pairs_of_units(ZL), sum_of_sums, collapse,
        equal_terms,
    )  # fmt: skip
    return mean, square


def _deep(proof: Proof, increment: Chain, power: int) -> Chain:
    """E[q[L]^power] = E[q[1]^power] prod_l E[A[l]^power]."""
    above = SCALE.at(LAYER + 1).entry
    step = proof.chain(E(above**power)).by(unfold(STEP), factor((AL,), (QL,)), by_line(increment))
    return proof.chain(step.equation).by(induction(LAYER, ONE, DEPTH, (step.last,)))


def _values(proof: Proof, activation: Activation) -> tuple[Chain, Chain]:
    """E[f(Z)^2] and E[f(Z)^4] in numbers."""
    if half.needs_symmetry(activation):
        proof.chain(Law(ZL[I])).by(normal_is_symmetric(ZL)).gives(Symmetric(ZL))
    return _value(proof, activation, 2), _value(proof, activation, 4)


def _value(proof: Proof, activation: Activation, power: int) -> Chain:
    chain = proof.chain(E(F(ZL.entry) ** power))
    chain.by(apply_function("f", activation.expression, VARIABLE, "f is the activation of the setting."))
    if half.needs_symmetry(activation):
        chain.by(reflect((ZL,)), by_sign(ZL))
    elif not chain.end.args[0].is_polynomial(ZL.entry):
        chain.by(by_sign(ZL))
    return (chain if chain.end == E(ZL.entry**power) else chain.by(linearity)).by(normal_moments(ZL))


def _increments_variance(proof: Proof, mean: Chain, square: Chain, numbers: Sequence[Rule]) -> sp.Expr:
    """kappa, from Var[A] = kappa/n."""
    variance = proof.chain(Var(AL.entry)).by(variance_definition, by_line(square), by_line(mean))
    variance.by(_tidy(sp.factor, "collect"), *numbers)
    return sp.factor(variance.end * WIDTH[LAYER])


def _numbers(values: tuple[Chain, Chain]) -> tuple[Rule, ...]:
    return tuple(
        premise(value.equation, f"By line ({value.last}).", lines=(value.last,)) for value in values[::-1]
    )


def _gain(proof: Proof, second: Chain) -> Rule:
    """The gain that holds the mean, solved for."""
    why = f"By line ({second.last})."
    known = premise(second.equation, why, lines=(second.last,))
    gain = proof.chain(sp.Eq(GAIN**2 * SECOND, 1, evaluate=False)).by(known, solve_for(GAIN))
    return premise(gain.end, f"By line ({gain.last}): the gain that holds the mean.", lines=(gain.last,))


def _total(proof: Proof, means: Chain, squares: Chain, numbers: Sequence[Rule]) -> Chain:
    given = premise(
        sp.Eq(E(FIRST**2), E(FIRST) ** 2, evaluate=False), "The input is given, so q[1] is a number."
    )
    chain = proof.chain(Var(LAST)).by(variance_definition, by_statement(squares), by_statement(means), given)
    return chain.by(*numbers, _tidy(_products, "products of ones"))


def _tidy(build: Callable[[sp.Expr], sp.Expr], name: str) -> Rule:
    return statement(build, name, "Algebra.", relation="=")


def _products(term: sp.Expr) -> sp.Expr:
    """Simplify inside the products; a product of ones is 1."""
    products = {product: sp.Dummy() for product in term.atoms(sp.Product)}
    written = {name: _one_product(product) for product, name in products.items()}
    ones = {name: value for name, value in written.items() if value == 1}
    return sp.factor(term.xreplace(products).xreplace(ones)).xreplace(written)


def _one_product(product: sp.Product) -> sp.Expr:
    excess = sp.factor(sp.cancel((product.function - 1) * WIDTH[LAYER]))
    return sp.Product(1 + excess / WIDTH[LAYER], *product.limits) if excess != 0 else sp.Integer(1)


def _homogeneous(activation: Activation) -> Rule:
    """f(sqrt(q) Z)^2 = q f(Z)^2."""

    def check(_before: sp.Basic, _after: sp.Basic) -> Check:
        body = activation.expression.subs(activation.values)
        points = [(sp.Rational(t, 3), sp.Rational(z, 2)) for t in range(1, 5) for z in range(-3, 4)]
        passed = all(body.subs(VARIABLE, t * z) == t * body.subs(VARIABLE, z) for t, z in points)
        return Check(passed, "algebra", len(points), f"f(t z) = t f(z) at {len(points)} rational points")

    def rewrite(_term: sp.Basic, _: Context) -> sp.Basic:
        return QL.entry * F(ZL[I]) ** 2

    return Rule("positive homogeneity", "f(t z) = t f(z) for t >= 0.", rewrite, verify=check)


def _function_of_units(pair: sp.Tuple) -> Rule:
    def rewrite(_: sp.Basic, context: Context) -> sp.Basic:
        context.need(UNITS)
        return Indep(*pair)

    why = "The increment is a function of the layer's own units, and q[l] of what lies below."
    return Rule("function of the units", why, rewrite, relation="=>")


def _countermodels(values: tuple[Chain, Chain], kappa: sp.Expr) -> dict[Fact, Countermodel]:
    """Var[q[2]]/q[1]^2 in two layers that break one assumption each."""
    same = "n[1] = 2, L = 2, q[1] = 1, both units of the layer share one standard normal: Var[q[2]]"
    signs = "n[1] = 1, L = 2, q[1] = 1, Z = 1 or -1 with probability 1/2 each: Var[q[2]]"
    second, fourth = values[0].end, values[1].end
    of_signs = sp.factor(fourth / 3 / second**2 - 1)
    return {
        UNITS: Countermodel("named law", same, kappa, kappa / 2),
        NORMAL: Countermodel("named law", signs, of_signs, kappa),
    }


def _heading(activation: Activation, kappa: sp.Expr) -> Heading:
    scale = sp.sqrt(QL.entry) * ZL[I]
    spread = f"{kappa}/n" if kappa.is_Rational else "kappa/n"
    return Heading(
        "finite_width",
        f"Finite width: the spread of {activation.label} nets",
        f"At n units the increment of a layer has the variance {spread}, exactly, and the factors multiply: "
        "the scale of a single deep net may be far from the mean over nets, at the right gain.",
        (
            Setting(
                "Layers without a bias, with independent Gaussian weights of variance g^2/n[l-1]; q[l] is the variance "
                "of a pre-activation given its inputs, and Z[l, i] the pre-activation over its root.",
                sp.Eq(Tensor("z", 1, "").at(LAYER)[I], scale, evaluate=False),
            ),
            Setting("The next scale is the present one times an increment.", sp.Eq(*_step(), evaluate=False)),
            Setting(
                "The increment averages over the n[l] units.", sp.Eq(AL.entry, AVERAGE.value, evaluate=False)
            ),
            *half.setting(activation),
            Setting("The gain holds the mean.", sp.Eq(GAIN**2 * SECOND, 1, evaluate=False)),
        ),
        (
            "Given the input, E q[L] = q[1], so that this is the relative variance of q[L]; for equal widths it is "
            f"(1 + {spread})^(L-1) - 1, kappa being E f^4/(E f^2)^2 - 1.",
            "E log A is below log E A = 0, by about half of Var[A]: the typical net drifts down while the mean stays.",
        ),
    )


def _step() -> tuple[sp.Expr, sp.Expr]:
    return STEP.target, STEP.value
