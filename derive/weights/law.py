"""What a law of weights is to this package: its density or masses, its exact moments, and its spellings."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import sympy as sp

from derive.weights.meeting import Standing, standings
from derive.weights.moments import Mass, Moments, central

# A weight, and the numbers of units that it leads from and to.
WEIGHT = sp.Symbol("w", real=True)
N_IN, N_OUT = (sp.Symbol(name, integer=True, positive=True) for name in ("n_in", "n_out"))

Facts = dict[str, tuple[bool, str]]


@dataclass(frozen=True)
class Density:
    """A probability density in `WEIGHT`, zero outside low..high."""

    formula: sp.Expr
    low: sp.Expr
    high: sp.Expr


@dataclass(frozen=True)
class Spelling:
    """How frameworks write the law at variance g^2/fan (at its own variance where the law fixes that).

    In torch w is the weight, (n_out, n_in) or (n_out, n_in, k, k), and b the bias. Keras and JAX take kernels as
    (n_in, n_out) or (k, k, n_in, n_out); there the code is an initialiser, or the kernel itself where they have
    none, key being a JAX key. `mode` stands for the claim's fan mode. `notes` say where a framework's default
    is something else.
    """

    torch: str
    keras: str
    jax: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class WeightLaw:
    """A law of one layer's weights, in the parametrisation of its reference.

    `parameters` pairs each symbol with its value. `raw` are E w, E w^2, E w^3, E w^4 in those symbols and the
    widths `N_IN`, `N_OUT`. `density` or `masses` is the law of one weight, where it has one of that kind.
    `independent` says that the entries are independent and of one law; `free_scale` that the law is used at any
    variance g^2/fan, and otherwise its own variance is what is drawn, with a bias of variance `bias_variance`
    unless that is None.

    >>> from derive.weights import weight_law
    >>> law = weight_law("sparse", {"sparsity": "1/2"})
    >>> law.moments.variance
    1 - ceiling(n_out/2)/n_out
    >>> law.at(4, 6).kurtosis
    6
    """

    name: str
    title: str
    reference: str
    parameters: tuple[tuple[sp.Symbol, sp.Rational], ...]
    raw: tuple[sp.Expr, ...]
    spelling: Spelling
    facts: Facts = field(repr=False)
    density: Density | None = None
    masses: tuple[Mass, ...] = ()
    symmetric: bool = True
    continuous: bool = True
    gaussian: bool = False
    independent: bool = True
    free_scale: bool = True
    bias_variance: sp.Expr | None = None
    notes: tuple[str, ...] = ()

    @property
    def values(self) -> dict[sp.Symbol, sp.Rational]:
        """The value of each parameter symbol."""
        return dict(self.parameters)

    @cached_property
    def symbolic(self) -> Moments:
        """The moments of one weight, in the parameter symbols and the widths."""
        return central(self.raw)

    @cached_property
    def moments(self) -> Moments:
        """The moments with the parameters' values put in; the widths stay where the law depends on them."""
        return self.symbolic.at(self.values) if self.parameters else self.symbolic

    @property
    def mean(self) -> sp.Expr:
        """E w."""
        return self.moments.mean

    @property
    def variance(self) -> sp.Expr:
        """Var[w] of the law as it stands: what a standard deviation that is typed must be corrected by."""
        return self.moments.variance

    @property
    def skewness(self) -> sp.Expr:
        """E (w - mean)^3 / Var[w]^(3/2); nan where it does not exist."""
        return self.moments.skewness

    @property
    def kurtosis(self) -> sp.Expr:
        """E (w - mean)^4 / Var[w]^2; oo where the fourth moment is infinite."""
        return self.moments.kurtosis

    def at(self, n_in: int, n_out: int) -> Moments:
        """The moments in a layer of these widths."""
        return self.moments.at({N_IN: sp.Integer(n_in), N_OUT: sp.Integer(n_out)})

    @cached_property
    def meets(self) -> tuple[Standing, ...]:
        """How the law stands to every theorem that asks something of the weights.

        >>> from derive.weights import weight_law
        >>> {s.theorem: s.met for s in weight_law("exponential").meets}["forward_factor"]
        False
        """
        return standings(self.facts)

    def to_json(self) -> dict[str, object]:
        """Plain data, expressions as sympy writes them."""
        moments = {name: str(getattr(self, name)) for name in ("mean", "variance", "skewness", "kurtosis")}
        flags = {name: getattr(self, name) for name in ("symmetric", "continuous", "gaussian", "independent")}
        code = {name: getattr(self.spelling, name) for name in ("torch", "keras", "jax")}
        return {
            "name": self.name,
            "title": self.title,
            "reference": self.reference,
            "parameters": {str(symbol): str(value) for symbol, value in self.parameters},
            "moments": moments,
            **flags,
            "free_scale": self.free_scale,
            "bias_variance": None if self.bias_variance is None else str(self.bias_variance),
            "spelling": code | {"notes": list(self.spelling.notes)},
            "meets": [standing.to_json() for standing in self.meets],
            "notes": list(self.notes),
        }
