"""Every activation of the catalogue that torch has, against torch itself: value, derivative, kinks and tails."""

from __future__ import annotations

import math

import pytest
import torch

from derive.activation import Activation
from derive.catalogue import activation, names
from derive.gated import gated
from derive.published import published
from verify.callables import counterpart, elementwise, sampled
from verify.functions import functions

IN_TORCH = [name for name in names() if activation(name).torch is not None]
EPS = torch.finfo(torch.float64).eps
# The kinks of the catalogue are among these points, which are dyadic and so exact.
GRID = torch.linspace(-8, 8, 1025, dtype=torch.float64)
TAILS = torch.tensor([-1e4, -745.0, -100.0, -37.5, -20.25, 20.25, 37.5, 100.0, 745.0, 1e4]).double()
# torch's Softplus takes x for log(1 + exp(x)) beyond 20, which is off by less than exp(-20), as is its slope;
# the slope 1/6 of its Hardsigmoid is a float32.
COARSE = {"softplus": math.exp(-20), "hardsigmoid": torch.finfo(torch.float32).eps / 6}
# Where `Activation.derivative`, by its rule (the flat side, otherwise the left), has another value than torch.
KINKS = {
    "abs": {0.0},  # torch: 0, neither slope
    "hardswish": {3.0},  # torch: 1, the right slope
}


def pair(name: str, points: torch.Tensor) -> tuple[tuple[torch.Tensor, ...], tuple[torch.Tensor, ...]]:
    """Value and derivative by our own functions, and by torch's."""
    chosen = activation(name)
    module = counterpart(chosen)
    assert module is not None
    ours = functions(chosen)
    theirs = sampled(module, points)
    assert theirs.slope is not None
    return (ours.value(points), ours.derivative(points)), (theirs.value, theirs.slope)


def assert_close(name: str, points: torch.Tensor, ours: torch.Tensor, theirs: torch.Tensor) -> None:
    """Both sides are short sums and products of terms no larger than 1 + |x| or the result, each right to one
    rounding, 16 at most in all; infinities must be the same."""
    allowed = 16 * EPS * (1 + points.abs() + theirs.abs()) + COARSE.get(name, 0.0)
    close = ((ours - theirs).abs() <= allowed) | (ours == theirs)
    assert bool(close.all()), (name, points[~close], ours[~close], theirs[~close])


def test_torch_has_all_of_its_own_elementwise_activations_here() -> None:
    """The modules of torch.nn.modules.activation that are not attention, softmax or gated are all in the catalogue."""
    here = {type(counterpart(activation(name))) for name in IN_TORCH}
    others = {"GLU", "MultiheadAttention", "Softmin", "Softmax", "Softmax2d", "LogSoftmax"}
    theirs = set(torch.nn.modules.activation.__all__) - others
    assert {getattr(torch.nn, name) for name in theirs} <= here


@pytest.mark.parametrize("name", IN_TORCH)
def test_values_and_slopes_are_those_of_torch(name: str) -> None:
    points = GRID[[float(point) not in KINKS.get(name, ()) for point in GRID]]
    ours, theirs = pair(name, points)
    for one, other in zip(ours, theirs, strict=True):
        assert_close(name, points, one, other)


@pytest.mark.parametrize("name", IN_TORCH)
def test_tails_are_those_of_torch(name: str) -> None:
    ours, theirs = pair(name, TAILS)
    for one, other in zip(ours, theirs, strict=True):
        assert not bool(one.isnan().any())
        assert_close(name, TAILS, one, other)


@pytest.mark.parametrize("name", KINKS)
def test_the_exceptions_at_kinks_are_real(name: str) -> None:
    points = torch.tensor(sorted(KINKS[name]), dtype=torch.float64)
    (_, ours), (_, theirs) = pair(name, points)
    assert bool((ours != theirs).all())


OTHER_VALUES: list[tuple[str, dict[str, object]]] = [
    ("leaky_relu", {"a": "-1/2"}),
    ("prelu", {"a": "3/4"}),
    ("rrelu", {"a": "1/4", "b": "3/4"}),
    ("hardtanh", {"a": "-1/2", "b": 3}),
    ("hardshrink", {"c": 2}),
    ("softshrink", {"c": 2}),
    ("threshold", {"t": -1, "c": 5}),
    ("elu", {"a": "5/2"}),
    ("celu", {"a": "1/2"}),
    ("softplus", {"b": "1/4"}),
]


@pytest.mark.parametrize(("name", "given"), OTHER_VALUES, ids=[name for name, _ in OTHER_VALUES])
def test_parameters_go_where_torch_has_them(name: str, given: dict[str, object]) -> None:
    chosen = activation(name, given)
    module = counterpart(chosen)
    assert module is not None
    ours, theirs = functions(chosen), sampled(module, GRID)
    assert theirs.slope is not None
    assert_close(name, GRID, ours.value(GRID), theirs.value)
    assert_close(name, GRID, ours.derivative(GRID), theirs.slope)


def test_glu_of_torch_takes_the_gate_from_the_second_half() -> None:
    """torch.nn.GLU on (v, u) is v * sigmoid(u): its value, and its gradients v f'(u) and f(u), on a grid."""
    unit = gated("glu")
    gate = functions(unit.gate)
    u, v = (part.reshape(-1) for part in torch.meshgrid(GRID[::32], GRID[::32], indexing="ij"))
    both = torch.stack([v, u], dim=1).requires_grad_()
    assert unit.torch == "torch.nn.GLU()"
    out = torch.nn.GLU()(both)[:, 0]
    (slopes,) = torch.autograd.grad(out.sum(), both)
    for ours, theirs in (
        (gate.value(u) * v, out.detach()),
        (gate.value(u), slopes[:, 0]),
        (gate.derivative(u) * v, slopes[:, 1]),
    ):
        assert_close("glu", u + v, ours, theirs)


NONLINEARITIES = ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"]


@pytest.mark.parametrize("name", NONLINEARITIES)
def test_published_constants_of_torch_are_those_of_this_torch(name: str) -> None:
    chosen = activation(name.replace("linear", "identity"))
    rows = [row for row in published() if row.framework == "torch" and row.activation == chosen.name]
    assert [float(row.value(chosen)) for row in rows] == [torch.nn.init.calculate_gain(name)]


def test_the_default_of_linear_is_a_third() -> None:
    """Uniform weights within 1/sqrt(n) have variance 1/(3n): their largest of many touches the limit."""
    torch.manual_seed(1)
    weights = torch.nn.Linear(400, 2000, bias=False).weight
    (row,) = [row for row in published() if row.framework == "torch" and row.activation is None]
    limit = float(row.value(activation("silu"))) * math.sqrt(3 / 400)
    assert limit * (1 - 1e-4) < float(weights.detach().abs().max()) <= limit * (1 + 1e-6)


def test_texts_for_torch_are_read_and_not_run() -> None:
    hostile = Activation("x", activation("relu").expression, (), "", "__import__('os').getcwd()")
    with pytest.raises(ValueError, match="the catalogue's text for torch holds"):
        counterpart(hostile)


@pytest.mark.parametrize("name", IN_TORCH)
def test_all_of_them_are_elementwise(name: str) -> None:
    module = counterpart(activation(name))
    assert module is not None
    assert elementwise(module, 1.0)
