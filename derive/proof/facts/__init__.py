"""Facts: what a rule may ask for, what a theorem assumes, and what a finite world can be tested for.

A fact is a frozen dataclass with an English statement, the same in symbols, and `holds(world)`, which
decides it in a finite world by exact enumeration. Facts about a tensor of a deep network hold in every
layer when they are assumed; `at(layer)` speaks of one.
"""

from derive.proof.facts.base import About, Fact
from derive.proof.facts.independence import Independent, LayersIndependent, SlopeIndependent
from derive.proof.facts.laws import JointlySymmetric, KinkUnmet, NoAtom, Symmetric
from derive.proof.facts.moments import Diagonal, EqualSecondMoment, EqualVariance, Uncorrelated, ZeroMean

__all__ = [
    "About",
    "Diagonal",
    "EqualSecondMoment",
    "EqualVariance",
    "Fact",
    "Independent",
    "JointlySymmetric",
    "KinkUnmet",
    "LayersIndependent",
    "NoAtom",
    "SlopeIndependent",
    "Symmetric",
    "Uncorrelated",
    "ZeroMean",
]
