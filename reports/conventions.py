"""The names of the moments and gains, with the convention that each follows: one wording for all outputs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quantity:
    """A number that is reported: its key in the JSON, how it is written, what it is, who goes by it."""

    key: str
    symbol: str
    meaning: str
    users: str = ""

    @property
    def name(self) -> str:
        """The key in words."""
        return self.key.replace("_", "-" if self.key.startswith("self") else " ")


MOMENTS = (
    Quantity("mean", "E f", "mean of the activations"),
    Quantity("second", "E f²", "second moment of the activations"),
    Quantity("derivative_second", "E f′²", "second moment of the derivative, f′ as backpropagation takes it"),
)

GAINS = (
    Quantity(
        "forward",
        "√(q / E f²)",
        "holds the second moment of the pre-activations",
        "He et al. 2015; torch's kaiming with fan_in",
    ),
    Quantity(
        "backward",
        "1 / √(E f′²)",
        "holds the second moment of the gradient",
        "He et al. 2015; torch's kaiming with fan_out",
    ),
    Quantity(
        "centred",
        "√(q / Var f)",
        "holds the variance about the mean",
        "Brock et al. 2021; NFNets, timm, unit-scaling",
    ),
    Quantity(
        "compromise",
        "√(2 / (E f²/q + E f′²))",
        "misses both directions by the same share, one up and one down",
        "Glorot and Bengio 2010, their choice between two fans",
    ),
    Quantity(
        "geometric",
        "(E f²/q · E f′²)^(−1/4)",
        "the two factors of a layer multiply to 1",
        "the least sum of squared logarithms",
    ),
    Quantity("self_consistent", "s, E f(s Z)² = 1", "holds activations of second moment 1", "AnyInit"),
)

PAIR = (
    Quantity("gain", "1 / √(E f′²)", "with the bias variance below, holds both directions"),
    Quantity("bias_variance", "v = q − g² E f²", "variance of the biases that goes with it"),
)

GATED = (
    Quantity("mean", "E h", "mean of the products"),
    Quantity("second", "E h² = q E f²", "second moment of the products"),
    Quantity("backward_factor", "q E f′² + E f²", "factor of the squared gradient at gain 1, two paths"),
)

GATED_GAINS = (
    Quantity("forward", "1 / √(E f²)", "holds the second moment of the pre-activations"),
    Quantity("backward", "1 / √(q E f′² + E f²)", "holds the second moment of the gradient"),
)
