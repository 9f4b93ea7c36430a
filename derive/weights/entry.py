"""One line of the catalogue of weight laws: its name, its parameters with their checks, and how it is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sympy as sp

from derive.decimals import rational
from derive.errors import BadInput
from derive.weights.law import WeightLaw

Values = Mapping[str, sp.Rational]


@dataclass(frozen=True)
class Parameter:
    """A parameter: its name, default, the values that make sense, and what is wrong with the others.

    `wrong(value)` is None, or says why the value cannot be and what to do instead.
    """

    name: str
    default: str
    wrong: Callable[[sp.Rational], str | None]
    whole: bool = False

    @property
    def symbol(self) -> sp.Symbol:
        """The symbol that stands for it in the formulas."""
        return sp.Symbol(self.name, positive=True, integer=self.whole or None)

    def value(self, given: object) -> sp.Rational:
        """The value that is given; raises `BadInput` where it is no rational or makes no sense.

        >>> Parameter("nu", "5", lambda nu: None if nu > 2 else "it must be above 2").value(1)
        Traceback (most recent call last):
        derive.errors.BadInput: the parameter nu is 1: it must be above 2
        """
        number = rational(given, f"the parameter {self.name}")
        wrong = self.wrong(number)
        if wrong is not None:
            raise BadInput(f"the parameter {self.name} is {number}: {wrong}")
        return number


@dataclass(frozen=True)
class Entry:
    """A name, how to build the law from the values of its parameters, and the parameters."""

    name: str
    build: Callable[[Values], WeightLaw]
    parameters: tuple[Parameter, ...] = ()

    def law(self, given: Mapping[str, object]) -> WeightLaw:
        """The law with the values given, defaults elsewhere; raises `BadInput` for a bad parameter."""
        known = [parameter.name for parameter in self.parameters]
        for name in given:
            if name not in known:
                listed = ", ".join(known) or "none"
                raise BadInput(
                    f"the law {self.name} has no parameter {name!r}: it has {listed}; leave it out"
                )
        return self.build({p.name: p.value(given.get(p.name, p.default)) for p in self.parameters})


def digits(value: sp.Expr) -> str:
    """A number as code: exact where it is whole, otherwise the nearest float64.

    >>> digits(sp.Integer(5)), digits(sp.Rational(1, 10)), digits(sp.sqrt(2))
    ('5', '0.1', '1.4142135623730951')
    """
    return str(value) if value.is_Integer else repr(float(value))


_WIDE = "it holds in the limit of wide layers only, by the central limit theorem"

# What independent entries of one symmetric law with a density and a finite variance give, and why.
USUAL: dict[str, tuple[bool, str]] = {
    "mean zero": (True, "the mean is 0"),
    "uncorrelated into a unit": (True, "the entries are independent"),
    "uncorrelated out of a unit": (True, "the entries are independent"),
    "one variance": (True, "the entries have one law"),
    "symmetric": (True, "the entries are independent, each with the law of its negative"),
    "independent of the inputs": (True, "a layer is drawn without regard to what enters it"),
    "independent layers": (True, "each layer is drawn anew"),
    "no atom": (True, "a pre-activation has a density wherever the layer's input is not zero"),
    "kink not met": (
        True,
        "if the input has a density: around almost every input z is linear in it, so it is 0 only where it "
        "does not depend on the input, and there the tangent is 0 too",
    ),
    "Gaussian": (False, f"the entries are not Gaussian: {_WIDE}"),
}
