"""AnyInit: a table of both the forward gain at q = 1 and the scale at which E f^2 = 1."""

from __future__ import annotations

from derive.published.entry import Published, decimal

_SOURCE = "AnyInit 0.4, docs/reference.md"

_FORWARD = {
    "relu": "1.4142136",
    "relu_squared": "0.8164966",
    "gelu": "1.5335304",
    "silu": "1.6765325",
    "elu": "1.2451983",
    "selu": "1.0000000",
    "mish": "1.4868476",
    "softplus": "1.0418668",
    "tanh": "1.5925374",
    "sigmoid": "1.8462285",
}
_SELF_CONSISTENT = {
    "relu": "1.4142",
    "relu_squared": "0.9036",
    "gelu": "1.4680",
    "silu": "1.5588",
    "elu": "1.2780",
    "selu": "1.0000",
    "mish": "1.4515",
    "softplus": "1.0831",
}

PUBLISHED = (
    *(
        Published("AnyInit", name, decimal(digits), "forward", "gain", _SOURCE, "to 7 decimals")
        for name, digits in _FORWARD.items()
    ),
    *(
        Published("AnyInit", name, decimal(digits), "self_consistent", "sigma*", _SOURCE, "to 4 decimals")
        for name, digits in _SELF_CONSISTENT.items()
    ),
)
