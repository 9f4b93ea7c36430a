"""The cases of the study: claims whose expectation is exact at their finite width, as data.

Exact are Gaussian weights with any f, in both directions, and every symmetric law with f of degree 1,
forward. A case is cheap, so that it can be run hundreds of times: a wide margin, or few layers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from derive import activation
from verify.claim import Claim

Widths = tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """A claim of the study: `name` is unique; `activation` a name of the catalogue or an expression.

    `parameters` are those of the activation; `fields` those of `Claim` that are not at their defaults.
    """

    name: str
    activation: str
    widths: Widths
    direction: str
    margin: float = 0.05
    parameters: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def claim(self) -> Claim:
        """The claim; seed and confidence are the study's to set."""
        return Claim(
            activation(self.activation, **self.parameters),
            widths=self.widths,
            direction=self.direction,
            margin=self.margin,
            device="cpu",
            **self.fields,
        )


def same(width: int, depth: int) -> Widths:
    """A net of one width.

    >>> same(2, 3)
    (2, 2, 2, 2)
    """
    return (width,) * (depth + 1)


def row(function: str, widths: Widths, direction: str, margin: float = 0.05, /, **fields: Any) -> Case:
    """A row of a table, named by what is in it."""
    depth = len(widths) - 1
    shape = f"{widths[0]} x {depth}" if len(set(widths)) == 1 else "-".join(map(str, widths))
    parameters = fields.pop("parameters", {})
    words = [f"{key.replace('_', ' ')} {value}" for key, value in {**parameters, **fields}.items()]
    name = ", ".join([function, shape, direction, *words])
    return Case(name, function, widths, direction, margin, parameters, fields)


def cases() -> tuple[Case, ...]:
    """All cases, about forty.

    >>> len({case.name for case in cases()}) == len(cases()) >= 40
    True
    """
    return (*_GAUSSIAN, *_OTHER_LAWS)


_GAUSSIAN = (
    # one input, float32, no bias: widths and depths
    row("relu", same(16, 6), "both"),
    row("relu", same(64, 4), "both"),
    row("relu", same(4, 3), "both"),
    row("relu", same(128, 20), "both", 0.03),
    row("relu", same(512, 3), "forward", 0.02),
    row("relu", same(8, 100), "both"),
    row("relu", same(256, 50), "both", 0.02),
    row("relu", same(512, 100), "both"),
    row("tanh", same(256, 20), "forward", 0.02),
    row("relu", (24, 12, 40, 8, 16), "both"),
    row("identity", same(2, 8), "both"),
    row("identity", same(32, 1), "both"),
    row("prelu", same(2, 50), "forward"),
    row("prelu", same(8, 10), "both", dtype="float64"),
    row("prelu", same(16, 100), "both", 0.02),
    row("abs", same(10, 10), "both"),
    row("tanh", same(16, 6), "forward"),
    row("tanh", same(4, 10), "both", 0.04),
    row("tanh", same(64, 8), "both", 0.02),
    row("gelu", same(16, 10), "forward"),
    row("gelu", same(48, 6), "both"),
    row("silu", same(32, 6), "forward"),
    row("silu", same(24, 4), "backward"),
    row("selu", same(16, 20), "forward", 0.03),
    row("selu", same(32, 5), "both"),
    row("sin", same(12, 8), "both", 0.03),
    row("mish", same(32, 4), "forward"),
    row("elu", same(20, 4), "both"),
    row("x*tanh(exp(x/2))", same(32, 5), "forward"),
    row("x*exp(-x**2/4) + x/2", same(16, 6), "both"),
    # several inputs, other fans, other q, biases, output gradients
    row("relu", same(16, 6), "both", batch=4),
    row("tanh", same(16, 5), "both", batch=3),
    row("relu", (32, 16, 48, 24), "both", mode="fan_out"),
    row("identity", (20, 40, 10), "both", mode="fan_avg"),
    row("tanh", same(24, 5), "both", variance="1/2"),
    row("gelu", same(24, 4), "forward", variance="4", dtype="float64"),
    row("relu", same(16, 6), "forward", bias_variance=0.25),
    row("relu", same(24, 6), "both", output_gradient="ones"),
    row("relu", same(24, 6), "both", output_gradient="loss"),
    row("relu", same(16, 6), "both", sampler="dense"),
    row("tanh", same(16, 4), "both", sampler="dense", dtype="float64"),
    row("gelu", same(12, 4), "backward", sampler="dense", batch=2),
)

_OTHER_LAWS = (
    row("relu", same(16, 6), "forward", law="uniform"),
    row("prelu", same(8, 20), "forward", law="uniform"),
    row("identity", same(32, 4), "forward", law="uniform", batch=2),
    row("relu", same(24, 6), "forward", law="rademacher"),
    row("prelu", same(32, 5), "forward", law="truncated_normal"),
    row("relu", same(32, 5), "forward", law="sparse"),
    row("abs", same(64, 4), "forward", law="student_t"),
    row("relu", same(24, 6), "forward", law="orthogonal"),
)
