"""The theory: derivations, exact and certified Gaussian moments, gains, and the stability of fixed points.

The names below are loaded when they are first used, so that `import derive` is quick and loads neither
numpy nor torch.

>>> import derive
>>> derive.moment(derive.activation("relu"), "second", 1).exact
1/2
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derive.activation import Activation, X
    from derive.catalogue import names
    from derive.errors import BadInput
    from derive.finite_width import FiniteWidth, finite_width
    from derive.gains import Gains, Pair, gains
    from derive.inputs import activation
    from derive.moments import Moments, Q, moment, moments
    from derive.number import Missing, Number
    from derive.proof.statement import Theorem
    from derive.stability import Stability, kind, slope, stability
    from derive.theorems.index import theorem_names, theorems_for
    from derive.weights import WeightLaw, weight_law, weight_law_names

_HOME = {
    "Activation": "derive.activation",
    "BadInput": "derive.errors",
    "FiniteWidth": "derive.finite_width",
    "Gains": "derive.gains",
    "Missing": "derive.number",
    "Moments": "derive.moments",
    "Number": "derive.number",
    "Pair": "derive.gains",
    "Q": "derive.moments",
    "Stability": "derive.stability",
    "Theorem": "derive.proof.statement",
    "WeightLaw": "derive.weights",
    "X": "derive.activation",
    "activation": "derive.inputs",
    "finite_width": "derive.finite_width",
    "gains": "derive.gains",
    "kind": "derive.stability",
    "moment": "derive.moments",
    "moments": "derive.moments",
    "names": "derive.catalogue",
    "slope": "derive.stability",
    "stability": "derive.stability",
    "theorem_names": "derive.theorems.index",
    "theorems_for": "derive.theorems.index",
    "weight_law": "derive.weights",
    "weight_law_names": "derive.weights",
}

__all__ = [
    "Activation",
    "BadInput",
    "FiniteWidth",
    "Gains",
    "Missing",
    "Moments",
    "Number",
    "Pair",
    "Q",
    "Stability",
    "Theorem",
    "WeightLaw",
    "X",
    "activation",
    "finite_width",
    "gains",
    "kind",
    "moment",
    "moments",
    "names",
    "slope",
    "stability",
    "theorem_names",
    "theorems_for",
    "weight_law",
    "weight_law_names",
]


class _Face(ModuleType):
    """This package. A function such as `derive.gains` shares its name with the module it lives in; importing
    that module would bind the module here, so such a binding is passed over and the function stays."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> object:
        if name not in _HOME:
            raise AttributeError(f"module 'derive' has no attribute {name!r}")
        return getattr(import_module(_HOME[name]), name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *_HOME]


sys.modules[__name__].__class__ = _Face
