"""The theorems by name: `theorem_names`, and `theorems_for` a theorem's name or an activation's."""

from derive.theorems.index import for_activation, theorem_names, theorem_titles, theorems_for

__all__ = ["for_activation", "theorem_names", "theorem_titles", "theorems_for"]
