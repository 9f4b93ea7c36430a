"""What building an expression hands on: its parts, and what the names in it stand for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import sympy as sp

from derive.grammar.arithmetic import RefusedError
from derive.grammar.domain import Need
from derive.grammar.limits import MOST_DEPTH
from derive.grammar.reading import Reading


class Built(NamedTuple):
    """A number or a condition, and what must hold for it to be defined."""

    expression: sp.Basic
    needs: tuple[Need, ...] = ()

    def guarded(self, guard: sp.Basic) -> Built:
        """The same, needed only where a condition holds."""
        return Built(self.expression, tuple(need.guarded(guard) for need in self.needs))


@dataclass(frozen=True)
class Scope:
    """The text that is being built, what its names stand for, and how deep in it we are.

    `build` builds a number from a node: conditions hold numbers and numbers hold conditions, and this is
    how the one module calls the other.
    """

    reading: Reading
    names: Mapping[str, sp.Expr]
    build: Callable[[Scope, ast.expr], Built]
    depth: int = 0

    def number(self, node: ast.expr) -> Built:
        """The number that a node stands for."""
        return self.build(self, node)

    def make(self, node: ast.expr, make: Callable[..., Any], *parts: object) -> Any:
        """What `make` gives; its refusals, and sympy's own, become a `BadInput` that points at the node."""
        try:
            return make(*parts)
        except RefusedError as refusal:
            raise self.reading.error(node, f"{self.reading.words(node)!r}: {refusal}") from None
        except (TypeError, ValueError, ArithmeticError, NotImplementedError, MemoryError, AttributeError):
            # The last is sympy's slip: it asks csc(i u) for what cosh does not have.
            what = "has no real value that can be worked out"
            raise self.reading.error(node, f"{self.reading.words(node)!r} {what}") from None

    def deeper(self, node: ast.expr) -> Scope:
        """The scope of what a node is made of. Raises `BadInput` where that is too deep."""
        if self.depth >= 2 * MOST_DEPTH:
            raise self.reading.error(node, f"more than {2 * MOST_DEPTH} levels are nested; write it flatter")
        return replace(self, depth=self.depth + 1)
