"""Powers of two taken out of a tensor, exactly, so that no depth runs out of the range of a float."""

from __future__ import annotations

import math

import torch
from torch import Tensor

# (signed integer of the same width, exponent bias, mantissa bits)
_LAYOUT = {torch.float32: (torch.int32, 127, 23), torch.float64: (torch.int64, 1023, 52)}


def power_of_two(exponent: Tensor, dtype: torch.dtype) -> Tensor:
    """2^exponent, written into the bits of the float: exact on every device, for normal results.

    >>> power_of_two(torch.tensor([-3, 10]), torch.float32)
    tensor([1.2500e-01, 1.0240e+03])
    """
    integer, bias, mantissa = _LAYOUT[dtype]
    bits = (exponent.to(torch.int64) + bias).clamp(1, 2 * bias) << mantissa
    return bits.to(integer).view(dtype)


def half_exponent(square: Tensor) -> Tensor:
    """The integer e for which square / 4^e lies in [1/4, 1); 0 where the square is 0 or not finite."""
    exponent = torch.frexp(square).exponent
    usable = square.isfinite() & (square > 0)
    return torch.where(usable, torch.div(exponent + 1, 2, rounding_mode="floor"), 0)


def split(scale: float) -> tuple[float, int]:
    """(mantissa, exponent) with scale = mantissa * 2^exponent and 1/2 <= mantissa < 1.

    >>> split(12.0)
    (0.75, 4)
    """
    return math.frexp(scale)


def rescaled(values: Tensor, square: Tensor) -> tuple[Tensor, Tensor]:
    """(values / 2^e, e), e from the mean square: values (nets, n, batch), square and e (nets, batch)."""
    exponent = half_exponent(square)
    return values * power_of_two(-exponent, values.dtype)[:, None, :], exponent
