"""Weight laws: what they are, their exact moments, how frameworks spell them, which theorems they meet."""

from __future__ import annotations

from derive.weights.law import Spelling, WeightLaw
from derive.weights.lookup import weight_law, weight_law_names
from derive.weights.meeting import Requirement, Standing

__all__ = ["Requirement", "Spelling", "Standing", "WeightLaw", "weight_law", "weight_law_names"]
