"""The options of the command line, each defined once, so that all commands say the same of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def option(*names: str, about: str, **more: Any) -> Decorator:
    """An option whose default, if it has one, is shown."""
    return click.option(*names, help=about, show_default=more.get("default") is not None, **more)


def together(*decorators: Decorator) -> Decorator:
    """Several options as one decorator, listed by --help in this order."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
PARAM = option(
    "--param", metavar="NAME=VALUE", multiple=True, about="A parameter of the activation, e.g. a=1/4."
)
VARIANCE = option(
    "--variance", metavar="Q", default="1", about="Second moment q of the pre-activations, to be held."
)
LAW = together(
    option("--law", metavar="NAME", default="normal", about="The law of the weights."),
    option("--law-param", metavar="NAME=VALUE", multiple=True, about="A parameter of the law, e.g. nu=5."),
)
SIZES = together(
    option("--width", metavar="N or N0,N1,...", about="Units of all layers, or of each from the input."),
    option("--depth", metavar="L", type=int, about="Layers, where one width is given."),
)
DRAWING = together(
    option("--batch", metavar="B", type=int, default=1, about="Inputs of each network."),
    option("--replicates", metavar="R", type=int, about="Networks, exactly; by default until decided."),
    option("--margin", metavar="M", default="0.005", about="Tolerated relative error of the gain."),
    option("--confidence", metavar="C", default="0.999", about="Confidence of the verdict."),
    option("--dtype", metavar="NAME", default="float32", about="float32 or float64."),
    option("--device", metavar="NAME", default="auto", about="auto, cpu or cuda."),
    option("--seed", metavar="S", type=int, default=0, about="The same seed gives the same bytes."),
    option("--memory", metavar="MIB", type=int, default=1024, about="Memory for weights and states."),
)
