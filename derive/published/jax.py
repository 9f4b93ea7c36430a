"""JAX and the libraries on it, flax and Haiku."""

from __future__ import annotations

import sympy as sp

from derive.published.entry import Published


def _truncated() -> sp.Expr:
    """The standard deviation of a standard normal variable cut off at -2 and 2."""
    return sp.sqrt(1 - 4 * sp.exp(-2) / (sp.sqrt(2 * sp.pi) * sp.erf(sp.sqrt(2))))


PUBLISHED = (
    Published(
        "JAX",
        "relu",
        lambda: sp.sqrt(2),
        "forward",
        "jax.nn.initializers.he_normal, he_uniform",
        "JAX 0.11.1, jax/_src/nn/initializers.py",
        "scale 2, fan_in",
    ),
    Published(
        "flax",
        None,
        lambda: sp.Integer(1),
        "forward",
        "flax.linen.Dense, lecun_normal",
        "flax 0.12.8, flax/linen/linear.py",
        "scale 1, fan_in, whatever the activation",
    ),
    Published(
        "Haiku",
        None,
        _truncated,
        "forward",
        "haiku.Linear, TruncatedNormal",
        "Haiku 0.0.17.dev, haiku/_src/basic.py",
        "1/sqrt(fan_in) before truncation at 2 standard deviations, which is not made up for",
    ),
)
