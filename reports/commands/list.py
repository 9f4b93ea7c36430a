"""`gainproof list`: the catalogue."""

from __future__ import annotations

from typing import Any

from reports.commands.output import JsonOption, print_json, print_text


def run(as_json: JsonOption = False) -> None:
    """Show the activations, theorems and weight laws that have a name."""
    catalogue = _catalogue()
    if as_json:
        print_json(catalogue)
    else:
        print_text("\n\n".join(_section(title, entries) for title, entries in catalogue.items() if entries))
        print_text(
            "\n`derive` takes activations and theorems, `report` activations and xavier, the others activations."
        )


def _catalogue() -> dict[str, list[dict[str, Any]]]:
    return {"activations": _activations(), "theorems": _theorems(), "laws": _laws(), "studies": []}


def _activations() -> list[dict[str, Any]]:
    from derive.catalogue import activation, names

    known = [activation(name) for name in names()]
    return [
        {
            "name": a.name,
            "expression": str(a.expression),
            "parameters": {symbol.name: str(value) for symbol, value in a.parameters},
            "reference": a.reference,
        }
        for a in known
    ]


def _theorems() -> list[dict[str, Any]]:
    from derive.theorems import theorem_titles

    return [{"name": name, "title": title} for name, title in theorem_titles().items()]


def _laws() -> list[dict[str, Any]]:
    from verify.laws import names

    return [{"name": name} for name in names()]


def _section(title: str, entries: list[dict[str, Any]]) -> str:
    wide = max(len(e["name"]) for e in entries)
    return "\n".join([title.capitalize(), *(f"  {e['name']:<{wide}}  {_about(e)}".rstrip() for e in entries)])


def _about(entry: dict[str, Any]) -> str:
    if "expression" not in entry:
        return str(entry.get("title", ""))
    values = ", ".join(f"{name} = {value}" for name, value in entry["parameters"].items())
    return f"{entry['expression']}{f' with {values}' if values else ''}  ({entry['reference']})"
