"""The theorems by name: `theorem_names`, and `theorems_for` a theorem's name or an activation's."""

from derive.theorems.index import theorem_names, theorems_for

__all__ = ["theorem_names", "theorems_for"]
