"""What the tests of the measuring room share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sympy as sp
from scipy.special import ndtri, stdtr

from derive.activation import Activation, X
from derive.catalogue import activation
from verify.claim import Claim
from verify.measure import Measurements, family, measure
from verify.problem import Problem, resolve
from verify.workers import one_thread_each

# How often a statistical test of this suite may fail on correct code, if its seed were drawn anew.
FALSE_ALARM = 1e-6


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Small products on several threads stall where a machine is busy."""
    with one_thread_each():
        yield


@pytest.fixture
def threshold() -> float:
    """|z| beyond this has probability FALSE_ALARM."""
    return float(-ndtri(FALSE_ALARM / 2))


@pytest.fixture
def false_alarm() -> float:
    """The probability by which a statistical test may fail on correct code."""
    return FALSE_ALARM


@pytest.fixture
def gelu() -> Activation:
    """An activation that is not in the catalogue, whose fixed point at its forward gain is unstable."""
    return Activation("gelu", X * (1 + sp.erf(X / sp.sqrt(2))) / 2, (), "Hendrycks and Gimpel 2016", None)


@pytest.fixture
def problem() -> Callable[..., Problem]:
    """A problem by activation name and fields of its claim."""

    def make(name: str, **fields: Any) -> Problem:
        return resolve(Claim(activation(name), **fields))

    return make


@pytest.fixture
def measured() -> Callable[[Problem, int], Measurements]:
    """Measurements of a number of networks of a problem."""
    return lambda problem, nets: measure(family(problem), problem, nets)


@pytest.fixture
def two_sided() -> Callable[[float, float, float], float]:
    """The p-value of a mean, its standard error and degrees of freedom against an expectation of 1."""

    def p_value(mean: float, error: float, freedom: float) -> float:
        return 2 * float(stdtr(freedom, -abs(mean - 1) / error)) if math.isfinite(error) else 0.0

    return p_value
