"""What a finite width does, exact or certified: how increments spread, what depth makes of it, what one layer
does to the gradient, and what an output gradient that depends on the network does."""

from derive.finite_width.backward import backward_one_step
from derive.finite_width.collect import FiniteWidth, finite_width
from derive.finite_width.depth import first_order_variance, relative_variance
from derive.finite_width.drift import LogDrift, log_drift
from derive.finite_width.increments import haar_increment_variance, increment_excess, increment_variance
from derive.finite_width.output import CorrelatedOutput, correlated_output

__all__ = [
    "CorrelatedOutput",
    "FiniteWidth",
    "LogDrift",
    "backward_one_step",
    "correlated_output",
    "finite_width",
    "first_order_variance",
    "haar_increment_variance",
    "increment_excess",
    "increment_variance",
    "log_drift",
    "relative_variance",
]
