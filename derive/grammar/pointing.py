"""Errors that point at a character of what was typed."""

from __future__ import annotations

from dataclasses import dataclass

from derive.errors import BadInput

_SHOWN = 60
_AROUND = 24


@dataclass(frozen=True)
class Source:
    """The text as typed."""

    text: str

    def error(self, position: int, what: str) -> BadInput:
        """A `BadInput` that points at the character with that index, the first being 0.

        >>> str(Source("x*tanh(").error(6, "'(' is never closed"))
        "cannot read 'x*tanh(': '(' is never closed, at character 7"
        """
        return BadInput(f"cannot read {self.excerpt(position)}: {what}, at character {position + 1}")

    def refusal(self, position: int, what: str) -> BadInput:
        """A `BadInput` for what can be read, yet cannot be used.

        >>> str(Source("1/x").refusal(0, "1/x is undefined at x = 0"))
        "cannot use '1/x': 1/x is undefined at x = 0, at character 1"
        """
        return BadInput(f"cannot use {self.excerpt(position)}: {what}, at character {position + 1}")

    def excerpt(self, position: int) -> str:
        """The text in quotes; of a long one, what is around the position.

        >>> Source("x + " * 100).excerpt(200)
        "'... x + x + x + x + x + x + x + x + x + x + x + x + ...'"
        """
        if len(self.text) <= _SHOWN:
            return repr(self.text)
        start, end = max(0, position - _AROUND), position + _AROUND
        before, after = "... " * (start > 0), " ..." * (end < len(self.text))
        return repr(before + self.text[start:end].strip() + after)
