"""The law of one increment A at each row of a table, for a layer of given widths."""

from __future__ import annotations

import numpy as np

from verify.accumulate import Array
from verify.spread.power_normal import PowerNormal, power_normal
from verify.spread.table import Table

# An increment of less variance is a constant as far as a spread can show.
_LEAST = 1e-15


def increment_law(table: Table, n_in: int, n_out: int, haar: bool, alive: bool) -> tuple[PowerNormal, Array]:
    """log A given that not all units are zero, per row, and the probability that all are.

    With `alive` False no unit is taken to be exactly zero: with a bias a net lives on after such a layer.
    """
    variance, third = _cumulants(table, n_in, n_out, haar)
    dead = table.zero**n_out if alive else np.zeros_like(table.zero)
    # Raw moments 2 and 3 given that A > 0, over powers of the mean 1/(1 - dead) there.
    second, cube = (1 + variance) * (1 - dead), (1 + 3 * variance + third) * (1 - dead) ** 2
    spread = np.maximum(second - 1, _LEAST)
    law = power_normal(spread, cube - 3 * second + 2)
    with np.errstate(divide="ignore", invalid="ignore"):  # where every net dies there is no law of the living
        living = law.shift + np.log1p(-dead)
    return PowerNormal(law.power, law.eta, living), dead


def _cumulants(table: Table, n_in: int, n_out: int, haar: bool) -> tuple[Array, Array]:
    """Variance and third cumulant of A.

    Orthogonal weights fix the sum of z^2 over all m = max(n_in, n_out) directions, of which the layer sees n_out: what
    V has in U keeps the share (m - n_out)/m of its variance, and all variances are divided by 1 + 2/m (exact for f of
    degree 1); the third cumulant is taken in between, to leading order.
    """
    if not haar:
        return table.excess / n_out, table.third / n_out**2
    m = max(n_in, n_out)
    seen = (m - n_out) / m
    variance = (table.excess - 2 * table.part**2 * (1 - seen)) / n_out * (m / (m + 2))
    return np.maximum(variance, 0.0), (table.rest + seen * (table.third - table.rest)) / n_out**2
