"""Values with an exponent beside them, and their sums of squares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from verify.exponents import power_of_two, rescaled

# A float32 sum of squares within these bounds has lost nothing to the ends of the range: what underflows in it is
# below 2^-126 n, a share of less than 2^-26 for 2^20 units.
LEAST, MOST = 2.0**-80, 2.0**120


@dataclass(frozen=True)
class Signal:
    """Values (nets, n, batch) times 2^exponent (nets, batch)."""

    values: Tensor
    exponent: Tensor

    @cached_property
    def square(self) -> Tensor:
        """The sum of squares of the values as they stand, (nets, batch) float64."""
        return square_sum(self.values)

    @property
    def log_square(self) -> Tensor:
        """log2 of the mean square over units, (nets, batch) float64; -inf where it is zero."""
        return (self.square / self.values.shape[1]).log2() + 2 * self.exponent


def with_square(values: Tensor, exponent: Tensor, square: Tensor) -> Signal:
    """A signal whose sum of squares is known."""
    signal = Signal(values, exponent)
    signal.__dict__["square"] = square  # where cached_property keeps it
    return signal


def taken_out(values: Tensor, exponent: Tensor, square: Tensor) -> Signal:
    """The signal with a power of two moved from its values into the exponent, so that their mean square is about 1.

    `square` is the sum of squares of the values.
    """
    small, extra = rescaled(values, square / values.shape[1])
    return with_square(small, exponent + extra, square * power_of_two(-2 * extra, torch.float64))


def square_sum(values: Tensor) -> Tensor:
    """Sum of squares over units in float64: (nets, n, batch) to (nets, batch).

    On a CPU float32 values are squared and summed in float32, where torch adds in blocks, so that the relative
    error is a few 2^-24, far below any margin; float64 is taken where the range of float32 would show.

    >>> square_sum(torch.tensor([[[3.0], [4.0]], [[2.0**70], [0.0]]])).log2().tolist()
    [[4.643856189774724], [140.0]]
    """
    if values.dtype == torch.float64 or values.device.type != "cpu":
        return values.double().square().sum(dim=1)
    quick = torch.mul(values, values).sum(dim=1).double()
    good = (quick > LEAST) & (quick < MOST)
    return quick if bool(good.all()) else torch.where(good, quick, values.double().square().sum(dim=1))


def square_mean(values: Tensor) -> Tensor:
    """Mean square over units in float64: (nets, n, batch) to (nets, batch)."""
    return square_sum(values) / values.shape[1]
