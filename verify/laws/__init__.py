"""The laws that weights are drawn from, each scaled to second moment 1."""

from __future__ import annotations

from verify.laws.custom import custom_law
from verify.laws.index import law, names
from verify.laws.law import Law

__all__ = ["Law", "custom_law", "law", "names"]
