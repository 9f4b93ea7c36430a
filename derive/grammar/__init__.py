"""Expressions that people type: read by a whitelist of our own, never evaluated as code."""

from derive.grammar.parsing import parse

__all__ = ["parse"]
