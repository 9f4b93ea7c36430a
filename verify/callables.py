"""Torch functions that are not expressions: checked to be elementwise, and evaluated with their derivative."""

from __future__ import annotations

import ast
from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from derive.activation import Activation
from derive.errors import BadInput

Elementwise = Callable[[Tensor], Tensor]

# Where a function is probed, in standard deviations of its argument: nothing special happens there.
_PROBES = (-5.3, -1.7, -0.61, -0.013, 0.37, 1.13, 2.9, 6.1)
_CLOSE = 1e-9


class Sampled(NamedTuple):
    """A function at points; `slope` is None where autograd finds no way back to the argument."""

    value: Tensor
    slope: Tensor | None


def counterpart(activation: Activation) -> Elementwise | None:
    """What computes the activation in torch, in evaluation mode and float64; None where torch has nothing.

    The text in the catalogue is read, never executed: names in torch, and one call with constants.

    >>> from derive.catalogue import activation
    >>> counterpart(activation("leaky_relu"))
    LeakyReLU(negative_slope=0.01)
    """
    if activation.torch is None:
        return None
    found: Any = _resolved(ast.parse(activation.torch, mode="eval").body)
    return found.double().eval() if isinstance(found, nn.Module) else found


def _resolved(node: ast.expr) -> Any:
    if isinstance(node, ast.Name) and node.id == "torch":
        return torch
    if isinstance(node, ast.Attribute):
        return getattr(_resolved(node.value), node.attr)
    if isinstance(node, ast.Call):
        given = {word.arg: ast.literal_eval(word.value) for word in node.keywords if word.arg}
        return _resolved(node.func)(*(ast.literal_eval(argument) for argument in node.args), **given)
    raise ValueError(f"the catalogue's text for torch holds {ast.dump(node)}")


def elementwise(thing: Callable[..., Any], spread: float) -> Elementwise:
    """The callable as a function of float64 tensors, once it has been seen to be elementwise and repeatable.

    A module is copied to float64 first and left as it was; `spread` is the standard deviation of the
    arguments. Raises `BadInput` in one line for what is not elementwise, deterministic, real or finite there.

    >>> elementwise(torch.nn.Softmax(dim=-1), 1.0)
    Traceback (most recent call last):
    ...
    derive.errors.BadInput: Softmax is not elementwise: one output depends on other inputs; give a function \
of each entry alone
    """
    name = name_of(thing)
    function = deepcopy(thing).double() if isinstance(thing, nn.Module) else thing
    probes = spread * torch.tensor(_PROBES, dtype=torch.float64)
    values = _called(function, probes, name)
    if not _equal(_called(function, probes, name), values):
        raise BadInput(f"{name} gives another result each time: take it out of training mode (.eval())")
    _refuse_mixing(function, probes, values, name)
    return function


def sampled(function: Elementwise, points: Tensor) -> Sampled:
    """f and f' by autograd at points of any shape; a kink counts as torch has it."""
    at = points.detach().clone().requires_grad_()
    with torch.enable_grad():
        value = function(at)
    return Sampled(value.detach(), _slope(value, at))


def _slope(value: Tensor, at: Tensor) -> Tensor | None:
    if not value.requires_grad:
        return None
    try:
        return torch.autograd.grad(value.sum(), at, allow_unused=True)[0]
    except RuntimeError:  # torch has no derivative for some functions, heaviside among them
        return None


def name_of(thing: object) -> str:
    """A name for messages: the class of a module, the name of a function.

    >>> name_of(torch.nn.GELU()), name_of(torch.sin)
    ('GELU', 'sin')
    """
    return str(getattr(thing, "__name__", type(thing).__name__))[:80]


def _called(function: Elementwise, points: Tensor, name: str) -> Tensor:
    try:
        with torch.no_grad():
            values = function(points.clone())
    except Exception as error:
        first = str(error).strip().partition("\n")[0][:120]
        raise BadInput(
            f"{name} cannot be called on a float64 tensor: {type(error).__name__}: {first}"
        ) from None
    if not isinstance(values, Tensor) or not values.dtype.is_floating_point:
        raise BadInput(
            f"{name} does not return a real tensor: an activation has one real value for each entry"
        )
    if values.shape != points.shape:
        shapes = f"{tuple(points.shape)} into {tuple(values.shape)}"
        raise BadInput(f"{name} turns a tensor of shape {shapes}: an activation keeps the shape")
    if not bool(values.isfinite().all()):
        bad = points[~values.isfinite()].reshape(-1)[0]
        raise BadInput(f"{name} is not finite at {float(bad):.4g}: an activation must be finite everywhere")
    return values.double()


def _refuse_mixing(function: Elementwise, probes: Tensor, values: Tensor, name: str) -> None:
    """Each entry alone, all in another order, and in another shape must give the same values."""
    alone = torch.stack([_called(function, probe.reshape(1), name)[0] for probe in probes])
    turned = _called(function, probes.flip(0), name).flip(0)
    square = _called(function, probes.reshape(2, -1), name).reshape(-1)
    if not (_equal(alone, values) and _equal(square, values)):
        raise BadInput(
            f"{name} is not elementwise: one output depends on other inputs; give a function of each entry alone"
        )
    if not _equal(turned, values):
        raise BadInput(
            f"{name} is not elementwise: it treats entries by their place; give one function for all"
        )


def _equal(one: Tensor, other: Tensor) -> bool:
    """Equal but for rounding, which vector instructions do differently at the end of a row."""
    return torch.allclose(one, other, rtol=_CLOSE, atol=_CLOSE)
