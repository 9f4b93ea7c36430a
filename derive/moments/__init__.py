"""Gaussian moments of an activation: exact where possible, certified always."""

from derive.moments.engine import Moments, moment, moments
from derive.moments.kinds import Kind, Q

__all__ = ["Kind", "Moments", "Q", "moment", "moments"]
