"""Which theorems there are, and which of them hold for a given activation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

import sympy as sp

from derive.activation import Activation
from derive.catalogue import activation, names
from derive.errors import BadInput, unknown_name
from derive.gains import Pair
from derive.number import Number
from derive.proof.statement import Theorem
from derive.theorems import (
    deep,
    dense,
    dense_backward,
    equal_units,
    exact_backward,
    finite_width,
    gaussian,
    gaussian_setup,
    half,
    he,
    one_step,
    other_direction,
    poincare,
    skewed,
    symmetry,
    xavier,
)

# Theorems about PReLU with a symbolic slope contain ReLU (a = 0) and the linear case (a = 1).
_GENERAL = "prelu"

_STANDING: dict[str, tuple[str, Callable[[], Theorem]]] = {
    "forward": ("Forward variance of a dense layer", dense.forward),
    "backward": ("Backward variance of a dense layer", dense_backward.backward),
    "symmetry": ("Symmetric weights give symmetric pre-activations", symmetry.symmetry),
    "linear": ("n Var[w] = 1: the linear case", lambda: he.forward_condition(activation("identity"))),
    "depth": ("The product over L layers, by induction", lambda: deep.depth(activation(_GENERAL))),
    "exact_backward": (
        "The gradient, exact at every width",
        lambda: exact_backward.exact_backward(activation(_GENERAL)),
    ),
    "gradient_under_fan_in": (
        "What the gradient does under fan_in",
        lambda: other_direction.gradient_under_fan_in(activation(_GENERAL)),
    ),
    "signal_under_fan_out": (
        "What the signal does under fan_out",
        lambda: other_direction.signal_under_fan_out(activation(_GENERAL)),
    ),
    "finite_width": (
        "Finite width: how far single nets spread",
        lambda: finite_width.finite_width(activation(_GENERAL)),
    ),
    "backward_one_step": ("The gradient over one layer, exact at every width", one_step.backward_one_step),
    "symmetry_never_breaks": (
        "Equal weights: the units of a layer never part",
        equal_units.symmetry_never_breaks,
    ),
    "zero_weights": ("Zero weights: no gradient passes", equal_units.zero_weights),
    "skewed_weights": (
        "Skewed weights: where ReLU's factor fails",
        lambda: skewed.skewed_weights(activation("relu")),
    ),
    "xavier_conflict": ("Both directions at once need fan_in = fan_out", xavier.conflict),
    "xavier_compromise": ("What 2/(n + m) is the optimum of", xavier.compromise),
    "xavier_others": ("What 2/(n + m) is not the optimum of", xavier.other_compromises),
}


def theorem_titles() -> dict[str, str]:
    """The title of each theorem, by name; nothing is derived for it.

    >>> theorem_titles()["xavier"]
    'Xavier: conflict and compromise, all theorems'
    """
    titles = {name: title for name, (title, _) in _STANDING.items()}
    return titles | {"xavier": "Xavier: conflict and compromise, all theorems"}


def theorem_names() -> tuple[str, ...]:
    """The names that `theorems_for` takes besides the activations'.

    >>> "xavier" in theorem_names()
    True
    """
    return tuple(theorem_titles())


def theorems_for(
    name: str | Activation, parameters: Mapping[str, sp.Rational] | None = None, variance: object = 1
) -> tuple[Theorem, ...]:
    """The theorem of that name, or all that hold for an activation, or one of that name, at q = `variance`.

    Raises `BadInput` for an unknown name or parameter, or a variance that is not a positive rational.

    >>> theorems_for("symmetry")[0].checked
    True
    """
    if isinstance(name, Activation):
        return tuple(for_activation(name, variance))
    if name in theorem_titles() and parameters:
        raise BadInput(f"the theorem '{name}' has no parameter {next(iter(parameters))!r}: leave it out")
    if name == "xavier":
        return tuple(_xavier())
    if name in _STANDING:
        return (_STANDING[name][1](),)
    if name not in names():
        raise unknown_name("theorem or activation", name, (*names(), *theorem_names()))
    return tuple(for_activation(activation(name, parameters), variance))


def for_activation(f: Activation, variance: object = 1) -> Iterator[Theorem]:
    """All that holds for an activation, in the order in which a reader wants it."""
    yield dense.forward()
    if f.degree_one is not None:
        yield from _homogeneous(f)
    else:
        yield dense_backward.backward()
        yield from _gaussian(f, variance)


def _homogeneous(f: Activation) -> Iterator[Theorem]:
    if half.needs_symmetry(f):
        yield symmetry.symmetry()
    yield half.forward_factor(f)
    yield he.forward_condition(f)
    yield deep.depth(f)
    yield dense_backward.backward()
    yield half.backward_factor(f)
    if not half.one_size_of_slope(
        f
    ):  # else one assumption of it could be dropped; the exact theorem says it all
        yield he.backward_condition(f)
    yield exact_backward.exact_backward(f)
    yield other_direction.gradient_under_fan_in(f)
    yield other_direction.signal_under_fan_out(f)
    yield finite_width.finite_width(f)


def _gaussian(f: Activation, variance: object) -> Iterator[Theorem]:
    """What can be stated of any activation, each where its numbers exist."""
    s = gaussian_setup.setup(f, variance)
    yield from _stated(gaussian.variance_map, s, isinstance(s.gains.forward, Number))
    yield from _stated(gaussian.backward_map, s, isinstance(s.gains.backward, Number))
    mean_zero = poincare.applies(s)
    yield from _stated(poincare.no_go, s, mean_zero)
    yield from _stated(gaussian.no_go, s, s.apart)
    yield from _stated(gaussian.pair, s, isinstance(s.gains.pair, Pair) or s.no_pair)


def _stated(
    make: Callable[[gaussian_setup.Setup], Theorem], s: gaussian_setup.Setup, exists: bool
) -> Iterator[Theorem]:
    """The theorem where it exists and needs each of its assumptions; a constant f needs no Gaussian law."""
    if exists:
        with suppress(gaussian_setup.NoOtherLawError):
            yield make(s)


def _xavier() -> Iterator[Theorem]:
    linear = activation("identity")
    yield he.forward_condition(linear)
    yield he.backward_condition(linear)
    yield xavier.conflict()
    yield xavier.compromise()
    yield xavier.other_compromises()
    yield other_direction.gradient_under_fan_in(linear)
    yield other_direction.signal_under_fan_out(linear)
