"""Keras: variance-scaling initialisers, each for the activation that its paper is about."""

from __future__ import annotations

import sympy as sp

from derive.published.entry import Published

_SOURCE = "Keras 3.16, keras/src/initializers/random_initializers.py"

PUBLISHED = (
    Published(
        "Keras",
        "relu",
        lambda: sp.sqrt(2),
        "forward",
        "keras.initializers.HeNormal, HeUniform",
        _SOURCE,
        "scale 2, fan_in",
    ),
    Published(
        "Keras",
        "selu",
        lambda: sp.Integer(1),
        "forward",
        "keras.initializers.LecunNormal",
        "Keras 3.16, keras/src/activations/activations.py, selu",
        "scale 1, fan_in",
    ),
    Published(
        "Keras",
        None,
        lambda: sp.Integer(1),
        "compromise",
        "keras.layers.Dense, GlorotUniform",
        "Keras 3.16, keras/src/layers/core/dense.py",
        "scale 1, fan_avg, whatever the activation",
    ),
)
