"""What `gainproof verify` says on a terminal: the verdict, the numbers behind it, what depth does."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from textwrap import fill
from typing import Any

from verify import Claim, Power

Json = dict[str, Any]
WIDTH = 96
MOST_ROWS = 16


def gain_error(ratio: float) -> float:
    """The relative error of the gain, in percent, that an estimate of (g/g*)^2 means.

    >>> round(gain_error(1.0201), 6)
    1.0
    """
    return 100 * (math.copysign(math.sqrt(abs(ratio)), ratio) - 1)


def shapes(widths: Iterable[int]) -> str:
    """The sizes of a network in words.

    >>> shapes([256] * 51), shapes([784, 256, 10])
    ('50 layers of width 256', 'widths 784, 256, 10')
    """
    sizes = list(widths)
    if len(set(sizes)) == 1:
        return f"{len(sizes) - 1} layers of width {sizes[0]}"
    return f"widths {', '.join(map(str, sizes))}"


def verdict_text(document: Json) -> str:
    """The JSON of a verdict as text, the verdict first."""
    claim = document["claim"]
    blocks = [
        f"{document['verdict']}: {claim_words(claim, document['verdict'] == 'refuted')}",
        "\n".join(item(reason) for reason in document["reasons"]),
        _tests(document["tests"]),
        _factors(document["tests"]),
        _depth(document),
        _control(document["negative_control"]),
        _provenance(document),
    ]
    return "\n\n".join(block for block in blocks if block)


def claim_words(claim: Json, denied: bool = False, sizes: str | None = None) -> str:
    """The claim in a sentence, or its denial. `sizes` stands for the widths where they are not the claim's own."""
    bias = f" and bias variance {claim['bias_variance']:.6g}" if claim["bias_variance"] else ""
    held = f"q = {claim['variance']}" if _keeps(claim) else "every layer's predicted factor"
    verb = ("do not hold" if bias else "does not hold") if denied else "hold" if bias else "holds"
    return (
        f"gain {claim['gain']:.9g}{bias} {verb} {held} for {claim['activation']['name']}, "
        f"{' and '.join(claim['directions'])} ({sizes or shapes(claim['widths'])}, {claim['mode']}, "
        f"{claim['law']['name']} weights)"
    )


def _keeps(claim: Json) -> bool:
    """Whether the claim's fan mode keeps the second moment: not where a width changes and it takes another fan."""
    own = {"forward": "fan_in", "backward": "fan_out"}
    square = len(set(claim["widths"])) == 1
    return square or all(claim["mode"] == own[direction] for direction in claim["directions"])


def item(prose: str) -> str:
    """A paragraph of the answer, folded and indented."""
    return fill(prose, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _tests(tests: list[Json]) -> str:
    """Whole directions, and of each the layer that is farthest off."""
    rows = [["test", "(g/g*)²", "± s.e.", "interval", "verdict"]]
    for whole in (t for t in tests if t["layer"] is None):
        rows.append(_row(whole["name"], whole))
        layers = [t for t in tests if t["layer"] is not None and t["direction"] == whole["direction"]]
        if layers:
            worst = min(layers, key=_rank)
            rows.append(_row(f"  worst layer, {worst['layer']}", worst))
    return aligned(rows)


def _rank(test: Json) -> float:
    """Small where a test speaks against its layer, by p-value or e-value."""
    return float(test["p_value"] if test["e_value"] is None else -test["e_value"])


def _factors(tests: list[Json]) -> str:
    """What each layer multiplies the second moment by, where theory does not say one for all of them."""
    single = [t for t in tests if t["layer"] is not None]
    if all(abs(t["predicted_factor"] - 1) < 1e-12 for t in single):
        return ""
    rows = [["second moment times", "predicted", "measured", "interval"]]
    rows += [_factor_row(t) for t in single[:MOST_ROWS]]
    left = len(single) - MOST_ROWS
    return aligned(rows) + (f"\n  and {left} more; --json has them all" if left > 0 else "")


def _factor_row(test: Json) -> list[str]:
    low, high = test["factor_interval"]
    name = f"{test['direction']}, layer {test['layer']}"
    return [name, f"{test['predicted_factor']:.5f}", f"{test['factor']:.5f}", f"{low:.5f} to {high:.5f}"]


def _row(name: str, test: Json) -> list[str]:
    low, high = test["interval"]
    single = test["layer"] is not None and test["verdict"] != "refuted"
    verdict = "does not refute" if single else test["verdict"]
    return [
        name,
        f"{test['estimate']:.5f}",
        f"{test['standard_error']:.5f}",
        f"{low:.5f} to {high:.5f}",
        verdict,
    ]


def aligned(rows: list[list[str]]) -> str:
    """Rows of cells in columns."""
    wide = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  " + "  ".join(c.ljust(w) for c, w in zip(row, wide, strict=True)).rstrip() for row in rows
    )


def _depth(document: Json) -> str:
    slope = document["stability"]["slope"]
    shown = slope_text(slope)
    return item(f"depth ({document['stability']['kind']}, F'(q) = {shown}): {document['depth']['statement']}")


def slope_text(slope: Json) -> str:
    """The slope of the variance map, exactly where that is short.

    >>> slope_text({"exact": "1", "value": "1"}), slope_text({"exact": None, "value": "1.17259138"})
    ('1', '1.17259')
    """
    if slope["exact"] and len(slope["exact"]) < 8:
        return str(slope["exact"])
    return f"{float(slope['value']):.6g}" if slope["value"] else "unknown"


def _control(control: Json) -> str:
    if control["passed"]:
        return item(f"negative control: {control['statement']}, as it must be")
    return item(
        "negative control: failed. These draws do not refute a theory that is off by twice the margin, "
        "so they cannot confirm one either: draw more networks"
    )


def _provenance(document: Json) -> str:
    source = document["provenance"]
    return item(
        f"{source['replicates']} networks, seed {source['seed']}, {document['claim']['dtype']} on {source['device']}, "
        f"margin {100 * document['claim']['margin']:g}% of the gain, confidence "
        f"{100 * document['claim']['confidence']:g}%, data {source['data_sha256'][:16]}"
    )


def _networks(power: Power) -> str:
    if power.expected is None:
        return f"{power.replicates} networks"
    right, wrong = (round(number) for number in power.expected)
    return (
        f"at most {power.replicates} networks, on average {right} where the gain is right and {wrong} where it is off "
        "by twice the margin,"
    )


def plan_text(claim: Claim, power: Power) -> str:
    """What would be drawn, and how surely it would decide."""
    weights = sum(n_in * n_out for n_in, n_out in pairwise(claim.widths))
    lines = [
        f"{_networks(power)} of {shapes(claim.widths)}, {weights} weights each",
        f"at most {power.normals:.3g} random numbers; the power calculation asks for {power.planned} networks",
        f"confirms with probability at least {power.confirm:.6f} where the gain is right",
        f"refutes with probability at least {power.refute:.6f} where it is off by {200 * claim.margin:g}%",
    ]
    return "\n".join(lines)
