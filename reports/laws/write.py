"""The sheet of a weight law in one of the layouts."""

from __future__ import annotations

from derive.weights import Standing, WeightLaw
from reports.laws.layouts import LAYOUTS, Layout
from reports.laws.sheet import Line, Sheet, sheet


def write(law: WeightLaw, layout: str) -> str:
    """The whole law in the given layout: "text", "markdown", "latex" or "typst".

    >>> from derive.weights import weight_law
    >>> print(write(weight_law("rademacher"), "text").splitlines()[0])
    The weight law rademacher
    """
    return _whole(sheet(law), LAYOUTS[layout])


def _whole(found: Sheet, layout: Layout) -> str:
    sections = [
        ("The law", _items(found.law, layout)),
        ("Moments of one weight", _items(found.moments, layout)),
        ("In a layer", _items(found.scale, layout)),
        ("In code, at variance g^2/fan", _code(found, layout)),
        ("What the theorems ask of the weights", _standings(found.standings, layout)),
        ("Remarks", _words(found.remarks, layout)),
    ]
    said = [layout.title(found.title), layout.paragraph(layout.words(found.summary))]
    said += [f"{layout.section(_escaped(title, layout))}\n{body}" for title, body in sections if body]
    return "\n\n".join(said)


def _escaped(title: str, layout: Layout) -> str:
    return title if layout is LAYOUTS["text"] else layout.words(title)


def _items(lines: tuple[Line, ...], layout: Layout) -> str:
    return layout.items([_line(line, layout) for line in lines]) if lines else ""


def _line(line: Line, layout: Layout) -> str:
    """Words, formula, words; a colon between the first two where both are there."""
    before, after = layout.words(line.before), layout.words(line.after)
    formula = "" if line.formula is None else layout.formula(line.formula)
    joined = f"{before}{':' if formula else ''} {formula or ''}".rstrip()
    if not formula and after:
        return f"{before}: {after}"
    return f"{joined}{'' if line.after.startswith('=') else ','} {after}" if after else joined


def _words(sentences: tuple[str, ...], layout: Layout) -> str:
    return layout.items([layout.words(sentence) for sentence in sentences]) if sentences else ""


def _code(found: Sheet, layout: Layout) -> str:
    blocks = [layout.code(name, source) for name, source in found.code]
    return "\n\n".join(part for part in (*blocks, _words(found.code_notes, layout)) if part)


def _standings(standings: tuple[Standing, ...], layout: Layout) -> str:
    """What it meets in one line, then what it fails and why, theorems with the same reason together."""
    return _words(tuple(standing_lines(standings)), layout)


def standing_lines(standings: tuple[Standing, ...]) -> list[str]:
    """The standings in sentences."""
    met = [standing.theorem for standing in standings if standing.met]
    failed: dict[str, list[str]] = {}
    for standing in standings:
        if not standing.met:
            failed.setdefault(standing.why, []).append(standing.theorem)
    lines = [f"meets all that is asked by {', '.join(met)}"] if met else []
    return lines + [f"{', '.join(names)}: {why}" for why, names in failed.items()]
