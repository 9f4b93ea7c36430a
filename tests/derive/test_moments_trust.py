"""The trust rule: a wrong closed form is withheld, with the place where it was caught."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb

from derive.activation import Activation, X
from derive.catalogue import activation
from derive.errors import BadInput
from derive.moments import Q, engine, moment, moments, trust
from derive.moments.closed import Form
from derive.moments.kinds import MONOMIALS
from derive.moments.trust import closed_form, meets, vouched
from derive.number import Missing, Number

A = sp.Symbol("a", real=True)
SECOND = MONOMIALS["second"]

# Each is right somewhere: at q = 1, at a = 1/4, at the first trial only, or nowhere.
WRONG = [
    Q**2 * (1 + A**2) / 2,
    Q * sp.Rational(17, 32),
    Q * (1 + A / 4) / 2,
    Q * (1 + A**2) / 2 + (Q - sp.Rational(1, 3)) * sp.Rational(1, 10**10),
    sp.Integer(0),
    -Q * (1 + A**2) / 2,
]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_closed_form_is_withheld_and_says_where(wrong: sp.Expr) -> None:
    verdict = vouched(wrong, activation("prelu"), SECOND)
    assert verdict.expression is None
    assert "withheld: it misses the certified ball at q = " in str(verdict.reason)


def test_the_right_closed_form_is_released() -> None:
    right = Q * (1 + A**2) / 2
    assert vouched(right, activation("prelu"), SECOND).expression == right


def test_a_closed_form_without_a_ball_to_meet_is_withheld() -> None:
    """sqrt(z)^2 = z has the closed form E z = 0, but sqrt is not a real function: no ball, no release."""
    root = Activation("root", sp.sqrt(X), (), "", None)
    assert "no certified ball" in str(closed_form(root, SECOND).reason)


def test_moment_withholds_what_the_rule_withholds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "closed_moment", lambda parts, powers: Form(Q**2 / 2))
    wrong = Activation("caught", sp.Max(0, X), (), "not in the cache", None)
    found = moment(wrong, "second", 1)
    assert isinstance(found, Number)
    assert (found.exact, found.symbolic) == (None, None)
    assert "withheld" in str(found.reason)
    assert found.value.startswith("0.5")


def test_the_value_at_hand_is_tested_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed form that slips through the trials is still held against the ball at the q asked for."""
    sly = Q / 2 + (Q - sp.Rational(1, 3)) * (Q - 1) * (Q - sp.Rational(5, 2)) * (Q - sp.Rational(4, 5))
    monkeypatch.setattr(engine, "closed_form", lambda f, powers: trust.ClosedForm(sly))
    found = moment(activation("relu"), "second", 2)
    assert isinstance(found, Number)
    assert found.exact is None
    assert "misses the certified ball here" in str(found.reason)


def test_meeting_needs_a_sharp_evaluation() -> None:
    assert meets(sp.sqrt(2), arb(2).sqrt())
    assert not meets(sp.sqrt(2), arb("1.5"))
    cancelling = 10**130 * (sp.sqrt(2) - sp.Rational(str(sp.N(sp.sqrt(2), 140))))
    assert not meets(cancelling, arb(7, 0.1))


def test_parameters_that_decide_the_kinks_are_not_varied() -> None:
    """Max(x, a x) has its closed form for this a only, and it is tried for this a only."""
    half = sp.Rational(1, 2)
    found = moment(Activation("maxout", sp.Max(X, A * X), ((A, half),), "", None), "second", 1)
    assert isinstance(found, Number)
    assert found.symbolic == sp.Rational(5, 8) * Q


def test_smooth_functions_say_why_there_is_no_closed_form() -> None:
    found = moment(activation("mish"), "second", 1)
    assert isinstance(found, Number)
    assert found.exact is None
    assert "no closed form is known" in str(found.reason)


@pytest.mark.parametrize("name", ["relu", "prelu", "tanh", "sigmoid", "scaled_sigmoid"])
def test_every_moment_has_the_digits_that_were_asked_for(name: str) -> None:
    for digits in (5, 30, 100):
        for number in vars(moments(activation(name), "3/2", digits)).values():
            assert arb(number.radius) <= arb(10) ** -digits * abs(arb(number.value))


def test_moments_in_json() -> None:
    assert moments(activation("relu"), 1).to_json()["second"] == {
        "exact": "1/2",
        "symbolic": "q/2",
        "value": "0.5",
        "radius": "0",
    }


def test_an_infinite_moment_is_missing_with_its_reason() -> None:
    found = moment(Activation("steep", sp.exp(X**2), (), "", None), "second", 1)
    assert isinstance(found, Missing)
    assert found.infinite_from == sp.Rational(1, 4)
    assert "E f^2 is infinite for q >= 1/4" in found.reason


@pytest.mark.parametrize(
    ("kind", "variance", "digits", "complaint"),
    [
        ("secnd", 1, 30, "did you mean 'second'"),
        ("second", 0, 30, "needs q > 0"),
        ("second", -1, 30, "needs q > 0"),
        ("second", float("nan"), 30, "not a rational number"),
        ("second", sp.oo, 30, "not a rational number"),
        ("second", 1, 0, "ask for 1 to 1000"),
        ("second", 1, 1001, "ask for 1 to 1000"),
    ],
)
def test_bad_input(kind: str, variance: object, digits: int, complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        moment(activation("relu"), kind, variance, digits)  # type: ignore[arg-type]
