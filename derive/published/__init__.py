"""Constants that frameworks publish for activations, and how far each is from the truth.

Every constant was read in the source that it names, which is a release or a dated copy of its repository; what
could not be read there is not here.
"""

from __future__ import annotations

from derive.published.compare import Comparison, compare, published
from derive.published.entry import Published

__all__ = ["Comparison", "Published", "compare", "published"]
