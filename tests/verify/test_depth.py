"""What depth does: trajectories against exact expectations, at any depth, and the words for it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from derive.activation import Activation
from derive.catalogue import activation
from verify.claim import Claim
from verify.depth import depth
from verify.measure import Measurements
from verify.prediction import prediction
from verify.problem import Problem, resolve
from verify.run import verify

Make = Callable[..., Problem]
Measure = Callable[[Problem, int], Measurements]


@pytest.mark.parametrize(
    "fields", [{}, {"gain": 1.2}, {"mode": "fan_avg"}, {"gain": 1.3, "bias_variance": 0.2}], ids=str
)
def test_mean_trajectories_of_relu_are_the_predicted_ones(
    problem: Make, measured: Measure, threshold: float, fields: dict[str, Any]
) -> None:
    """Exact in expectation at every width, q by linearity and the gradient by sign symmetry."""
    found = measured(problem("relu", widths=(24, 12, 20, 16, 24), **fields), 40000)
    for trajectory in (found.q, found.gradient):
        ratio = trajectory.ratio
        error = np.sqrt(ratio.variance / ratio.count)
        assert (np.abs(ratio.mean - 1) <= threshold * error + 1e-6).all()


def test_an_output_gradient_of_ones_breaks_the_composition(
    problem: Make, measured: Measure, threshold: float
) -> None:
    """By 1 + 1/pi across the last layer as it gets wide; exactly 1 + (1 - 1/n)/pi at n units.

    E |W^T d|^2 = s^2 E |d|^2 + sum over i != k of E[w_i . w_k d_i d_k], and rows are independent given x, with
    E[w_i d_i | x] = s x E[Z 1(Z > 0)]/|x|: n (n - 1) terms of s^2/(2 pi) beside s^2 n_in n/2.
    """
    case = problem("relu", widths=(12, 12), output_gradient="ones")
    found = measured(case, 200000)
    ratio = found.gradient.ratio.scaled(2 ** prediction(case).log_gradient[0])
    error = math.sqrt(ratio.variance[0] / ratio.count[0])
    assert 2 ** prediction(case).log_gradient[0] == pytest.approx(1 + (1 - 1 / 12) / math.pi)
    assert abs(ratio.mean[0] - (1 + (1 - 1 / 12) / math.pi)) < threshold * error
    assert ratio.mean[0] - 1 > threshold * error


def test_no_depth_leaves_the_range(problem: Make, measured: Measure) -> None:
    """1500 layers at gain 1 halve q 1500 times: 2^-1500 is out of float32's and float64's range alike."""
    case = problem("relu", widths=(32,) * 1501, gain=1.0)
    found = measured(case, 6)
    assert prediction(case).log_q[-1] == pytest.approx(-1500)
    last = found.q.first_nets[:, -1]
    assert np.isfinite(last).all()
    # The typical log2 of q drifts by log2(e) (-2.5/n) a layer, with standard deviation log2(e) sqrt(5/n).
    spread = math.sqrt(5 / 32 * 1500) / math.log(2)
    assert (np.abs(last + 1500 + 2.5 / 32 * 1500 / math.log(2)) < 6 * spread).all()
    assert not found.past_range.any()
    json.dumps(verify_json(case, found), allow_nan=False)


def verify_json(case: Problem, found: Measurements) -> Any:
    """The depth section as it is printed."""
    from verify.verdict import finite

    return finite(depth(case, found))


def test_the_words_tell_a_condition_from_its_stability(gelu: Activation) -> None:
    small: dict[str, Any] = {"widths": (32,) * 9, "margin": 0.05, "confidence": 0.9}
    unstable = verify(Claim(gelu, **small))
    assert unstable.verdict == "confirmed"
    assert unstable.stability["kind"] == "unstable"
    assert "unstable fixed point" in unstable.depth["statement"]
    assert "depth drives networks of finite width away" in unstable.depth["statement"]
    assert "stable fixed point" in verify(Claim(activation("tanh"), **small)).depth["statement"]
    assert "every q is held alike" in verify(Claim(activation("relu"), **small)).depth["statement"]
    wrong = verify(Claim(activation("relu"), gain=1.0, **small)).depth["statement"]
    assert "not a fixed point" in wrong
    assert "-50%" in wrong


def test_leaving_the_range_is_reported(problem: Make, measured: Measure) -> None:
    case = problem("prelu", widths=(16,) * 81, gain=8.0, bias_variance=0.5)
    found = depth(case, measured(case, 10))
    first = found["past_range"]["first_layer"]
    # q grows by 8^2 (1 + 1/16)/2 = 34 a layer, and 4^100 is the limit: layer 41 without spread.
    assert 34 <= first <= 48
    assert found["past_range"]["networks"] == 10
    assert "past the range" in found["statement"]


def test_ratios_and_quantiles(problem: Make, measured: Measure, threshold: float) -> None:
    case = resolve(Claim(activation("identity"), widths=(30, 20, 10), mode="fan_avg"))
    found = measured(case, 4000)
    report = depth(case, found)
    assert report["gradient_ratio"]["predicted"] == pytest.approx([2 * 20 / 50, 2 * 10 / 30])
    for name in ("mean", "standard_error"):
        assert len(report["gradient_ratio"][name]) == 2
    deviation = np.array(report["gradient_ratio"]["mean"]) - np.array(report["gradient_ratio"]["predicted"])
    assert (np.abs(deviation) < threshold * np.array(report["gradient_ratio"]["standard_error"])).all()
    for trajectory in (report["q"], report["gradient"]):
        low, median, high = (np.array(trajectory[f"log10_{name}"]) for name in ("low", "median", "high"))
        assert (low <= median).all()
        assert (median <= high).all()
        assert len(low) == 3
