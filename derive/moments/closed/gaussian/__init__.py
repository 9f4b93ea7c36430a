"""Closed forms of the tilted Gaussian-Phi class."""

from derive.moments.closed.gaussian.family import form

__all__ = ["form"]
