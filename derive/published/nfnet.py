"""The constants of normaliser-free networks: 1/sqrt(Var f(Z)), estimated from draws (Brock et al. 2021).

DeepMind's code and timm's share the digits. jax.nn.gelu is the tanh form unless told otherwise; torch's is
the exact one. log_softmax, which both list, is not elementwise and is left out.
"""

from __future__ import annotations

from derive.published.entry import Published, decimal

_GAMMA = {
    "identity": "1",
    "celu": "1.270926833152771",
    "elu": "1.2716004848480225",
    "leaky_relu": "1.70590341091156",
    "log_sigmoid": "1.9193484783172607",
    "relu": "1.7139588594436646",
    "relu6": "1.7131484746932983",
    "selu": "1.0008515119552612",
    "sigmoid": "4.803835391998291",
    "silu": "1.7881293296813965",
    "softsign": "2.338853120803833",
    "softplus": "1.9203323125839233",
    "tanh": "1.5939117670059204",
}
_GELU, _GLU = "1.7015043497085571", "1.8484294414520264"
_NFNET = ("NFNet", "nonlinearities", "deepmind-research, nfnets/base.py")
_TIMM = ("timm", "_nonlin_gamma", "timm 1.0.29.dev0, timm/models/nfnet.py")


def _rows(house: tuple[str, str, str], values: dict[str, str]) -> tuple[Published, ...]:
    framework, where, source = house
    return tuple(
        Published(framework, name, decimal(digits), "centred", where, source, "estimated from draws")
        for name, digits in values.items()
    )


PUBLISHED = (
    *_rows(_NFNET, _GAMMA | {"gelu_tanh": _GELU}),
    *_rows(_TIMM, _GAMMA | {"gelu": _GELU}),
    # A gated unit has mean 0, so that the gain about the mean is the forward one.
    Published("NFNet", "glu", decimal(_GLU), "forward", *_NFNET[1:], "estimated from draws"),
)
