"""torch code that sets the derived initialisation; it runs as it stands, and a test runs it."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

from derive.activation import Activation
from derive.gains import Gains, Pair
from derive.number import Number
from reports.render.text import spelled
from reports.torch_code import function_lines

WIDTHS = (256,) * 51  # where nothing else is said

_FANS = {
    "fan_in": "layer.in_features",
    "fan_out": "layer.out_features",
    "fan_avg": "(layer.in_features + layer.out_features) / 2",
}

_TEMPLATE = '''\
import math

import torch
from torch import nn

# {gain_note}
GAIN, BIAS_VARIANCE = {gain}, {bias_variance}
{definition}

@torch.no_grad()
def initialise(network: nn.Module) -> nn.Module:
    """Var[w] = GAIN**2 / {mode} and Var[b] = BIAS_VARIANCE in every linear layer."""
    for layer in network.modules():
        if isinstance(layer, nn.Linear):
            fan = {fan}
            nn.init.normal_(layer.weight, std=GAIN / math.sqrt(fan))
            if layer.bias is not None:
                nn.init.normal_(layer.bias, std=math.sqrt(BIAS_VARIANCE))
    return network


widths = {widths}
layers = [
    {module}
    for n_in, n_out in zip(widths, widths[1:])
]
network = initialise(nn.Sequential(*layers))
'''


_DEFINITION = '''

class Activation(nn.Module):
    """f(x) = {formula}"""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        {body}
'''


@dataclass(frozen=True)
class Initialisation:
    """What the snippet sets: the gain in full digits, where it comes from, the bias variance, the fan."""

    gain: str
    note: str
    bias_variance: str = "0.0"
    mode: str = "fan_in"


def best(gains: Gains, variance: object) -> Initialisation | None:
    """The pair that holds both directions where there is one, else the forward gain, else nothing."""
    if isinstance(gains.pair, Pair):
        note = f"Holds forward and backward at q = {variance}."
        return Initialisation(_digits(gains.pair.gain), note, _digits(gains.pair.bias_variance))
    if isinstance(gains.forward, Number):
        return Initialisation(_digits(gains.forward), f"Holds forward alone at q = {variance}.")
    return None


def _digits(number: Number) -> str:
    return repr(float(number))


def torch_snippet(activation: Activation, chosen: Initialisation, widths: tuple[int, ...]) -> str:
    """The code. An activation that torch lacks is written out, from its expression.

    Raises `BadInput` where the expression holds what torch has no function for.
    """
    return _TEMPLATE.format(
        gain=chosen.gain,
        gain_note=chosen.note,
        bias_variance=chosen.bias_variance,
        mode=chosen.mode,
        fan=_FANS[chosen.mode],
        widths=_shown(widths),
        definition="" if _has_module(activation) else _definition(activation),
        module=_block(activation),
    )


def _has_module(activation: Activation) -> bool:
    """Whether torch has a module that computes it."""
    return (activation.torch or "").startswith("torch.nn.") and "functional" not in (activation.torch or "")


def _definition(activation: Activation) -> str:
    """The module of a function that torch does not have."""
    body = f"\n{' ' * 8}".join(function_lines(activation))
    formula = f"\n{' ' * 4}".join(wrap(spelled(activation.numeric()), 80, break_long_words=False))
    return _DEFINITION.format(formula=formula, body=body)


def _block(activation: Activation) -> str:
    """One layer of the example network: the activation and the linear map."""
    module = (activation.torch or "").removeprefix("torch.") if _has_module(activation) else "Activation()"
    return f"nn.Sequential({module}, nn.Linear(n_in, n_out))"


def _shown(widths: tuple[int, ...]) -> str:
    """A list of widths, shortened where all are equal."""
    return f"[{widths[0]}] * {len(widths)}" if len(set(widths)) == 1 else str(list(widths))
