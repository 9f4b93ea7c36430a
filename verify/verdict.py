"""What a run found: data that prints as JSON, and that the report draws its figures from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from verify.statistics import Outcome

Json = dict[str, Any]


@dataclass(frozen=True)
class TestRow:
    """One test of (g/g*)^2 = 1: of a direction as a whole (`layer` None) or of one layer (counted from 1).

    `interval` holds at the confidence shared between the tests (see `verify.levels`), in a sequential run at
    all looks together. Against "the error of the gain is within the margin" a run of fixed size has a `p_value`,
    a sequential one an `e_value`; `adjusted_p_value` is Holm's over all layers, of min(1, 1/e) there. `factor` is
    the measured factor of the second moment per unit across the layer, `predicted_factor` the theory's:
    fan_in over the fan forward, fan_out over the fan backward; None for a direction as a whole.
    """

    __test__ = False

    name: str
    direction: str
    layer: int | None
    estimate: float
    standard_error: float
    degrees_of_freedom: float
    predicted: float
    interval: tuple[float, float]
    p_value: float | None
    adjusted_p_value: float | None
    verdict: Outcome
    networks: int
    factor: float | None = None
    factor_interval: tuple[float, float] | None = None
    predicted_factor: float | None = None
    e_value: float | None = None

    def to_json(self) -> Json:
        """Plain data, with the keys of the contract and some more."""
        plain: Json = finite(self.__dict__)
        return plain


_SENTENCES: dict[Outcome, str] = {
    "confirmed": "confirmed: the error of the gain is within the margin",
    "refuted": "refuted: the error of the gain is beyond the margin",
    "inconclusive": "inconclusive: the networks drawn do not decide",
}


@dataclass(frozen=True)
class Verdict:
    """The outcome of a run, with all that it rests on; every field but `verdict` is plain data.

    `reasons` says in words what decided; `more_replicates` how many more networks would, if inconclusive.
    `warnings` names what an assumption does not agree with. `finite_width` says which directions are exact at this
    width, and, as `note`, what that means for the verdict; `outcome` is the verdict in a sentence.
    """

    claim: Json
    verdict: Outcome
    reasons: tuple[str, ...]
    more_replicates: int | None
    tests: tuple[TestRow, ...]
    stability: Json
    depth: Json
    negative_control: Json
    power: Json
    provenance: Json
    warnings: tuple[str, ...] = ()
    finite_width: Json | None = None
    outcome: str = ""

    @property
    def sentence(self) -> str:
        """The outcome, by default the verdict in words."""
        note = (self.finite_width or {}).get("note")
        return self.outcome or note or _SENTENCES[self.verdict]

    @property
    def pooled(self) -> tuple[TestRow, ...]:
        """The tests of whole directions."""
        return tuple(row for row in self.tests if row.layer is None)

    def layers(self, direction: str) -> tuple[TestRow, ...]:
        """The layer tests of a direction, from the first layer to the last."""
        return tuple(row for row in self.tests if row.layer is not None and row.direction == direction)

    def to_json(self) -> Json:
        """The contract's object of `verify`, ready for json.dumps: no nan, no infinity."""
        plain: Json = finite(
            {
                "claim": self.claim,
                "verdict": self.verdict,
                "outcome": self.sentence,
                "reasons": list(self.reasons),
                "more_replicates": self.more_replicates,
                "warnings": list(self.warnings),
                "tests": [row.to_json() for row in self.tests],
                "stability": self.stability,
                "depth": self.depth,
                "finite_width": self.finite_width,
                "negative_control": self.negative_control,
                "power": self.power,
                "provenance": self.provenance,
            }
        )
        return plain


def finite(value: Any) -> Any:
    """A copy for JSON: tuples as lists, and numbers that are not finite as null.

    >>> finite({"a": (1.0, float("inf"))})
    {'a': [1.0, None]}
    """
    if isinstance(value, dict):
        return {key: finite(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
