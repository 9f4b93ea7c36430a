"""The predicted spread of q over networks: a Markov chain in one dimension, by quasi-Monte Carlo.

Given a layer's input, q_(l+1) = v + s^2 n E f(sqrt(q_l) Z)^2 A with A of mean 1, so q is a Markov chain. Many chains
are taken through the layers together; each layer sorts them and deals them equally likely values of A, low and high
ones evenly to low and high q (array-RQMC: L'Ecuyer, Lecot and Tuffin, Operations Research 56, 2008), so that
quantiles of thousands of chains are far sharper than those of as many independent ones. No network is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from verify.accumulate import Array
from verify.problem import Problem
from verify.spread.increments import increment_law
from verify.spread.power_normal import PowerNormal, log_values
from verify.spread.table import Table, table

QUANTILES = (0.05, 0.5, 0.95)
# Chains, and how many layers times chains at most: half as many chains for each doubling of the depth beyond.
_CHAINS = 2**11
_WORK = 2**20
_FEWEST = 2**8
_LN2 = float(np.log(2.0))
# A logarithm that has grown beyond this (f of higher degree: it doubles in every layer) is infinite.
_FAR = 1e15


@dataclass(frozen=True)
class Spread:
    """log2 of the quantiles of q_1 .. q_(L+1) over networks, (quantiles, L + 1), for one input.

    -inf is a dead network. `dead` is the part of the networks that are dead before each of these layers;
    `mean_log_q` the mean of log2 q over the living ones, and `last` their log2 q_L, equally likely values.
    """

    quantiles: tuple[float, ...]
    log_q: Array
    dead: Array
    mean_log_q: Array
    last: Array


@dataclass(frozen=True)
class _Layer:
    """From log q_l to log q_(l+1): log(s^2 n), log v (-inf for none), and the law of the increment."""

    log_scale: float
    log_bias: float
    law: PowerNormal
    dead: Array


def spread(problem: Problem, log_q: Array) -> Spread | None:
    """The predicted spread, `log_q` being log2 of the predicted q_1 .. q_(L+1); None where there is none to predict.

    That is where all units of a layer are one, so that no mean over units tames them, and where moments are infinite.

    >>> from derive.catalogue import activation
    >>> from verify.claim import Claim
    >>> from verify.problem import resolve
    >>> found = spread(resolve(Claim(activation("relu"), widths=(256,) * 51)), np.zeros(51))
    >>> (2 ** found.log_q[:, -1]).round(2)
    array([0.12, 0.61, 3.12])
    """
    if problem.claim.weights.shared:
        return None
    read = table(problem, log_q)
    if read is None:
        return None
    chains = max(_FEWEST, min(_CHAINS, 2 ** int(np.log2(_WORK / problem.claim.depth))))
    return _followed(problem, read, chains)


def _followed(problem: Problem, read: Table, chains: int) -> Spread:
    normal, deal = _normal_scores(chains), _reversed(chains)
    logs = np.full(chains, np.log(problem.variance))
    found, dead, means, last = [_quantiles(logs, 0.0)], [0.0], [float(logs[0])], logs
    for layer, shift in zip(_layers(problem, read), _shifts(chains), strict=False):
        last = logs
        logs, died = _stepped(layer, read, logs, normal[deal ^ shift])
        dead.append(dead[-1] + (1 - dead[-1]) * died)
        found.append(_quantiles(logs, dead[-1]))
        means.append(float(logs.mean()))
    quantiles = np.stack(found, axis=1) / _LN2
    return Spread(QUANTILES, quantiles, np.array(dead), np.array(means) / _LN2, last / _LN2)


def _layers(problem: Problem, read: Table) -> Iterator[_Layer]:
    """Each layer and the step to the next; the last to one more, square layer, as in `verify.prediction`."""
    widths, haar = problem.claim.widths, problem.claim.weights.haar
    alive = not any(problem.bias_variances) and not problem.bias_variance
    known: dict[tuple[int, int], tuple[PowerNormal, Array]] = {}
    for index, pair in enumerate(pairwise(widths)):
        if pair not in known:
            known[pair] = increment_law(read, *pair, haar, alive)
        inside = index + 1 < problem.claim.depth
        scale = problem.scales[index + 1] ** 2 * pair[1] if inside else problem.gain**2
        bias = problem.bias_variances[index + 1] if inside else problem.bias_variance
        yield _Layer(float(np.log(scale)), float(np.log(bias)) if bias else -np.inf, *known[pair])


def _stepped(layer: _Layer, read: Table, logs: Array, normal: Array) -> tuple[Array, float]:
    """log q of the next layer, sorted, from sorted log q, and the part of the networks that die here."""
    row, share = read.place(logs / _LN2)
    inside, law = np.clip(share, 0.0, 1.0), layer.law

    def read_off(column: Array, at: Array) -> Array:
        values: Array = column[row] + (column[row + 1] - column[row]) * at
        return values

    with np.errstate(invalid="ignore"):  # rows where every net dies hold infinities
        power, eta, shift = (read_off(column, inside) for column in (law.power, law.eta, law.shift))
        mean = read_off(read.log_second, share) + layer.log_scale
        after = np.logaddexp(layer.log_bias, mean + log_values(power, eta, shift, normal))
    # Where every net dies there is no law of the living: what has no value is dead.
    after = np.where(np.isnan(after), -_FAR, after)
    return np.sort(np.clip(after, -_FAR, _FAR)), float(read_off(layer.dead, inside).mean())


def _normal_scores(count: int) -> Array:
    """Normal quantiles at the middles of equally likely strata, scaled to variance 1."""
    scores: Array = ndtri((np.arange(count) + 0.5) / count)
    scores /= scores.std()
    return scores


def _reversed(count: int) -> NDArray[np.intp]:
    """0 .. count - 1 with their bits reversed: any stretch of places goes to all parts evenly."""
    places, found = np.arange(count), np.zeros(count, dtype=np.intp)
    bits = count.bit_length() - 1
    for bit in range(bits):
        found |= ((places >> bit) & 1) << (bits - 1 - bit)
    return found


def _shifts(count: int) -> Iterator[int]:
    """Which bits of the dealing to flip, for each layer: at random, and all others in the layer after, which takes out
    again what correlation with the place a dealing has. No network is drawn from this generator."""
    generator = np.random.default_rng(0)
    while True:
        shift = int(generator.integers(count))
        yield from (shift, count - 1 - shift)


def _quantiles(logs: Array, dead: float) -> Array:
    """Quantiles of all networks from sorted log q of the living ones."""
    places = (np.array(QUANTILES) - dead) / (1 - dead) if dead < 1 else np.full(len(QUANTILES), -1.0)
    found = np.quantile(logs, np.clip(places, 0, 1))
    found = np.where(np.abs(found) < _FAR, found, np.copysign(np.inf, found))
    return np.where(places > 0, found, -np.inf)
