"""The norms of both passes of a net of degree 1, exactly, as a Markov chain of a few numbers per layer.

f(z) = a z for z > 0 and b z for z <= 0; Gaussian weights of standard deviation s, no bias, one input, output
gradient N(0, I). Notation: r_l = |x_l|, g_l the gradient at x_l, n units.

Forward, given x_(l-1): z_l ~ N(0, s^2 r_(l-1)^2 I). K ~ Bin(n, 1/2) of its entries are positive, and given K the
squares on the two sides are independent: r_l^2 = s^2 r_(l-1)^2 F, F = C+ + C-, C+ = a^2 chi2_K, C- = b^2 chi2_(n-K).

Backward, write g_l = m (kappa x_l/r_l + P t), P the projector orthogonal to x_l: at the output m = 1 and kappa, t
are standard normal; below, m = s |delta_(l+1)| and t is fresh (`verify.samplers.conditional`). Let e+ and e- be
the unit vectors of x_l's parts of either sign, rho+- = sqrt(C+-/F). Then P t has the coordinates rho- omega along
e+ and -rho+ omega along e-, omega = rho- t+ - rho+ t- ~ N(0, 1), and beside them p+ = chi2_(K-1) and
p- = chi2_(n-K-1) of squared length. A side without units has no e: then omega = 0. Hence

    |P t|^2 = omega^2 + p+ + p-,   |delta_l|^2 = m^2 V,
    V = a^2 ((rho+ kappa + rho- omega)^2 + p+) + b^2 ((rho- kappa - rho+ omega)^2 + p-).

x.g is conserved (z f'(z) = f(z), and x_(l-1).W^T delta = z.delta), so kappa m r is:
kappa_(l-1)^2 = kappa_l^2 F_l/V_l, in which no scale is left. Its sign does not matter, as omega is symmetric.
All scales are kept as logarithms in float64. Once x_l = 0, the net is dead: f'(0) = 0 there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from verify.increments import Norms, Sample, increments
from verify.network import Family, Shard, stream
from verify.problem import Problem
from verify.samplers.sampler import Sampler


def chain(drawn: Family, problem: Problem) -> Sampler:
    """The sampler of the norms of nets of degree 1."""
    right, left = slopes(drawn)

    def draw(shard: Shard) -> Sample:
        layers = _layers(drawn, shard, right**2, left**2)
        return increments(drawn, problem, _norms(drawn, layers, _gradients(drawn, shard, layers)))

    return draw


def slopes(drawn: Family) -> tuple[float, float]:
    """f' on the right and on the left of 0, of what is drawn."""
    sides = torch.tensor([1.0, -1.0], dtype=torch.float64, device=drawn.device)
    right, left = drawn.functions.derivative(sides).tolist()
    return right, left


@dataclass(frozen=True)
class _Layers:
    """Both sides of all layers' units, each (layers, nets) float64; the squared slopes a^2 and b^2.

    live: K. above, below: C+ and C-. gain: F. omega, free_above, free_below: of the fresh gradient at x_l.
    living: whether x_l is not zero.
    """

    right: float
    left: float
    live: Tensor
    above: Tensor
    below: Tensor
    omega: Tensor
    free_above: Tensor
    free_below: Tensor

    @cached_property
    def gain(self) -> Tensor:
        return self.above + self.below

    @cached_property
    def living(self) -> Tensor:
        return (self.gain > 0).cumprod(dim=0).bool()


@dataclass(frozen=True)
class _Gradients:
    """log2 |g_l|^2 for l = 0 .. L, and |P t|^2 at x_0 .. x_(L-1): (layers + 1, nets) and (layers, nets)."""

    log: Tensor
    free: Tensor


def _layers(drawn: Family, shard: Shard, right: float, left: float) -> _Layers:
    ahead, back = (stream(drawn, shard, 0, way) for way in ("forward", "backward"))
    units = _column(drawn.widths[1:], drawn).expand(-1, shard.nets).contiguous()
    live = torch.binomial(units, torch.full_like(units, 0.5), generator=ahead)
    above, below = right * _chi2(live, ahead), left * _chi2(units - live, ahead)
    both = (live > 0) & (live < units)
    omega = torch.empty_like(units).normal_(generator=back) * both
    return _Layers(
        right,
        left,
        live,
        above,
        below,
        omega,
        _chi2((live - 1).clamp(min=0), back),
        _chi2((units - live - 1).clamp(min=0), back),
    )


def _gradients(drawn: Family, shard: Shard, layers: _Layers) -> _Gradients:
    """The gradients' norms, from the output down."""
    beside = layers.omega**2 + layers.free_above + layers.free_below
    first = torch.full_like(beside[:1], drawn.widths[0] - 1.0)
    bottom = _chi2(first, stream(drawn, shard, 0, "input"))
    top = torch.empty_like(first[0]).normal_(generator=stream(drawn, shard, 0, "output"))
    log_kappa, log_slope = _down(_Slope.of(layers), layers, top.square().log2())
    grown = torch.where(layers.living, log_slope, -math.inf) + 2 * _column(drawn.scales, drawn).log2()
    sizes = torch.cat([grown.flip(0).cumsum(dim=0).flip(0), torch.zeros_like(first)])
    fresh = torch.cat([bottom, beside])
    return _Gradients(sizes + (log_kappa.exp2() + fresh).log2(), fresh[:-1])


@dataclass(frozen=True)
class _Slope:
    """V = (ahead kappa + ahead_fresh)^2 + (behind kappa + behind_fresh)^2 + rest, each (layers, nets).

    Where a net is dead it says V = 1, so that what is not needed there stays a number.
    """

    ahead: Tensor
    ahead_fresh: Tensor
    behind: Tensor
    behind_fresh: Tensor
    rest: Tensor

    @classmethod
    def of(cls, layers: _Layers) -> _Slope:
        gain = torch.where(layers.living, layers.gain, 1.0)
        rho, other = ((side / gain).sqrt() * layers.living for side in (layers.above, layers.below))
        right, left = math.sqrt(layers.right), math.sqrt(layers.left)
        rest = layers.right * layers.free_above + layers.left * layers.free_below
        return cls(
            right * rho,
            right * other * layers.omega,
            left * other,
            -left * rho * layers.omega,
            torch.where(layers.living, rest, 1.0),
        )

    def log(self, index: int, log_kappa: Tensor) -> Tensor:
        """log2 V of a layer at log2 kappa^2."""
        kappa = (log_kappa / 2).exp2()
        ahead = torch.addcmul(self.ahead_fresh[index], self.ahead[index], kappa)
        behind = torch.addcmul(self.behind_fresh[index], self.behind[index], kappa)
        value = torch.addcmul(torch.addcmul(self.rest[index], ahead, ahead), behind, behind)
        if bool(value.min() > 0):
            return value.log2()
        # Only x's own direction is left, and kappa^2 below the range of float64.
        alone = (self.ahead[index].square() + self.behind[index].square()).log2() + log_kappa
        return torch.where(value > 0, value.log2(), alone)


def _down(slope: _Slope, layers: _Layers, log_kappa: Tensor) -> tuple[Tensor, Tensor]:
    """log2 kappa^2 at x_0 .. x_L and log2 V of all layers."""
    log_gain = torch.where(layers.living, layers.gain, 1.0).log2()
    kappas, slopes_found = [log_kappa], []
    for index in reversed(range(len(log_gain))):
        slopes_found.append(slope.log(index, kappas[-1]))
        kappas.append(kappas[-1] + log_gain[index] - slopes_found[-1])
    return torch.stack(kappas[::-1]), torch.stack(slopes_found[::-1])


def _norms(drawn: Family, layers: _Layers, gradients: _Gradients) -> Norms:
    """In units in which the pre-activations of a net that lives are N(0, 1)."""
    units, inputs = _column(drawn.widths[1:], drawn), _column(drawn.widths[:-1], drawn)
    scales = _column(drawn.scales, drawn)
    living = torch.cat([torch.ones_like(layers.living[:1]), layers.living[:-1]])
    start = torch.full_like(layers.gain[:1], math.log2(drawn.first_square))
    steps = layers.gain[:-1].log2() + 2 * scales[1:].log2()
    log_unit = torch.cat([start, start + steps.cumsum(dim=0)])
    defined = (inputs > 1) & gradients.log[:-1].isfinite()  # else no direction is free, or delta is zero
    norms = Norms(
        square=living / scales.square(),
        second=layers.gain / units * living,
        log_unit=torch.where(living, log_unit, 0.0),
        slope=(layers.right * layers.live + layers.left * (units - layers.live)) / units,
        free=torch.where(defined, gradients.free / (inputs - 1), math.nan),
        log_gradient=gradients.log - _column(drawn.widths, drawn).log2(),
    )
    return Norms(**{name: values[:, :, None] for name, values in vars(norms).items()})


def _chi2(freedom: Tensor, generator: torch.Generator) -> Tensor:
    """Chi-squared of so many degrees of freedom each, 0 for none."""
    drawn = 2 * torch._standard_gamma(freedom / 2, generator=generator)
    return torch.where(freedom > 0, drawn, 0.0)


def _column(values: object, drawn: Family) -> Tensor:
    """One number per layer, (layers, 1)."""
    return torch.tensor(values, dtype=torch.float64, device=drawn.device)[:, None]
