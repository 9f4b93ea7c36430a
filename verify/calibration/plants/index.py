"""All planted wrong theories."""

from __future__ import annotations

from verify.calibration.plants.bonds import wrong_bonds
from verify.calibration.plants.functions import wrong_functions
from verify.calibration.plants.gains import wrong_gains
from verify.calibration.plants.laws import wrong_laws
from verify.calibration.plants.plant import Plant
from verify.calibration.plants.scales import wrong_scales


def plants() -> tuple[Plant, ...]:
    """The table, in the order of the page."""
    return (*wrong_gains(), *wrong_scales(), *wrong_functions(), *wrong_laws(), *wrong_bonds())
