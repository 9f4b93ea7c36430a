"""torch: torch.nn.init.calculate_gain, and what torch.nn.Linear does by itself."""

from __future__ import annotations

import sympy as sp

from derive.published.entry import Published

_SOURCE = "torch 2.13, torch/nn/init.py"
_GAIN = "torch.nn.init.calculate_gain"

PUBLISHED = (
    Published("torch", "identity", lambda: sp.Integer(1), "forward", _GAIN, _SOURCE, "linear and conv"),
    Published(
        "torch",
        "sigmoid",
        lambda: sp.Integer(1),
        "forward",
        _GAIN,
        _SOURCE,
        "no origin is given",
    ),
    Published(
        "torch",
        "tanh",
        lambda: sp.Rational(5, 3),
        "forward",
        _GAIN,
        _SOURCE,
        "no origin is given",
    ),
    Published("torch", "relu", lambda: sp.sqrt(2), "forward", _GAIN, _SOURCE, "He et al. 2015"),
    Published(
        "torch",
        "leaky_relu",
        lambda a: sp.sqrt(2 / (1 + a**2)),
        "forward",
        _GAIN,
        _SOURCE,
        "He et al. 2015, section 2.2",
        takes_parameters=True,
    ),
    Published(
        "torch",
        "selu",
        lambda: sp.Rational(3, 4),
        "forward",
        _GAIN,
        _SOURCE,
        "'found empirically', to favour the gradient over normalisation",
    ),
    Published(
        "torch",
        None,
        lambda: 1 / sp.sqrt(3),
        "forward",
        "torch.nn.Linear.reset_parameters",
        "torch 2.13, torch/nn/modules/linear.py",
        "kaiming_uniform with a = sqrt(5), whatever the activation; biases of variance 1/(3 fan_in) besides",
    ),
)
