"""What the theorems of `derive.theorems` ask of the weights, and whether a law gives it.

A theorem's assumptions on the input, the output gradient or the activation are not about the law and are
left out here; so is that the weights are independent of the gradient above them, which the theorem
`exact_backward` does without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# What a theorem may ask of the law, and how its assumption says it.
STATEMENTS: Mapping[str, tuple[str, ...]] = {
    "mean zero": ("The weights have mean zero.",),
    "uncorrelated into a unit": (
        "The weights that meet in one unit are pairwise uncorrelated; they need not be independent.",
    ),
    "uncorrelated out of a unit": (
        "The weights that leave one unit are pairwise uncorrelated; they need not be independent.",
    ),
    "one variance": ("The weights share one variance.", "The weights of a layer share one variance."),
    "symmetric": (
        "The weights that meet in one unit have together the same law as their negatives.",
        "Each of the pre-activations has the same law as its negative.",
    ),
    "independent of the inputs": ("The weights are independent of the inputs.",),
    "independent layers": (
        "The weights of different layers and the inputs are drawn independently of each other.",
        "The weights of different layers and the inputs and the tangents are drawn independently of each other.",
    ),
    "no atom": ("None of the pre-activations is exactly zero with positive probability.",),
    "kink not met": (
        "Almost surely the pre-activations are zero only where the tangents at the pre-activations are zero too.",
    ),
    "Gaussian": (
        "Given the inputs, the weights and biases are independent Gaussians of mean zero with variances g^2/n and v.",
    ),
}

_DENSE = (("A1", "mean zero"), ("A2", "uncorrelated into a unit"), ("A3", "one variance"))
_DEEP = (
    ("A1", "symmetric"),
    ("A2", "uncorrelated into a unit"),
    ("A3", "one variance"),
    ("A4", "independent layers"),
)
_BACK = (("A1", "mean zero"), ("A2", "uncorrelated out of a unit"), ("A3", "one variance"))

# Per theorem the ids of its assumptions on the weights, for ReLU where they depend on the activation.
ASKED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "forward": (*_DENSE, ("A4", "independent of the inputs")),
    "backward": _BACK,
    "symmetry": (("A1", "symmetric"), ("A2", "independent of the inputs")),
    "forward_factor": (("A1", "symmetric"),),
    "backward_factor": (("A1", "symmetric"), ("A2", "no atom")),
    "forward_condition": (*_DENSE, ("A4", "independent of the inputs"), ("A5", "symmetric")),
    "backward_condition": (*_BACK, ("A7", "symmetric"), ("A8", "no atom")),
    "depth": _DEEP,
    "exact_backward": (*_DEEP, ("A5", "kink not met")),
    "variance_map": (("A1", "Gaussian"),),
    "backward_map": (("A1", "Gaussian"),),
    "pair": (("A1", "Gaussian"),),
}


@dataclass(frozen=True)
class Requirement:
    """One assumption of a theorem on the weights: whether the law gives it, and why or why not."""

    id: str
    fact: str
    met: bool
    why: str


@dataclass(frozen=True)
class Standing:
    """How a law stands to one theorem."""

    theorem: str
    requirements: tuple[Requirement, ...]

    @property
    def met(self) -> bool:
        """Whether the law gives all that the theorem asks of the weights."""
        return not self.failed

    @property
    def failed(self) -> tuple[Requirement, ...]:
        """What it does not give."""
        return tuple(requirement for requirement in self.requirements if not requirement.met)

    @property
    def why(self) -> str:
        """One line: all that is met, or the first assumption that fails and why.

        >>> Standing("symmetry", (Requirement("A1", "symmetric", False, "skewness 2"),)).why
        'fails A1 (symmetric): skewness 2'
        """
        if self.failed:
            first = self.failed[0]
            return f"fails {first.id} ({first.fact}): {first.why}"
        return "meets " + ", ".join(f"{r.id} ({r.fact})" for r in self.requirements)

    def to_json(self) -> dict[str, object]:
        """Plain data."""
        asked = [{"id": r.id, "asks": r.fact, "met": r.met, "why": r.why} for r in self.requirements]
        return {"theorem": self.theorem, "met": self.met, "why": self.why, "assumptions": asked}


def standings(facts: Mapping[str, tuple[bool, str]]) -> tuple[Standing, ...]:
    """How a law of these facts stands to every theorem that asks something of the weights."""
    return tuple(
        Standing(theorem, tuple(Requirement(id_, fact, *facts[fact]) for id_, fact in asked))
        for theorem, asked in ASKED.items()
    )
