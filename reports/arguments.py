"""Which words of a command line are options and which are not, where an expression may start with a minus.

`gainproof report "-softplus(x)" -o f.pdf` holds an expression whose letters must not be read as options. So
the words are sorted before the parser sees them: options with their values first, then `--`, after which a
parser takes every word as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_LONG = re.compile(r"--[A-Za-z][A-Za-z0-9-]*(=.*)?", re.DOTALL)


def sorted_words(words: Sequence[str], commands: Mapping[str, Any]) -> list[str]:
    """The command's words with its options before its arguments. `commands` are the parser's, by name.

    >>> from reports.cli import app
    >>> sorted_words(["report", "-softplus(x)", "-o", "f.pdf"], app.commands)
    ['report', '-o', 'f.pdf', '--', '-softplus(x)']
    """
    if not words or words[0] not in commands:
        return list(words)
    takes_value = _options(commands[words[0]])
    options: list[str] = []
    arguments: list[str] = []
    rest = iter(words[1:])
    for word in rest:
        if word == "--":
            arguments += rest
        elif not _is_option(word, takes_value):
            arguments.append(word)
        else:
            options.append(word)
            if takes_value.get(word):
                options += [value for value in [next(rest, None)] if value is not None]
    return [words[0], *options, *(["--", *arguments] if arguments else [])]


def _options(command: Any) -> dict[str, bool]:
    """The options of a command, each with whether the next word is its value."""
    known = {
        name: not getattr(option, "is_flag", False)
        for option in command.params
        for name in option.opts
        if name[:1] == "-"
    }
    return {"--help": False, "-h": False} | known


def _is_option(word: str, takes_value: Mapping[str, bool]) -> bool:
    """An option that is known, a long one that is not (the parser will say so), or -oFILE.pdf in one word.

    -o alone is an option, -o*x an expression in the parameter o. A file's name in the same word is told by
    its ending, which no expression has.
    """
    if word in takes_value or _LONG.fullmatch(word):
        return True
    return takes_value.get(word[:2], False) and word[:2] != "--" and word.lower().endswith(".pdf")
