"""The longer tables of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from verify.calibration.cases import cases
from verify.calibration.intercepts import Found, Line, intercept_cases, mean_with_error
from verify.calibration.limits import Uniform
from verify.calibration.markdown import markdown
from verify.calibration.plants import Plant, plants
from verify.calibration.plants.backward import Factor
from verify.calibration.refute import Refutation
from verify.calibration.results import Planted, table
from verify.calibration.runs import CONFIDENCES, Run
from verify.calibration.study import Study
from verify.verdict import TestRow


def spent(study: Study) -> str:
    """How much of the planned number sequential runs draw, in words."""
    shares = []
    for errors in ((0,), (-1, 1), (-2, 2)):
        kept = [
            run
            for cell, part in study.found
            if cell.mode == "sequential" and cell.error in errors
            for run in part
        ]
        drawn, planned = sum(run.networks for run in kept), sum(run.planned for run in kept)
        shares.append(f"{100 * drawn / max(planned, 1):.0f}%")
    zero, margin, twice = shares
    return (
        f"Sequential runs drew {zero} of the planned networks at zero error, {twice} at twice the margin, and {margin} "
        "at exactly the margin, where there is nothing to decide."
    )


def case_table(study: Study) -> str:
    """One row a case."""
    heads = [
        "case",
        "networks",
        "runs",
        "missed",
        "KS forward",
        "KS backward",
        "sequential",
        "missed",
        "drawn",
    ]
    return markdown(heads, [_case_row(study, number) for number in sorted({c.case for c, _ in study.found})])


def _case_row(study: Study, number: int) -> list[object]:
    found = [(cell, run) for cell, part in study.found if cell.case == number for run in part]
    fixed = [run for cell, run in found if cell.mode == "fixed"]
    later = [run for cell, run in found if cell.mode == "sequential"]
    resting = [run for cell, run in found if cell.mode == "sequential" and cell.error == 0]
    planned = next(run.planned for cell, run in found if (cell.error, cell.confidence) == (0, 0.9))
    missed = " / ".join(str(sum(run.missed[level] for run in fixed)) for level in CONFIDENCES)
    late = sum(any(run.missed.values()) for run in later)
    share = f"{100 * sum(r.networks for r in resting) / sum(r.planned for r in resting):.0f}%"
    uniform = [_uniform(fixed, direction) for direction in ("forward", "backward")]
    return [cases()[number].name, planned, len(fixed), missed, *uniform, len(later), late, share]


def _uniform(fixed: Sequence[Run], direction: str) -> str:
    values = tuple(run.p_values[direction] for run in fixed if direction in run.p_values)
    return f"{Uniform('', '', values).p_value:.2g}" if values else ""


def intercept_table(found: Found) -> str:
    """One row a case."""
    heads = ["claim", "sweeps", "intercept", "slope", "intervals missed"]
    return markdown(heads, [_intercept_row(found, n) for n in sorted({task.case for task, _ in found})])


def _intercept_row(found: Found, number: int) -> list[object]:
    lines = [line for task, part in found if task.case == number for line in part]
    missed = sum(line.missed for line in lines)
    name = intercept_cases()[number].name
    return [name, len(lines), _mean([line.intercept for line in lines], 4), _mean(_slopes(lines), 2), missed]


def _slopes(lines: Iterable[Line]) -> list[float]:
    return [line.slope for line in lines]


def _mean(values: list[float], digits: int) -> str:
    mean, error = mean_with_error(values)
    return f"{mean:.{digits}f} +- {error:.{digits}f}"


def plant_table(planted: Planted) -> str:
    """One row a wrong theory and direction."""
    heads = [
        "planted",
        "claim",
        "direction",
        "refuted in",
        "estimate",
        "interval",
        "of",
        "planted size",
        "sequential",
    ]
    rows = []
    for plant, found, later in zip(plants(), planted.fixed, planted.sequential, strict=True):
        rows += _plant_rows(plant, found, later)
    return markdown(heads, rows)


def _plant_rows(plant: Plant, found: Refutation, later: Refutation) -> list[list[object]]:
    names: list[object] = [plant.mistake, _claim(plant)]
    stopped = f"{later.verdict} after {later.networks} of {found.networks}"
    rows = []
    for direction, layers in found.places.items():
        row, size = shown(plant, found, direction)
        low, high = row.interval
        of = "all layers" if row.layer is None else f"layer {row.layer}"
        planted = "not known" if size is None else f"{size:.4f}"
        rows.append(
            [
                *names,
                direction,
                _layers(layers),
                f"{row.estimate:.4f}",
                f"{low:.4f} to {high:.4f}",
                of,
                planted,
                stopped,
            ]
        )
        names, stopped = ["", ""], ""
    return rows


def shown(plant: Plant, found: Refutation, direction: str) -> tuple[TestRow, float | None]:
    """The test that the page shows of a direction, with the size that was planted: of the direction as a whole if
    that is known, else of the first layer where something was planted."""
    wrong = plant.places.get(direction, ())
    layer = None if plant.size(direction, None) is not None or not wrong else wrong[0]
    row = next(row for row in found.rows if (row.direction, row.layer) == (direction, layer))
    return row, plant.size(direction, layer)


def _claim(plant: Plant) -> str:
    case = plant.case
    widths = case.widths
    shape = f"{widths[0]} x {len(widths) - 1}" if len(set(widths)) == 1 else "-".join(map(str, widths))
    return f"{case.activation}, {shape}, margin {100 * case.margin:g}%"


def _layers(layers: Sequence[int]) -> str:
    """A list of layers, runs of them joined.

    >>> _layers((1, 2, 3, 5)), _layers(())
    ('1-3, 5', 'none')
    """
    parts: list[list[int]] = []
    for layer in layers:
        if parts and layer == parts[-1][-1] + 1:
            parts[-1].append(layer)
        else:
            parts.append([layer])
    return ", ".join(f"{p[0]}-{p[-1]}" if len(p) > 1 else str(p[0]) for p in parts) or "none"


def factor_table(planted: Planted) -> str:
    """The composed gradient with fresh weights and with the right ones."""
    heads = ["layers", "predicted", "by hand", "right weights", "fresh weights"]
    rows = [
        [fresh.layers, f"{fresh.predicted:.3f}", f"{fresh.exact:.3f}", _measured(right), _measured(fresh)]
        for right, fresh in zip(planted.right, planted.fresh, strict=True)
    ]
    return markdown(heads, rows)


def _measured(factor: Factor) -> str:
    return f"{factor.measured:.3f} +- {factor.error:.3f}"


def harmless_table(planted: Planted) -> str:
    """The changes that leave the claim true."""
    rows = [
        [plant.mistake, _claim(plant), found.verdict]
        for plant, found in zip(table()[len(plants()) :], planted.harmless, strict=True)
    ]
    return markdown(["change", "claim", "verdict"], rows)
