"""`gainproof list`: the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reports.commands.output import JsonOption, print_json, print_text

if TYPE_CHECKING:
    from derive.activation import Activation


def run(as_json: JsonOption = False) -> None:
    """Show the activations, gated units, theorems and weight laws that have a name."""
    if as_json:
        print_json(_catalogue())
        return
    print_text("\n\n".join(_sections()))
    print_text(
        "\nActivations may also be expressions in x. `derive` takes activations and theorems, `report` activations and "
        "xavier, `gain` also gated units, `verify` activations."
    )


def _catalogue() -> dict[str, list[dict[str, Any]]]:
    return {
        "activations": [entry for entries in _activations().values() for entry in entries],
        "gated": _gated(),
        "theorems": _theorems(),
        "laws": _laws(),
        "studies": [],
    }


def _sections() -> Iterator[str]:
    for title, entries in _activations().items():
        yield _section(f"Activations: {title[:1].lower()}{title[1:]}", entries)
    yield _section("Gated units", _gated())
    yield _section("Theorems", _theorems())
    yield _section("Laws", _laws())


def _activations() -> dict[str, list[dict[str, Any]]]:
    """The catalogue by kind. Sixty expressions are built for it, in about as many milliseconds."""
    from derive.catalogue.lookup import activation, groups

    return {
        title: [_activation(activation(name), title) for name in names] for title, names in groups().items()
    }


def _activation(found: Activation, group: str) -> dict[str, Any]:
    return {
        "name": found.name,
        "expression": str(found.expression),
        "parameters": {symbol.name: str(value) for symbol, value in found.parameters},
        "reference": found.reference,
        "torch": found.torch,
        "group": group,
    }


def _gated() -> list[dict[str, Any]]:
    from derive.gated import gated, gated_names

    units = [gated(name) for name in gated_names()]
    return [
        {"name": u.name, "expression": str(u.expression), "parameters": {}, "reference": u.reference, "torch": u.torch}
        for u in units
    ]


def _theorems() -> list[dict[str, Any]]:
    from derive.theorems import theorem_titles

    return [{"name": name, "title": title} for name, title in theorem_titles().items()]


def _laws() -> list[dict[str, Any]]:
    from verify.laws import names

    return [{"name": name} for name in names()]


def _section(title: str, entries: list[dict[str, Any]]) -> str:
    wide = max(len(e["name"]) for e in entries)
    return "\n".join([title, *(f"  {e['name']:<{wide}}  {_about(e)}".rstrip() for e in entries)])


def _about(entry: dict[str, Any]) -> str:
    if "expression" not in entry:
        return str(entry.get("title", ""))
    values = ", ".join(f"{name} = {value}" for name, value in entry["parameters"].items())
    return f"{entry['expression']}{f' with {values}' if values else ''}  ({entry['reference']})"
