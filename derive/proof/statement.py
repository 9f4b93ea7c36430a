"""What a proof is made of: steps with their checks, assumptions with their countermodels, theorems.

Plain data. The steps are produced by `derive.proof.derivation`, the checks by `derive.proof.check`,
the countermodels by `derive.proof.necessity`; `reports` prints them. Every mathematical field is a
sympy expression over the heads of `derive.proof.terms`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sympy as sp

Json = dict[str, Any]


@dataclass(frozen=True)
class Check:
    """The independent check of one step: its kind, whether it passed, and on how many instances."""

    passed: bool
    kind: str  # "finite models" | "enclosure" | "algebra"
    models: int
    detail: str

    def to_json(self) -> Json:
        """The contract's object for a check."""
        return {"passed": self.passed, "kind": self.kind, "models": self.models, "detail": self.detail}


@dataclass(frozen=True)
class Step:
    """One line of a proof: `before relation after`, by `rule`, from `facts` and earlier lines."""

    number: int
    before: sp.Basic
    after: sp.Basic
    relation: str  # "=" for expressions; "=>" or "<=>" for statements
    rule: str
    justification: str
    facts: tuple[str, ...]  # ids of assumptions, e.g. ("A1", "A3")
    lines: tuple[int, ...]  # numbers of earlier steps that it uses
    check: Check

    def to_json(self) -> Json:
        """The contract's object for a step, with `relation` and `lines` added."""
        return {
            "number": self.number,
            "before": str(self.before),
            "after": str(self.after),
            "relation": self.relation,
            "rule": self.rule,
            "justification": self.justification,
            "facts": list(self.facts),
            "lines": list(self.lines),
            "check": self.check.to_json(),
        }


@dataclass(frozen=True)
class Countermodel:
    """A world where every other assumption holds and the conclusion fails, with both of its sides there."""

    kind: str  # "finite world" | "named law"
    description: str  # one English sentence naming the world
    left: sp.Expr  # the conclusion's left side there, exact
    right: sp.Expr  # the conclusion's right side there, exact
    sizes: dict[str, int] = field(default_factory=dict)
    outcomes: tuple[
        Json, ...
    ] = ()  # {"probability": "1/2", "values": {"w[1, 1]": "1", ...}}, finite worlds only

    def to_json(self) -> Json:
        """The contract's object for a countermodel."""
        return {
            "kind": self.kind,
            "description": self.description,
            "left": str(self.left),
            "right": str(self.right),
            "sizes": self.sizes,
            "outcomes": list(self.outcomes),
        }


@dataclass(frozen=True)
class Assumption:
    """One assumption of a theorem: an English statement, the same in symbols, and why it cannot be dropped."""

    id: str  # "A1", "A2", ...
    name: str  # the field's short name, e.g. "zero mean"
    statement: str
    formula: sp.Basic | None
    countermodel: Countermodel
    steps: tuple[int, ...]  # the steps that use it

    def to_json(self) -> Json:
        """The contract's object for an assumption."""
        return {
            "id": self.id,
            "name": self.name,
            "statement": self.statement,
            "formula": None if self.formula is None else str(self.formula),
            "countermodel": self.countermodel.to_json(),
            "steps": list(self.steps),
        }


@dataclass(frozen=True)
class Setting:
    """One line of a theorem's setting: regularity, definitions and sizes; not an assumption."""

    statement: str
    formula: sp.Basic | None = None


@dataclass(frozen=True)
class Theorem:
    """A derived result: setting, minimal assumptions, checked steps, conclusion, remarks."""

    name: str  # as typed on the command line
    title: str
    summary: str  # one or two plain sentences: what it says and why it matters
    setting: tuple[Setting, ...]
    assumptions: tuple[Assumption, ...]
    steps: tuple[Step, ...]
    conclusion: sp.Basic
    remarks: tuple[str, ...] = ()
    condition: sp.Basic | None = (
        None  # the solved condition, e.g. Eq(Var(w), 2/n), where the theorem gives one
    )

    @property
    def checked(self) -> bool:
        """True when the independent check of every step passed."""
        return all(step.check.passed for step in self.steps)

    def to_json(self) -> Json:
        """The contract's object for a theorem."""
        return {
            "name": self.name,
            "title": self.title,
            "summary": self.summary,
            "setting": [s.statement for s in self.setting],
            "assumptions": [a.to_json() for a in self.assumptions],
            "steps": [s.to_json() for s in self.steps],
            "conclusion": str(self.conclusion),
            "condition": None if self.condition is None else str(self.condition),
            "remarks": list(self.remarks),
        }
