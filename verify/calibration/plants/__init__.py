"""Planted wrong theories: each is one mistake, of known size where that can be worked out by hand."""

from __future__ import annotations

from verify.calibration.plants.harmless import harmless
from verify.calibration.plants.index import plants
from verify.calibration.plants.plant import Plant

__all__ = ["Plant", "harmless", "plants"]
