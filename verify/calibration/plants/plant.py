"""What a planted wrong theory is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from verify.calibration.cases import Case, Widths
from verify.claim import DIRECTIONS
from verify.statistics import Band, Outcome

if TYPE_CHECKING:
    from verify.network import Family

# The true (g/g*)^2 of a direction: one for all layers, or one a layer; None where it is not known beforehand.
Sizes = float | tuple[float | None, ...] | None
Wrong = Callable[["Family"], "Family"]


@dataclass(frozen=True)
class Plant:
    """One mistake, planted in the claim (a wrong gain) or in what is drawn (`wrong`).

    `sizes` maps a direction to what should be measured, by hand, sharing nothing with the code under test.
    Layers whose size is outside the margin must be refuted, those whose size is inside must not be.
    """

    mistake: str
    case: Case
    sizes: dict[str, Sizes]
    wrong: Wrong | None = None

    def size(self, direction: str, layer: int | None) -> float | None:
        """What should be measured at a layer (from 1), or for the direction as a whole (None), where known."""
        sizes = self.sizes.get(direction)
        if not isinstance(sizes, tuple):
            return sizes
        if layer is None:
            return sizes[0] if len(set(sizes)) == 1 else None
        return sizes[layer - 1]

    @property
    def places(self) -> dict[str, tuple[int, ...]]:
        """The layers of each direction whose known size is outside the margin."""
        band, layers = Band.of(self.case.margin), range(1, len(self.case.widths))
        sizes = {(d, layer): self.size(d, layer) for d in self.sizes for layer in layers}
        wrong = [place for place, size in sizes.items() if size and not band.low <= size <= band.high]
        return {d: tuple(layer for where, layer in wrong if where == d) for d in self.sizes}

    @property
    def expected(self) -> Outcome:
        """What the verifier should say."""
        return "refuted" if any(self.places.values()) else "confirmed"


def claimed(mistake: str, function: str, widths: Widths, margin: float, gain: float, /, **more: Any) -> Plant:
    """A claim with a wrong gain; `forward` and `backward` in `more` are the sizes, the rest is the claim's."""
    return planted(mistake, function, widths, margin, None, gain=gain, **more)


def planted(
    mistake: str, function: str, widths: Widths, margin: float, wrong: Wrong | None, /, **more: Any
) -> Plant:
    """A right claim of which something else is drawn."""
    sizes: dict[str, Sizes] = {d: more.pop(d) for d in DIRECTIONS[:2] if d in more}
    direction = more.pop("direction", "both" if len(sizes) == 2 else next(iter(sizes)))
    parameters = more.pop("parameters", {})
    case = Case(mistake, function, widths, direction, margin, parameters, more)
    return Plant(mistake, case, sizes, wrong)
