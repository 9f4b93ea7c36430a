"""The gradient that enters a network at its output: a choice, so an assumption of every backward claim."""

from verify.output.kinds import ASSUMPTIONS, CLASSES, output_gradient

__all__ = ["ASSUMPTIONS", "CLASSES", "output_gradient"]
