"""Property tests of this room draw the same examples on every run, and a slow machine fails none of them."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("derive", derandomize=True, deadline=None)
settings.load_profile("derive")
