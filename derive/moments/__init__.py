"""Gaussian moments of an activation: exact where possible, certified always."""

from derive.moments.engine import moment
from derive.moments.kinds import Kind, Q

__all__ = ["Kind", "Q", "moment"]
