"""From tokens to Python's syntax tree.

That a value is followed by a sign and a sign by a value is checked first, since "2x" deserves a better
answer than "invalid syntax". Python then sees numbers as 0, names, and signs, and says how they nest.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from derive.grammar.lexing import Token, tokens
from derive.grammar.pointing import Source

_PREFIXES = ("+", "-", "~", "not", "(")


@dataclass(frozen=True)
class Reading:
    """A syntax tree, its source, and the token that stands at each column of what Python read."""

    source: Source
    tree: ast.expr
    columns: Mapping[int, Token]

    def token(self, node: ast.expr) -> Token:
        """The token with which a node begins."""
        return self.columns[node.col_offset]

    def error(self, node: ast.expr, what: str) -> Exception:
        """A `BadInput` that points at where a node begins."""
        return self.source.error(self.token(node).start, what)

    def refusal(self, node: ast.expr, what: str) -> Exception:
        """A `BadInput` for a node that is understood, yet cannot be used."""
        return self.source.refusal(self.token(node).start, what)

    def words(self, node: ast.expr) -> str:
        """A node as it was typed, cut where it is long."""
        end = max(place for place in self.columns if place < (node.end_col_offset or 0))
        last = self.columns[end]
        typed = self.source.text[self.token(node).start : last.start + max(1, len(last.text))]
        return typed if len(typed) <= 40 else typed[:36] + " ..."


def read(text: str) -> Reading:
    """The syntax tree of a text. Raises `BadInput` that points at the first character that is wrong.

    >>> ast.unparse(read("2*x^2").tree)
    '0 * x ** 0'
    """
    source = Source(text)
    found = tokens(source)
    if len(found) == 1:
        raise source.error(0, "there is nothing to read; write an expression in x, such as x*tanh(x)")
    _check_order(source, found)
    return _parsed(source, found[:-1])


def _check_order(source: Source, found: list[Token]) -> None:
    """Every sign stands between values, and every value between signs."""
    wanted = True  # a value comes next
    before = Token("sign", "(", 0)
    for token in found:
        if wanted:
            wanted = _begins(source, before, token)
        elif token.kind == "word" and token.text == "not":
            raise source.error(token.start, "'not' stands in the middle; write 'and not'")
        elif token.kind in ("number", "name") or token.text in ("(", "~"):
            wanted = _joins(source, before, token)
        else:
            wanted = token.text != ")"
        before = token


def _begins(source: Source, before: Token, token: Token) -> bool:
    """Whether a value is still wanted after a token that stands where a value should."""
    if token.kind in ("number", "name"):
        return False
    if token.text in _PREFIXES:
        return True
    if token.text == ")" and before.text == "(":
        raise source.error(token.start, "the brackets are empty; put a value between them")
    if token.text == "|":
        raise source.error(token.start, "'|' means 'or'; for the absolute value write abs(x)")
    if token.kind == "end":
        raise source.error(before.start, f"a value is missing after {before.text!r}; add one")
    raise source.error(token.start, f"a value is missing before {token.text!r}; add one")


def _joins(source: Source, before: Token, token: Token) -> bool:
    """Whether a value is wanted after a token that follows a value without a sign: only in a call."""
    if token.text == "(" and before.kind == "name":
        return True
    joined = f"{before.text}*{token.text}" if token.text not in "(~" else f"{before.text}*(...)"
    if before.kind == "name" and token.kind == "name":
        joined += f" or {before.text}({token.text})"
    raise source.error(token.start, f"a sign is missing before {token.text!r}; write {joined}")


def _parsed(source: Source, found: Iterable[Token]) -> Reading:
    pieces, columns, place = [], {}, 0
    for token in found:
        spelled = "0" if token.kind == "number" else token.text
        columns[place] = token
        pieces.append(spelled + " ")
        place += len(spelled) + 1
    try:
        tree = ast.parse("".join(pieces), mode="eval").body
    except SyntaxError as error:
        start = columns.get((error.offset or 1) - 1, columns[0]).start
        raise source.error(start, "the signs do not fit together here; check what stands around it") from None
    except (MemoryError, RecursionError, ValueError):
        raise source.error(0, "the expression is nested too deeply; write it flatter") from None
    return Reading(source, tree, columns)


def operands(
    tree: ast.BinOp, heads: tuple[type[ast.operator], ...]
) -> list[tuple[ast.operator | None, ast.expr]]:
    """A chain such as a - b + c, which Python nests to the left, as [(None, a), (Sub, b), (Add, c)].

    >>> [ast.unparse(node) for _, node in operands(ast.parse("a - b + c*d", mode="eval").body, (ast.Add, ast.Sub))]
    ['a', 'b', 'c * d']
    """
    chain: list[tuple[ast.operator | None, ast.expr]] = []
    node: ast.expr = tree
    while isinstance(node, ast.BinOp) and isinstance(node.op, heads):
        chain.append((node.op, node.right))
        node = node.left
    return [(None, node), *reversed(chain)]
