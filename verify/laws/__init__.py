"""The laws that weights are drawn from, each scaled to second moment 1."""

from __future__ import annotations

from verify.laws.index import PLANNED, law, names
from verify.laws.law import Law

__all__ = ["PLANNED", "Law", "law", "names"]
