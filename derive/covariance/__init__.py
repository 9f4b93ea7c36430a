"""The covariance map E[f(u) f(v)] of an activation: u, v ~ N(0, q) with a given correlation."""

from derive.covariance.closed import RHO
from derive.covariance.curve import covariance_curve
from derive.covariance.kernel import covariance

__all__ = ["RHO", "covariance", "covariance_curve"]
