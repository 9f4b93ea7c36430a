"""The activations that have a name here: data, apart from the engine that works on them.

Each file holds the entries whose moments are found alike; `derive.catalogue.entry` says what an entry is.
"""

from __future__ import annotations

from derive.catalogue.lookup import activation, names

__all__ = ["activation", "names"]
