"""Closed forms of Gaussian moments: one family of functions a file, tried in order."""

from derive.moments.closed.families import Form, RefusedError
from derive.moments.closed.search import closed_moment

__all__ = ["Form", "RefusedError", "closed_moment"]
