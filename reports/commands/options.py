"""Options that `verify` and `report` share, so that both say the same of them."""

from __future__ import annotations

from typing import Annotated, Any

import typer


def option(*names: str, metavar: str, about: str) -> Any:
    return typer.Option(*names, metavar=metavar, help=about)


WidthOption = Annotated[
    str | None,
    option("--width", metavar="N or N0,N1,...", about="Units of all layers, or of each from the input."),
]
DepthOption = Annotated[int | None, option("--depth", metavar="L", about="Layers, where one width is given.")]
BatchOption = Annotated[int, option("--batch", metavar="B", about="Inputs of each network.")]
ReplicatesOption = Annotated[
    int | None, option("--replicates", metavar="R", about="Networks; by default as many as the power needs.")
]
MarginOption = Annotated[str, option("--margin", metavar="M", about="Tolerated relative error of the gain.")]
ConfidenceOption = Annotated[str, option("--confidence", metavar="C", about="Confidence of the verdict.")]
DtypeOption = Annotated[str, option("--dtype", metavar="NAME", about="float32 or float64.")]
DeviceOption = Annotated[str, option("--device", metavar="NAME", about="auto, cpu or cuda.")]
SeedOption = Annotated[int, option("--seed", metavar="S", about="The same seed gives the same bytes.")]
MemoryOption = Annotated[int, option("--memory", metavar="MIB", about="Memory for weights and states.")]
VarianceOption = Annotated[
    str, option("--variance", metavar="Q", about="Second moment q that is to be held.")
]
