"""Right claims, drawn with a law of the wrong scale or shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import e, erf, exp, pi, sqrt
from typing import TYPE_CHECKING, Any

import torch

from verify.calibration.cases import same
from verify.calibration.plants.harmless import rows_of_a_kind
from verify.calibration.plants.plant import Plant, Wrong, planted

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from verify.network import Family

    Fill = Callable[[Tensor, Generator], Tensor]

_CUT = 2.0
# Var of N(0, 1) given |Z| < 2: 1 - 2 c phi(c) / (2 Phi(c) - 1).
_CUT_VARIANCE = 1 - 2 * _CUT * exp(-_CUT * _CUT / 2) / sqrt(2 * pi) / erf(_CUT / sqrt(2))


def wrong_laws() -> tuple[Plant, ...]:
    """All of them."""
    return (*_scales(), *_shapes(), *_matrices())


def _drawn(fill: Fill, /, **facts: Any) -> Wrong:
    """Networks whose weights are filled otherwise."""

    def wrong(family: Family) -> Family:
        law = replace(family.law, draw=fill, gaussian=False, haar=False, **facts)
        return replace(family, law=law)

    return wrong


def _law(mistake: str, fill: Fill, size: float, function: str = "prelu", margin: float = 0.02) -> Plant:
    """Independent symmetric weights whose second moment is `size` where 1 is stated."""
    return planted(
        mistake, function, same(16, 6), margin, _drawn(fill), forward=size, backward=size, sampler="dense"
    )


def _scales() -> tuple[Plant, ...]:
    """A law without its correction."""
    return (
        _law("a uniform law within 1/sqrt(n) in place of sqrt(3/n)", _uniform(1.0), 1 / 3),
        _law("torch's default, uniform within 1/sqrt(n), with ReLU", _uniform(1 / sqrt(2)), 1 / 6, "relu"),
        _law("a normal law cut at 2 without its correction", _cut, _CUT_VARIANCE),
        _law("Student's t of 5 without sqrt((nu - 2)/nu)", _student, 5 / 3, margin=0.05),
        _law("half of the weights zero, without 1/(1 - p)", _sparse(1 / 2, 1.0), 1 / 2),
        _law("dropped weights scaled by 1/(1 - p), p = 1/5", _sparse(1 / 5, 5 / 4), 5 / 4),
        _law("weights made binary at E|w|, sign(w) sqrt(2/pi)", _signs, 2 / pi),
    )


def _uniform(bound: float) -> Fill:
    return lambda weights, generator: weights.uniform_(-bound, bound, generator=generator)


def _cut(weights: Tensor, generator: Generator) -> Tensor:
    """N(0, 1) given |Z| < 2, by inverting its distribution function."""
    edge = erf(_CUT / sqrt(2))
    return weights.uniform_(-edge, edge, generator=generator).erfinv_().mul_(sqrt(2))


def _student(weights: Tensor, generator: Generator) -> Tensor:
    """Student's t with 5 degrees of freedom: Z / sqrt(chi2_5 / 5), chi2 from five normals."""
    chi2 = torch.zeros_like(weights)
    for _ in range(5):
        chi2 += torch.empty_like(weights).normal_(generator=generator).square_()
    return weights.normal_(generator=generator).div_((chi2 / 5).sqrt_())


def _sparse(zero: float, factor: float) -> Fill:
    def fill(weights: Tensor, generator: Generator) -> Tensor:
        kept = torch.empty_like(weights).uniform_(generator=generator) >= zero
        return weights.normal_(generator=generator).mul_(kept).mul_(factor)

    return fill


def _signs(weights: Tensor, generator: Generator) -> Tensor:
    return weights.normal_(generator=generator).sign_().mul_(sqrt(2 / pi))


def _shapes() -> tuple[Plant, ...]:
    """Weights that are not symmetric, or not of mean zero."""
    return (
        # Behind one unit that is on, z = w x: E z^2 1(z > 0) is E w^2 1(w > 0) = 2/e for w = Exp(1) - 1.
        planted(
            "ReLU's half under skewed weights, Exp(1) - 1",
            "relu",
            (16, 1, 16),
            0.05,
            _drawn(_exponential),
            forward=(1.0, 4 / e),
            sampler="dense",
        ),
        planted(
            "a uniform law on (0, 2b) in place of (-b, b)",
            "identity",
            same(16, 4),
            0.05,
            _drawn(lambda weights, generator: weights.uniform_(0, 2 * sqrt(3), generator=generator)),
            forward=(4.0, None, None, None),
            sampler="dense",
        ),
        # Every unit of a layer is the same, so from the second layer on (sum x)^2 = n |x|^2.
        planted(
            "constant weights",
            "identity",
            same(8, 4),
            0.05,
            _drawn(lambda weights, generator: weights.fill_(1.0), iid=False),
            forward=(1.0, 8.0, 8.0, 8.0),
            sampler="dense",
        ),
        planted(
            "rows made to sum to zero, without n/(n - 1)",
            "identity",
            same(16, 4),
            0.01,
            _drawn(_centred, iid=False),
            forward=(15 / 16,) * 4,
            sampler="dense",
        ),
    )


def _exponential(weights: Tensor, generator: Generator) -> Tensor:
    return weights.exponential_(generator=generator).sub_(1)


def _centred(weights: Tensor, generator: Generator) -> Tensor:
    weights.normal_(generator=generator)
    return weights.sub_(weights.mean(dim=-1, keepdim=True))


def _matrices() -> tuple[Plant, ...]:
    """Matrices whose entries are not independent."""
    return (
        planted(
            "an orthogonal matrix's gain misread: 1/max(fan) for 1/fan_in",
            "identity",
            (8, 32, 8, 32),
            0.05,
            _drawn(_orthogonal, iid=False),
            forward=(8 / 32, 1.0, 8 / 32),
            sampler="dense",
        ),
        planted(
            "4 groups, the fan counted without them",
            "identity",
            same(16, 4),
            0.05,
            _drawn(_grouped, iid=False),
            forward=1 / 4,
            backward=1 / 4,
            sampler="dense",
        ),
        # Given the two inputs r of a unit, Var z = |r|^2 + rho 2 r_1 r_2; over those not both zero the mean of
        # 2 r_1 r_2 / |r|^2 is 2/(3 pi).
        planted(
            "weights of a row correlated by 1/2",
            "relu",
            (16, 2, 16),
            0.02,
            _drawn(_correlated_in_rows, iid=False),
            forward=(1.0, 1 + 1 / (3 * pi)),
            sampler="dense",
        ),
        # W^T 1 has variance n (1 + (n - 1) rho): a gradient of ones adds the rows up.
        planted(
            "rows correlated by 1/10, under an output gradient of ones",
            "identity",
            same(16, 3),
            0.05,
            _drawn(rows_of_a_kind, iid=False),
            forward=1.0,
            backward=(1.0, 1.0, 1 + 15 / 10),
            sampler="dense",
            output_gradient="ones",
        ),
    )


def _orthogonal(weights: Tensor, generator: Generator) -> Tensor:
    """sqrt(n_in) times orthonormal rows or columns, as torch's orthogonal_ has them."""
    rows, columns = weights.shape[-2:]
    tall = torch.empty(*weights.shape[:-2], max(rows, columns), min(rows, columns), dtype=weights.dtype)
    q, r = torch.linalg.qr(tall.normal_(generator=generator))
    q = q * r.diagonal(dim1=-2, dim2=-1).sign()[..., None, :]
    return weights.copy_(q if rows >= columns else q.transpose(-1, -2)).mul_(sqrt(columns))


def _grouped(weights: Tensor, generator: Generator) -> Tensor:
    rows, columns = weights.shape[-2:]
    same_group = torch.arange(rows)[:, None] // (rows // 4) == torch.arange(columns) // (columns // 4)
    return weights.normal_(generator=generator).mul_(same_group)


def _correlated_in_rows(weights: Tensor, generator: Generator) -> Tensor:
    common = torch.empty_like(weights[..., :1]).normal_(generator=generator)
    return weights.normal_(generator=generator).add_(common).div_(sqrt(2))
