"""The names of the moments and gains, with the convention that each follows: one wording for all outputs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quantity:
    """A number that is reported: its key in the JSON, how it is written, what it is."""

    key: str
    symbol: str
    meaning: str


MOMENTS = (
    Quantity("mean", "E f", "mean of the activations"),
    Quantity("second", "E f²", "second moment of the activations"),
    Quantity("derivative_second", "E f′²", "second moment of the derivative, f′ as backpropagation takes it"),
)

GAINS = (
    Quantity("forward", "√(q / E f²)", "holds the second moment of the pre-activations (He et al. 2015)"),
    Quantity("backward", "1 / √(E f′²)", "holds the second moment of the gradient (He et al. 2015)"),
    Quantity("centred", "√(q / Var f)", "holds the variance about the mean (Brock et al. 2021)"),
)

PAIR = (
    Quantity("gain", "1 / √(E f′²)", "with the bias variance below, holds both directions"),
    Quantity("bias_variance", "v = q − g² E f²", "variance of the biases that goes with it"),
)
